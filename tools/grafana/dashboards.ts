/**
 * Dashboards for Grafana, one for each domain of city life, made from the quantities of the model: what the hub writes to
 * InfluxDB and what a panel asks for can't drift apart. Generated into `deploy/grafana/dashboards`.
 */
import { DOMAINS, type Domain, QUANTITIES, type Quantity } from '../../services/model/index.ts';
import { DATA_SOURCE } from './data-source.ts';
import { panelsOf } from './panels.ts';

export interface DashboardFile {
  /** Below the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export const FOLDER = 'deploy/grafana/dashboards';

export function dashboards(): readonly DashboardFile[] {
  const files: DashboardFile[] = [];
  for (const [domain, { name }] of Object.entries(DOMAINS)) {
    const quantities = quantitiesOf(domain as Domain);
    if (quantities.length === 0) continue;
    const json = dashboard(domain, `${name.de} · ${name.en}`, quantities);
    files.push({ path: `${FOLDER}/${domain}.json`, text: `${JSON.stringify(json, null, 2)}\n` });
  }
  return files;
}

/** Of the device itself only the domain `device` shows something. */
function quantitiesOf(domain: Domain): readonly Quantity[] {
  const all: readonly Quantity[] = Object.values(QUANTITIES);
  return all.filter((quantity) => quantity.domain === domain && (domain === 'device' || !quantity.diagnostic));
}

function dashboard(domain: string, title: string, quantities: readonly Quantity[]): object {
  return {
    uid: `stadtpegel-${domain}`,
    title,
    tags: ['stadtpegel', domain],
    timezone: 'browser',
    schemaVersion: 39,
    version: 1,
    editable: true,
    refresh: '1m',
    time: { from: 'now-24h', to: 'now' },
    templating: { list: [places(quantities)] },
    panels: panelsOf(quantities),
  };
}

/** Which places to show: the values of the tag `place` in the domain's measurements. */
function places(quantities: readonly Quantity[]): object {
  const query = `SHOW TAG VALUES FROM /^(${quantities.map(({ id }) => id).join('|')})$/ WITH KEY = "place"`;
  return {
    name: 'place',
    label: 'Ort · Place',
    type: 'query',
    datasource: DATA_SOURCE,
    query,
    definition: query,
    refresh: 2,
    multi: true,
    includeAll: true,
    sort: 1,
    current: { selected: true, text: ['All'], value: ['$__all'] },
  };
}
