/** The guides work as they are written: every shell block of docs/guides runs against one hub, in the order of reading. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, api, needs, newStage, program, type RunningHub, until } from '../support/index.ts';

const folder = fileURLToPath(new URL('../../docs/guides/', import.meta.url));
const read = (page: string) => readFileSync(`${folder}${page}`, 'utf8');

function blocks(page: string, language: string): string[] {
  return [...read(page).matchAll(/^```(\S+)\n([\s\S]*?)^```$/gm)].flatMap((m) =>
    m[1] === language ? [m[2] as string] : [],
  );
}

/** The first guide is the others' ground; `read-data` reads what they sent; `write-data` and `map` stand for themselves. */
const PAGES = [
  'first-device.md',
  'chirpstack.md',
  'the-things-stack.md',
  'mqtt.md',
  'read-data.md',
  'write-data.md',
  'map.md',
  'backup.md',
  'dead-letters.md',
  'limits.md',
  'operations.md',
  'retention.md',
  'aggregates.md',
] as const;
/** Run by other tests (`influxdb.test.ts`), or by nobody here, because it needs systemd and root. */
const ELSEWHERE = ['influxdb.md', 'service.md'] as const;
type Page = (typeof PAGES)[number];

describe.skipIf(needs('mosquitto_pub') === null)('the guides', () => {
  const stage = newStage();
  afterAll(() => stage.end());
  let hub: RunningHub;
  let open: Api;
  let admin: Api;
  /** What each block printed. */
  const printed = new Map<Page, string[]>();

  beforeAll(async () => {
    const [config] = blocks('mqtt.md', 'yaml');
    hub = await stage.hub({ config: stage.file('stadtpegel.yaml', config as string) });
    open = api(hub);
    admin = api(hub, hub.tokens.admin);
  });

  const run = (block: string) =>
    program('/bin/sh', ['-eu', '-c', block], {
      HUB: hub.base,
      MQTT_HOST: '127.0.0.1',
      MQTT_PORT: String(hub.ports.mqtt),
      ADMIN: hub.tokens.admin,
      INGEST: hub.tokens.ingest,
    });
  /** What the block that holds `part` printed; there must be just one. */
  const answer = (page: Page, part: string) => {
    const found = blocks(page, 'sh').flatMap((block, i) =>
      block.includes(part) ? [printed.get(page)?.[i] ?? ''] : [],
    );
    expect(found, `${page}: blocks with ${part}`).toHaveLength(1);
    return JSON.parse(found[0] as string);
  };
  const temperatures = async (thing: string) => {
    const { json } = await open.get(
      `/v1.1/Things?$filter=name eq '${thing}'&$expand=Datastreams($filter=unitOfMeasurement/symbol eq '°C';$expand=Observations($orderby=phenomenonTime asc))`,
    );
    return json.value[0].Datastreams[0].Observations as { phenomenonTime: string; result: number }[];
  };

  test('are all known here', () => {
    expect(
      readdirSync(folder)
        .filter((name) => name.endsWith('.md'))
        .toSorted(),
    ).toEqual([...PAGES, ...ELSEWHERE].toSorted());
  });

  test.each(PAGES)('%s: every command succeeds', async (page) => {
    const commands = blocks(page, 'sh');
    expect(commands.length).toBeGreaterThanOrEqual(3);
    const outputs: string[] = [];
    for (const command of commands) outputs.push(await run(command));
    printed.set(page, outputs);
    expect(outputs).toHaveLength(commands.length);
  });

  test('a first device: the import counts what it made, the reading is there, and battery stays internal', async () => {
    expect(answer('first-device.md', '/admin/import')).toEqual({
      organisations: 1,
      things: 1,
      devices: 1,
      datastreams: 3,
      requeued: 0,
    });
    const block = blocks('first-device.md', 'sh').find((text) => text.includes('$expand=Datastreams')) as string;
    const { value } = await until('the reading is in the store', async () => {
      const shown = JSON.parse(await run(block));
      return (
        shown.value[0]?.Datastreams.every((one: { Observations: unknown[] }) => one.Observations.length > 0) && shown
      );
    });
    expect(value).toHaveLength(1);
    expect(value[0].name).toBe('Town hall, roof');
    const results = value[0].Datastreams.map(
      (one: { unitOfMeasurement: { symbol: string }; Observations: { result: number }[] }) => [
        one.unitOfMeasurement.symbol,
        one.Observations[0]?.result,
      ],
    );
    expect(results).toEqual([
      ['°C', 20.7],
      ['%', 47.5],
    ]);
    expect(answer('first-device.md', '/admin/dead-letters')).toEqual({
      counts: {},
      devices: [],
      deadLetters: [],
      nextLink: null,
    });
  });

  test('ChirpStack: battery and join are known of the device', async () => {
    const { json } = await admin.get('/admin/devices/24e124136b502217');
    expect(json.health).toMatchObject({ batteryLevel: 92.1, margin: 12 });
    expect(json.health.lastJoin).toMatch(/^20/);
  });

  test('repetitions are stored once: one reading of each network', async () => {
    const readings = await until('both are there', async () => {
      const found = await temperatures('Town hall, roof');
      return found.length >= 2 && found;
    });
    expect(readings.map(({ result }) => result)).toEqual([20.7, 20.7]);
  });

  test('any MQTT broker: both ways give a reading at its own time', async () => {
    const readings = await until('both are there', async () => {
      const found = await temperatures('Town hall, window sill');
      return found.length >= 2 && found;
    });
    expect(readings.map(({ phenomenonTime, result }) => [phenomenonTime, result])).toEqual([
      ['2026-01-01T12:00:00.000Z', 20.7],
      ['2026-01-01T12:10:00.000Z', 20.9],
    ]);
  });

  test('reading: the answers show what the other guides sent', async () => {
    const { value } = answer('read-data.md', '$expand=Locations,Datastreams');
    const names = value.map(({ name }: { name: string }) => name);
    expect(names.toSorted()).toEqual(['Town hall, roof', 'Town hall, window sill']);
    expect(value[0].Locations).toHaveLength(1);
    expect(answer('read-data.md', 'properties/domain').value.length).toBeGreaterThan(0);
    const all = (printed.get('read-data.md') ?? []).join('\n');
    expect(all).toMatch(/^event: snapshot|"type":"snapshot"/m);
    expect(all).toContain('"ok":true');
    expect(all).toContain('stadtpegel_');
  });

  test('writing: rows that are wrong are told one by one, what was corrected and deleted is so', async () => {
    const rows = answer('write-data.md', '/CreateObservations');
    expect(rows).toEqual([
      expect.stringContaining('Observations('),
      expect.stringContaining('Observations('),
      expect.stringMatching(/^error: .*a time such as/),
    ]);
    expect(answer('write-data.md', '-X DELETE')).toEqual({ deleted: 1 });
    const { json } = await open.get(
      "/v1.1/Things?$filter=name eq 'Wupper gauge'&$expand=Datastreams($expand=Observations($orderby=phenomenonTime asc))",
    );
    expect(json.value).toHaveLength(1);
    expect(json.value[0].properties).toEqual({ river: 'Wupper', zero: 55.2 });
    const results = json.value[0].Datastreams[0].Observations.map(({ result }: { result: number }) => result);
    expect(results).toEqual([91, 94]);
  });

  test('dead letters: the answers are as the page shows them, and the registered device has its reading', async () => {
    const page = 'dead-letters.md';
    // the page's own answers, in its order
    const shown = blocks(page, 'json').map((text) => JSON.parse(text));
    const list = answer(page, 'limit=10');
    const one = answer(page, 'RECORD=');
    expect(Object.keys(list)).toEqual(Object.keys(shown[0]));
    expect(Object.keys(list.deadLetters[0])).toEqual(Object.keys(shown[0].deadLetters[0]));
    expect(one).toMatchObject({
      device: '24e124136b50aaaa',
      events: shown[1].events,
      now: shown[1].now,
      remedy: shown[1].remedy,
    });
    expect(answer(page, '"key": "ulm/depot"')).toMatchObject({ devices: 1, requeued: 1 });
    expect(Object.keys(answer(page, 'requeue?dryRun'))).toEqual(Object.keys(shown[2]));
    const [job] = answer(page, '/admin/jobs"').jobs;
    expect(Object.keys(job)).toEqual(Object.keys(shown[3].jobs[0]));
    expect(job).toMatchObject({ kind: 'decode-again', state: 'done', rows: { changed: 0, removed: 0 } });
    const { json } = await admin.get(
      "/v1.1/Things?$filter=name eq 'Depot'&$expand=Datastreams($filter=unitOfMeasurement/symbol eq '°C';$expand=Observations)",
    );
    expect(json.value[0].Datastreams[0].Observations).toMatchObject([{ result: 20.7 }]);
  });

  test('the second broker of the MQTT guide is a configuration that the hub takes', async () => {
    const [, second] = blocks('mqtt.md', 'yaml');
    const other = await stage.hub({ data: stage.path('second'), config: stage.file('second.yaml', second as string) });
    expect((await api(other).get('/readyz')).status).toBe(200);
    expect(await other.stop()).toBe(0);
  });
});
