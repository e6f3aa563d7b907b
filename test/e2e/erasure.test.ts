/**
 * Erasure orders on a real hub: what was ordered goes from the store, the journal, the dead letters and memory, and never
 * comes back: not by a kill, not by decoding again, not with a store that is made anew, not with a restored backup.
 */
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeMessage, FileJournal, journalOptions, RECORD } from '../../services/journal/index.ts';
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

const SENT = 300;
const PERSON = 0;
const WORD = 'a word that only stands in one Observation';

describe('an erasure order', () => {
  const stage = newStage();
  afterAll(() => stage.end());
  const data = stage.path('data');
  const options = { 'journal.segmentBytes': 65_536, 'ingest.repetitionMinutes': 0 };
  let hub: RunningHub;
  let admin: Api;
  const streams: Record<string, number>[] = [];
  let receipt: string;
  let order: string;
  const before = new Map<number, [string, unknown][]>();

  const start = async (at = data) => {
    hub = await stage.hub({ data: at, options });
    admin = api(hub, hub.tokens.admin);
  };
  const temperature = (device: number) => admin.observations(streams[device]!.temperature!);
  const isGone = async () => {
    await stored(hub, hub.tokens.admin);
    for (const id of Object.values(streams[PERSON]!)) {
      expect(await admin.observations(id)).toEqual([]);
      const { json } = await admin.get(`/v1.1/Datastreams(${id})?$select=phenomenonTime`);
      expect(json.phenomenonTime ?? null).toBeNull();
    }
    for (const device of [1, 2, 49]) expect(await temperature(device)).toEqual(before.get(device));
  };

  beforeAll(async () => {
    await start();
    await admin.import(uplinkDevices());
    for (let i = 0; i < 50; i++) streams.push(await admin.datastreams(devEuiOf(i)));
    const client = await mqttConnection({ port: hub.ports.mqtt, clientId: 'load', password: hub.tokens.ingest });
    const sent = Array.from({ length: SENT }, (_, number) => {
      const { topic, body } = uplink(number);
      return client.deliver(topic, body);
    });
    // a frame that no model understands waits among the dead letters
    const { topic, body } = uplink(PERSON + 50 * 10);
    sent.push(client.deliver(topic, body.replace('"fPort":85', '"fPort":99')));
    await Promise.all(sent);
    client.close();
    const path = `/v1.1/Datastreams(${streams[PERSON]!.humidity})/Observations`;
    const posted = await admin.post(path, {
      result: 41,
      phenomenonTime: '2026-01-06T00:00:00Z',
      parameters: { note: WORD },
    });
    expect(posted.status, posted.text).toBe(201);
    await stored(hub, hub.tokens.admin);
    for (const device of [PERSON, 1, 2, 49]) before.set(device, await temperature(device));
    expect(before.get(PERSON)).toHaveLength(SENT / 50);
    expect((await admin.get(`/admin/dead-letters?device=${devEuiOf(PERSON)}`)).json.deadLetters).toHaveLength(1);
  }, 60_000);

  test('says what is wrong with it: no reason, nobody named, two things named, a time that is none, the future', async () => {
    const device = devEuiOf(PERSON);
    const reason = 'Art. 17 GDPR, request 4711';
    for (const [body, said] of [
      [{ device }, 'reason'],
      [{ reason }, 'exactly one of device, thing, datastreams'],
      [{ reason, device, thing: 1 }, 'exactly one of'],
      [{ reason, device, from: 'yesterday' }, 'from: a time'],
      [{ reason, device, from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'before to'],
      [{ reason, device, to: '2249-01-01T00:00:00Z' }, 'up to now'],
      [{ reason, device, all: true }, 'all'],
    ] as const) {
      const { status, text } = await admin.post('/admin/erasures', body);
      expect([status, text.includes(said)], `${JSON.stringify(body)}: ${text}`).toEqual([400, true]);
    }
    expect((await admin.post('/admin/erasures', { reason, thing: 'nobody' })).status).toBe(404);
    expect((await admin.post('/admin/erasures', { reason, datastreams: [99_999] })).status).toBe(404);
    expect((await api(hub, hub.tokens.ingest).post('/admin/erasures', { reason, device })).status).toBe(403);
    expect((await admin.get('/admin/erasures')).json.erasures).toEqual([]);
  });

  test('is refused while a freeze covers a part of it, and the freeze is named; lifting one needs a reason', async () => {
    const frozen = await admin.post('/admin/freezes', {
      datastreams: [streams[PERSON]!.temperature],
      reason: 'court order 12/26',
    });
    expect(frozen.status, frozen.text).toBe(201);
    const { id } = frozen.json;
    const refused = await admin.post('/admin/erasures', { device: devEuiOf(PERSON), reason: 'request 4711' });
    expect([refused.status, refused.text.includes(id)]).toEqual([409, true]);
    const lift = (query: string) => fetch(`${hub.base}/admin/freezes/${id}${query}`, lifting);
    const lifting = { method: 'DELETE', headers: { authorization: `Bearer ${hub.tokens.admin}` } };
    expect((await lift('')).status).toBe(400);
    expect((await lift('?reason=the%20court%20has%20decided')).status).toBe(200);
    expect((await lift('?reason=once%20more')).status).toBe(409);
    expect((await admin.get('/admin/freezes')).json.freezes).toMatchObject([
      { id, reason: 'court order 12/26', by: 'admin', lifted: { reason: 'the court has decided', by: 'admin' } },
    ]);
  });

  test('is carried out, and ends with a receipt that can be filed', async () => {
    const client = await mqttConnection({ port: hub.ports.mqtt, clientId: 'x', password: hub.tokens.ingest });
    client.close();
    cpSync(data, stage.path('copied'), { recursive: true });
    const given = await admin.post('/admin/erasures', { device: devEuiOf(PERSON), reason: 'request 4711' });
    expect(given.status, given.text).toBe(202);
    order = given.json.id;
    const done = await until('the order is carried out', async () => {
      const { json } = await admin.get(`/admin/erasures/${order}`);
      return json.state === 'done' ? json : null;
    });
    expect(done.receipt).toMatchObject({
      order,
      reason: 'request 4711',
      orderedBy: 'admin',
      asked: { device: devEuiOf(PERSON) },
      removed: {
        journal: { messages: SENT / 50 + 1, messagesSharedWithOthers: 0, changes: 1 },
        store: { name: 'sqlite', observations: 3 * (SENT / 50) + 1 },
        deadLetters: 1,
      },
    });
    const filed = await admin.get(`/admin/erasures/${order}/receipt`);
    receipt = filed.text;
    expect(createHash('sha256').update(receipt).digest('hex')).toBe(done.sha256);
    expect(filed.headers.get('x-sha256')).toBe(done.sha256);
    await isGone();
    expect((await admin.get(`/admin/dead-letters?device=${devEuiOf(PERSON)}`)).json.deadLetters).toEqual([]);
    const path = `/v1.1/Datastreams(${streams[PERSON]!.humidity})/Observations`;
    const put = await admin.post(path, { result: 41, phenomenonTime: '2026-01-06T00:00:00Z' });
    expect([put.status, put.text.includes('erased by order')]).toEqual([409, true]);
  });

  test('nothing of it is left in the journal or in any file of the store', async () => {
    await hub.stop();
    expect(await messagesOf(data, devEuiOf(PERSON))).toBe(0);
    expect(await messagesOf(data, devEuiOf(1))).toBe(SENT / 50);
    expect(await messagesOf(data, WORD)).toBe(0);
    for (const folder of ['timeseries', '.']) {
      for (const name of readdirSync(join(data, folder))) {
        if (!/\.(db|bin|db-wal)$/.test(name)) continue;
        expect(readFileSync(join(data, folder, name)).includes(WORD), name).toBe(false);
      }
    }
  });

  test('nothing comes back by a kill, a store made anew, latest values read again, or a late repetition', async () => {
    await start();
    await isGone();
    await hub.kill();
    rmSync(join(data, 'timeseries'), { recursive: true });
    rmSync(join(data, 'latest.bin'));
    await start();
    await isGone();
    const client = await mqttConnection({ port: hub.ports.mqtt, clientId: 'late', password: hub.tokens.ingest });
    const { topic, body } = uplink(PERSON);
    await client.deliver(topic, body);
    // what is measured from now on is stored
    await client.deliver(
      topic,
      body.replaceAll(readingOf(PERSON).time, new Date().toISOString()).replace('5b1e', '5b1f'),
    );
    client.close();
    await stored(hub, hub.tokens.admin);
    const rows = await temperature(PERSON);
    expect(rows).toHaveLength(1);
    expect(Date.parse(rows[0]![0])).toBeGreaterThan(Date.now() - 60_000);
    const again = await admin.get(`/admin/erasures/${order}/receipt`);
    expect(again.text).toBe(receipt);
  }, 60_000);

  test('decoding again brings nothing back', async () => {
    const begun = await admin.post('/admin/decode-again', { device: devEuiOf(PERSON) });
    expect(begun.status, begun.text).toBe(202);
    await until('the messages are read again', async () => {
      const { json } = await admin.get(`/admin/jobs/${begun.json.id}`);
      return json.state === 'done';
    });
    expect(await temperature(PERSON)).toHaveLength(1);
    await hub.stop();
  });

  test('a copy from before the order that learns of it carries it out before it serves anything', async () => {
    const copy = stage.path('copied');
    const lines = readFileSync(join(data, 'orders.jsonl'), 'utf8').trimEnd().split('\n');
    const again = JSON.stringify({ kind: 'again', id: order, at: Date.now() });
    stage.file('copied/orders.jsonl', [...lines, again, ''].join('\n'));
    await start(copy);
    for (const id of Object.values(streams[PERSON]!)) expect(await admin.observations(id)).toEqual([]);
    await isGone();
    const { json } = await admin.get(`/admin/erasures/${order}`);
    expect(json).toMatchObject({ state: 'done', receipt: { removed: { journal: { messages: SENT / 50 + 1 } } } });
    await hub.stop();
    expect(await messagesOf(copy, devEuiOf(PERSON))).toBe(0);
  }, 60_000);
});

/** How many records of the journal hold this text: messages, and changes that put Observations. */
async function messagesOf(data: string, text: string): Promise<number> {
  const journal = new FileJournal({ folder: join(data, 'journal'), options: journalOptions.parse({}) });
  await journal.start();
  let found = 0;
  for await (const records of journal.read(1)) {
    for (const { kind, body, at } of records) {
      if (kind === RECORD.message && Buffer.from(decodeMessage(body, at).body).includes(text)) found++;
      if (kind === RECORD.change && text === WORD && Buffer.from(body).includes(text)) found++;
    }
  }
  await journal.stop();
  return found;
}
