/** Retention classes on a real hub: who names one, what goes, what a freeze holds, and what the operator is told. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Api,
  api,
  devEuiOf,
  mqttConnection,
  newStage,
  type RunningHub,
  readingOf,
  stored,
  until,
  uplink,
  uplinkDevices,
} from '../support/index.ts';

const EACH = 20;
const CONFIG = `
history:
  everyMinutes: 0.01
  lateSeconds: 0.1
  classes:
    personal: { frames: 0, observations: 30, hourly: 36500 }
journal:
  segmentHours: 0.001
  segmentBytes: 65536
`;

describe('retention classes', () => {
  const stage = newStage();
  afterAll(() => stage.end());
  let hub: RunningHub;
  let admin: Api;
  const streams: Record<string, number>[] = [];
  const temperature = (device: number) => admin.observations(streams[device]!.temperature!);
  const report = async (name: string) =>
    // biome-ignore lint/suspicious/noExplicitAny: the answer is looked into
    (await admin.get('/admin/retention')).json.classes.find((one: any) => one.name === name);
  /** As a person does it: the other properties stay. */
  const assign = async (id: number, retention: string) => {
    const { json } = await admin.get(`/v1.1/Datastreams(${id})`);
    const response = await fetch(`${hub.base}/v1.1/Datastreams(${id})`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${hub.tokens.admin}`, 'content-type': 'application/json' },
      body: JSON.stringify({ properties: { ...json.properties, retention } }),
    });
    return { status: response.status, text: await response.text() };
  };

  beforeAll(async () => {
    hub = await stage.hub({ config: stage.file('hub.yaml', CONFIG) });
    admin = api(hub, hub.tokens.admin);
    await admin.import(uplinkDevices());
    for (let i = 0; i < 50; i++) streams.push(await admin.datastreams(devEuiOf(i)));
    const client = await mqttConnection({ port: hub.ports.mqtt, clientId: 'load', password: hub.tokens.ingest });
    await Promise.all(
      Array.from({ length: 50 * EACH }, (_, number) => {
        const { topic, body } = uplink(number);
        return client.deliver(topic, body);
      }),
    );
    client.close();
    await stored(hub, hub.tokens.admin);
  }, 60_000);

  test('without a class everything stays', async () => {
    await until('a run has ended', async () => (await admin.get('/admin/retention')).json.lastRun);
    expect(await temperature(3)).toHaveLength(EACH);
    expect(await report('standard')).toMatchObject({
      keeps: { frames: 'forever', observations: 'forever', hourly: 'none' },
      datastreams: 150,
      oldestObservation: readingOf(0).time,
      nextRunRemoves: { observations: 0 },
    });
    expect(await report('personal')).toMatchObject({
      keeps: { frames: 0, observations: 30, hourly: 36_500, daily: 'none' },
      datastreams: 0,
    });
  });

  test('a name that no option has is refused at every door', async () => {
    const said = 'option history.classes has standard, personal';
    const patched = await assign(streams[0]!.temperature!, 'persnal');
    expect([patched.status, patched.text.includes(said)]).toEqual([400, true]);
    const imported = await admin.post('/admin/organisations', {
      id: 'test',
      name: 'Test',
      properties: { retention: 'persnal' },
    });
    expect([imported.status, imported.text.includes(said)]).toEqual([400, true]);
  });

  test('what is due goes: rows, latest values, messages; a freeze holds the rest until it is lifted', async () => {
    const frozen = await admin.post('/admin/freezes', { thing: 'mast-1', reason: 'an accident in January' });
    expect(frozen.status, frozen.text).toBe(201);
    for (const path of [`Datastreams(${streams[1]!.humidity})`, 'Things(2)']) {
      const response = await fetch(`${hub.base}/v1.1/${path}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${hub.tokens.admin}` },
      });
      expect([path, response.status, (await response.text()).includes('as evidence')]).toEqual([path, 409, true]);
    }
    for (const device of [0, 1])
      for (const id of Object.values(streams[device]!)) expect((await assign(id, 'personal')).status).toBe(200);
    await until('device 0 has lost its rows', async () => (await temperature(0)).length === 0);
    await until('its latest value and its extent are gone, too', async () => {
      const { json } = await admin.get(`/v1.1/Datastreams(${streams[0]!.temperature})`);
      return json.name !== undefined && json.phenomenonTime === undefined;
    });
    expect(await temperature(1)).toHaveLength(EACH);
    expect(await temperature(2)).toHaveLength(EACH);
    // the hours of its Datastreams are of the same class
    expect((await report('personal')).datastreams).toBeGreaterThanOrEqual(6 + 3);
    const removed = await admin.post('/admin/erasures', { thing: 'mast-1', reason: 'request 12' });
    expect([removed.status, removed.text.includes(frozen.json.id)]).toEqual([409, true]);
    const lifted = await fetch(`${hub.base}/admin/freezes/${frozen.json.id}?reason=settled`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${hub.tokens.admin}` },
    });
    expect(lifted.status).toBe(200);
    await until('device 1 has lost its rows', async () => (await temperature(1)).length === 0);
    // a run that began before the lift may have taken the messages and left the rows to the next one
    const metrics = await until('messages and rows are counted', async () => {
      const { text } = await admin.get('/metrics');
      const count = (what: string) =>
        Number(new RegExp(`^stadtpegel_${what}_expired_total (\\d+)`, 'm').exec(text)?.[1]);
      return count('frames') >= 2 * EACH && count('rows') >= 6 * EACH ? text : null;
    });
    expect(Number(/^stadtpegel_rows_expired_total (\d+)/m.exec(metrics)?.[1])).toBe(6 * EACH);
    expect(Number(/^stadtpegel_journal_scrubbed_bytes_total (\d+)/m.exec(metrics)?.[1])).toBeGreaterThan(1000);
  }, 60_000);

  test('the hours were computed before the rows went, and an erasure takes them along', async () => {
    const hours = async () => {
      const filter = `MultiDatastreams?$filter=Thing/name eq 'Mast 0'&$expand=Observations($select=result)`;
      const { json, text } = await admin.get(`/v1.1/${filter}`);
      // biome-ignore lint/suspicious/noExplicitAny: the answer is looked into
      return [json.value.flatMap((one: any) => one.Observations.map(({ result }: any) => result[3])), text] as const;
    };
    expect((await hours())[0]).toEqual([EACH, EACH, EACH]);
    // these stand for years; the report tells of what they were computed of, and of that nothing is left
    expect((await report('personal')).oldestObservation).toBeNull();
    const ordered = await admin.post('/admin/erasures', { thing: 'mast-0', reason: 'request 13' });
    expect(ordered.status, ordered.text).toBe(202);
    const done = await until('the order is carried out', async () => {
      const { json } = await admin.get(`/admin/erasures/${ordered.json.id}`);
      return json.state === 'done' ? json : null;
    });
    // the messages had gone by age; the changes that put the hours lose them
    expect(done.receipt.removed).toMatchObject({ journal: { messages: 0 }, store: { observations: 0, aggregates: 3 } });
    expect(done.receipt.removed.journal.changes).toBeGreaterThanOrEqual(1);
    expect((await hours())[0]).toEqual([]);
  });

  test('what is measured today is stored, and an old one that comes late is not', async () => {
    const client = await mqttConnection({ port: hub.ports.mqtt, clientId: 'late', password: hub.tokens.ingest });
    const { topic, body } = uplink(50 * (EACH + 1));
    await client.deliver(topic, body);
    const now = new Date().toISOString();
    await client.deliver(topic, body.replaceAll(readingOf(50 * (EACH + 1)).time, now).replace('5b1e', '5b1f'));
    client.close();
    await stored(hub, hub.tokens.admin);
    expect((await temperature(0)).map(([time]) => time)).toEqual([now]);
  });

  test('after a kill and with a store made anew it is as it was', async () => {
    const size = journalBytes();
    await hub.kill();
    hub = await stage.hub({ config: stage.path('hub.yaml') });
    admin = api(hub, hub.tokens.admin);
    await stored(hub, hub.tokens.admin);
    expect(await temperature(0)).toHaveLength(1);
    expect(await temperature(2)).toHaveLength(EACH);
    expect(journalBytes()).toBeLessThanOrEqual(size + 1000);
  });

  function journalBytes(): number {
    const folder = stage.path('data/journal');
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  }
});
