/** A clock that is wrong for a while: nothing is deleted by it, and the operator is told. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { hub } from '../../hub.ts';
import { schema } from '../../options.ts';
import { api, newStage, stored, until, uplink, uplinkDevices } from '../support/index.ts';

const YEAR = 365 * 86_400_000;
const TOKEN = 'test-admin-token-0123456789';
const UPLINKS = 400;

const stage = newStage();
afterAll(() => stage.end());

test('ten years ahead for some seconds and over a restart, it deletes neither messages nor Observations', async () => {
  let ahead = 0;
  const config = schema.parse({
    data: stage.path('data'),
    http: { host: '127.0.0.1', port: 0 },
    mqtt: { enabled: false },
    access: { adminToken: TOKEN, ingestToken: TOKEN },
    history: { everyMinutes: 0.01, classes: { standard: { frames: 400, observations: 3650 } } },
    journal: { segmentBytes: 65_536, segmentHours: 0.001 },
    telemetry: { level: 'silent' },
  });
  const start = async () => {
    const running = hub(config, { clock: { now: () => Date.now() + ahead } });
    stage.later(() => running.stop());
    await running.start();
    const at = { base: `http://127.0.0.1:${running.ports.http}` };
    return { running, at, admin: api(at as never, TOKEN) };
  };
  let { running, at, admin } = await start();
  await admin.import(uplinkDevices());
  const send = async (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const { status } = await admin.post('/ingest/chirpstack?event=up', uplink(i).body);
      expect(status).toBeLessThan(300);
    }
    await stored(at as never, TOKEN);
  };
  const runsSince = async (since: number) =>
    until('what is due was looked for', async () => {
      const { lastRun } = (await admin.get('/admin/retention')).json;
      return lastRun !== null && Date.parse(lastRun.at) > since;
    });
  const count = async () => (await admin.get('/v1.1/Observations?$count=true&$top=0')).json['@iot.count'];
  // biome-ignore lint/suspicious/noExplicitAny: the answer is looked into
  const clock = async (): Promise<any> => (await admin.get('/readyz')).json.parts.clock;
  await send(0, UPLINKS);
  const before = await count();
  expect(before).toBeGreaterThan(UPLINKS);
  expect(await clock()).toEqual({ ok: true });
  const segments = readdirSync(join(stage.path('data'), 'journal'));

  ahead = 10.5 * YEAR;
  await runsSince(Date.now() + ahead);
  expect(await clock()).toMatchObject({ ok: true, degraded: true, detail: expect.stringContaining('3832 days ahead') });
  // what comes meanwhile is no old message, either
  await send(UPLINKS, UPLINKS + 20);
  expect(await count()).toBeGreaterThan(before);
  await running.stop();
  ({ running, at, admin } = await start());
  await runsSince(Date.now() + ahead);
  expect((await admin.get('/readyz')).json.parts.clock.degraded).toBe(true);
  expect((await admin.get('/admin/status')).json.journal.first).toBe(1);
  expect(readdirSync(join(stage.path('data'), 'journal'))).toEqual(expect.arrayContaining(segments));
  expect(await count()).toBeGreaterThan(before);

  ahead = 0;
  expect(await clock()).toBeDefined();
  await until('the clock is right again', async () => (await clock()).detail === undefined);
  await running.stop();
}, 120_000);
