import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { DOMAINS, QUANTITIES } from '../../services/model/index.ts';
import { dashboards } from './index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource: { readonly uid: string };
  readonly targets: readonly { readonly query: string }[];
}
const all = dashboards().map(({ path, text }) => ({
  path,
  json: JSON.parse(text) as { uid: string; title: string; panels: Panel[] },
}));

test('every domain has a dashboard, and every quantity that is not about the device a panel', () => {
  expect(all.map(({ path }) => path.replace(/^.*\//, ''))).toEqual(
    Object.keys(DOMAINS).map((domain) => `${domain}.json`),
  );
  const asked = all.flatMap(({ json }) =>
    json.panels.map(({ targets }) => /FROM "([^"]+)"/.exec(targets[0]!.query)?.[1]),
  );
  expect([...asked].sort()).toEqual(Object.keys(QUANTITIES).sort());
});

test('panels ask for the field of their quantity, by place, and stand side by side without overlap', () => {
  let visited = 0;
  for (const { json } of all) {
    const places = new Set<string>();
    for (const { gridPos, targets, type, id } of json.panels) {
      const { query } = targets[0]!;
      const quantity = Object.values(QUANTITIES).find((one) => query.includes(`FROM "${one.id}"`))!;
      const field = { number: 'mean("value")', boolean: 'last("state")', text: 'last("text")' }[quantity.kind];
      expect(query).toContain(`SELECT ${field} `);
      expect(query).toContain('"place" =~ /^$place$/ AND $timeFilter');
      expect(type).toBe(quantity.kind === 'number' ? 'timeseries' : 'state-timeline');
      expect(id).toBeGreaterThan(0);
      places.add(`${gridPos.x}/${gridPos.y}`);
      visited++;
    }
    expect(places.size).toBe(json.panels.length);
  }
  expect(visited).toBe(Object.keys(QUANTITIES).length);
});

test('the data source that the panels name is provisioned, and compose brings both to where Grafana looks', () => {
  const folder = join(root, 'deploy/grafana/provisioning');
  const sources = parse(readFileSync(join(folder, 'datasources/stadtpegel.yml'), 'utf8'));
  const uids = new Set(all.flatMap(({ json }) => json.panels.map(({ datasource }) => datasource.uid)));
  expect([...uids]).toEqual([sources.datasources[0].uid]);
  const providers = parse(readFileSync(join(folder, 'dashboards/stadtpegel.yml'), 'utf8'));
  const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'));
  const mounted = (compose.services.grafana.volumes as string[]).map((volume) => volume.split(':').slice(0, 2));
  expect(mounted).toContainEqual(['./deploy/grafana/dashboards', providers.providers[0].options.path]);
  expect(mounted).toContainEqual(['./deploy/grafana/provisioning', '/etc/grafana/provisioning']);
  expect(compose.services.hub.environment.STADTPEGEL_TIMESERIES_INFLUXDB_BUCKET).toBe(
    sources.datasources[0].jsonData.dbName,
  );
});
