/** A hub that moves to InfluxDB and back: what is read over its API stays the same, and it goes on from there. */
import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Api,
  api,
  devEuiOf,
  type InfluxServer,
  influxServer,
  needs,
  newStage,
  type RunningHub,
  runCommand,
  stored,
  until,
  uplink,
  uplinkDevices,
} from '../support/index.ts';

describe.skipIf(needs('influxd') === null)('a hub that moves', () => {
  const stage = newStage();
  afterAll(() => stage.end());
  let server: InfluxServer;
  let influx: Record<string, string> = {};
  let streams: Record<string, number>[] = [];
  beforeAll(async () => {
    server = await influxServer(stage.path('influxd'));
    stage.later(() => server.kill());
    influx = {
      'timeseries.influxdb.url': server.url,
      'timeseries.influxdb.database': 'hub',
      'backup.folder': stage.path('backups'),
      'backup.observations': 'true',
    };
  });

  const started = (store: 'sqlite' | 'influxdb') => stage.hub({ options: { ...influx, 'timeseries.store': store } });
  const words = (...more: string[]) => [
    'move',
    '--data',
    stage.path('data'),
    ...Object.entries(influx).flatMap(([name, value]) => [`--${name}`, value]),
    ...more,
  ];
  const sendTo = async (hub: RunningHub, from: number, to: number): Promise<void> => {
    const webhook = api(hub, hub.tokens.ingest);
    for (let number = from; number < to; number++)
      expect((await webhook.post('/ingest/chirpstack?event=up', uplink(number).body)).status).toBe(200);
    await stored(hub, hub.tokens.admin);
  };
  /** Everything of three devices as it is printed, ids among it. */
  const everything = async (reader: Api): Promise<string[]> => {
    const texts: string[] = [];
    for (const channels of streams) {
      for (const stream of Object.values(channels)) {
        const path = `/v1.1/Datastreams(${stream})/Observations?$count=true&$top=1000&$orderby=phenomenonTime%20asc`;
        const { status, text } = await reader.get(path);
        expect(status, text).toBe(200);
        // links begin with the address of the hub
        texts.push(text.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, ''));
      }
    }
    return texts;
  };

  test('to InfluxDB, and back, has the same Observations under the same ids, and goes on from there', async () => {
    let hub = await started('sqlite');
    let admin = api(hub, hub.tokens.admin);
    await admin.import(uplinkDevices());
    streams = await Promise.all([0, 1, 2].map((device) => admin.datastreams(devEuiOf(device))));
    await sendTo(hub, 0, 300);
    const temperature = streams[0]?.temperature as number;
    const made = await admin.post(`/v1.1/Datastreams(${temperature})/Observations`, {
      result: 55.5,
      phenomenonTime: '1890-05-04T10:00:00Z',
    });
    expect(made.status, made.text).toBe(201);
    await stored(hub, hub.tokens.admin);
    const before = await everything(admin);
    await hub.stop();

    const away = await runCommand(words('--to', 'influxdb'), 60_000);
    expect([away.code, away.stdout], away.stderr).toEqual([0, expect.stringContaining('timeseries.store: influxdb')]);
    hub = await started('influxdb');
    admin = api(hub, hub.tokens.admin);
    await stored(hub, hub.tokens.admin);
    expect(await everything(admin)).toEqual(before);
    // nothing was read from the journal again: the ledger knows how far the new store is
    expect((await admin.get('/admin/status')).json.counters.replayed).toBe(0);
    // the series are found by what they measure and where
    const found = await server.query('SHOW SERIES FROM "airTemperature"', 'hub');
    expect(JSON.stringify(found)).toContain('place=mast-0');
    await sendTo(hub, 300, 400);
    const later = await everything(admin);
    expect(later).not.toEqual(before);
    // a backup that holds what InfluxDB has
    expect((await admin.post('/admin/backup', {})).status).toBe(202);
    const { made: backup, error } = await until('the backup is made', async () => {
      const { json } = await admin.get('/admin/backup');
      return json.state === 'running' ? null : json;
    });
    expect(error).toBeNull();
    await hub.stop();
    const restored = await runCommand(['restore', backup.folder, '--data', stage.path('restored')], 60_000);
    expect([restored.code, restored.stdout], restored.stderr).toEqual([
      0,
      expect.stringContaining('The hub used influxdb'),
    ]);
    hub = await stage.hub({ data: stage.path('restored') });
    await stored(hub, hub.tokens.admin);
    expect(await everything(api(hub, hub.tokens.admin))).toEqual(later);
    await hub.stop();

    const full = await runCommand(words('--from', 'influxdb', '--to', 'sqlite'), 60_000);
    expect([full.code, full.stderr]).toEqual([1, expect.stringContaining('is not empty')]);
    renameSync(join(stage.path('data'), 'timeseries'), stage.path('old-timeseries'));
    const home = await runCommand(words('--from', 'influxdb', '--to', 'sqlite'), 60_000);
    expect(home.code, home.stderr).toBe(0);
    hub = await started('sqlite');
    admin = api(hub, hub.tokens.admin);
    await stored(hub, hub.tokens.admin);
    expect(await everything(admin)).toEqual(later);
    await sendTo(hub, 400, 420);
    await hub.stop();
  }, 180_000);

  test('a server that is away is said, with what was tried, and nothing has changed', async () => {
    await server.kill();
    const names = readdirSync(stage.path('data')).sort();
    const refused = await runCommand(words('--to', 'influxdb'), 60_000);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(server.url);
    expect(readdirSync(stage.path('data')).sort()).toEqual(names);
  }, 90_000);
});
