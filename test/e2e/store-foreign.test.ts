/** An InfluxDB that is not this hub's, or has come further than this hub: it is left alone, and the operator is told what to do. */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
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

describe.skipIf(needs('influxd') === null)('an InfluxDB that the hub must not touch', () => {
  const stage = newStage();
  afterAll(() => stage.end());
  let server: InfluxServer;
  beforeAll(async () => {
    server = await influxServer(stage.path('influxd'));
    stage.later(() => server.kill());
  }, 60_000);

  const start = (data: string, takeOver = false) =>
    stage.hub({
      data: stage.path(data),
      options: {
        'timeseries.store': 'influxdb',
        'timeseries.influxdb.url': server.url,
        'timeseries.influxdb.database': 'city',
        ...(takeOver ? { 'timeseries.influxdb.takeOver': true } : {}),
      },
    });
  const send = async (hub: RunningHub, from: number, to: number) => {
    const ingest = api(hub, hub.tokens.ingest);
    for (let i = from; i < to; i++)
      expect((await ingest.post('/ingest/chirpstack?event=up', uplink(i).body)).status).toBeLessThan(300);
  };
  const isRefused = async (hub: RunningHub, why: string) => {
    const admin = api(hub, hub.tokens.admin);
    const { state } = await until('the hub says so', async () => {
      const { store } = (await admin.get('/admin/status')).json;
      return store.code === 'store.foreign' && String(store.reason).includes(why) ? store : null;
    });
    expect(state).toBe('stopped');
    const ready = await admin.get('/readyz');
    expect([ready.status, ready.json.parts.store.degraded]).toEqual([200, true]);
    const list = await admin.get('/v1.1/Observations');
    expect([list.status, list.json.code]).toEqual([503, 'store.foreign']);
  };
  const rows = async () => {
    const answer = await server.query('SELECT count("record") FROM /^[^_]/', 'city');
    return JSON.stringify(answer);
  };

  test('stays as it is while it belongs to another hub, or this one was restored to before it; then it is taken over', async () => {
    const ours = await start('ours');
    const admin = api(ours, ours.tokens.admin);
    await admin.import(uplinkDevices());
    await send(ours, 0, 50);
    await stored(ours, ours.tokens.admin);
    await ours.stop();
    const backup = await runCommand(['backup', '--data', stage.path('ours'), '--to', stage.path('stopped')], 60_000);
    expect(backup.code, backup.stderr).toBe(0);
    const again = await start('ours');
    await send(again, 50, 100);
    await stored(again, again.tokens.admin);
    await again.stop();
    const before = await rows();

    const theirs = await start('theirs');
    await api(theirs, theirs.tokens.admin).import(uplinkDevices());
    await send(theirs, 100, 110);
    await isRefused(theirs, 'belongs to another hub');
    await theirs.stop();

    const [folder] = readdirSync(stage.path('stopped')).filter((name) => /^\d{4}-/.test(name));
    const restore = await runCommand(
      ['restore', `${stage.path('stopped')}/${folder}`, '--data', stage.path('restored')],
      60_000,
    );
    expect(restore.code, restore.stderr).toBe(0);
    const restored = await start('restored');
    await send(restored, 200, 250);
    await isRefused(restored, 'it was restored from an older backup');
    await restored.stop();
    expect(await rows()).toBe(before);

    const knowing = await start('restored', true);
    await stored(knowing, knowing.tokens.admin);
    const its = api(knowing, knowing.tokens.admin);
    const { temperature } = await its.datastreams(devEuiOf(0));
    expect((await its.observations(temperature!)).length).toBeGreaterThan(0);
    await knowing.stop();
    const later = await start('restored');
    await send(later, 250, 260);
    await stored(later, later.tokens.admin);
    await later.stop();
  }, 180_000);
});
