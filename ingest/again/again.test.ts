/** Decoding again, on a small hub without doors: what becomes of rows, people's work, latest values and dead letters. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DELIVERY, type Edit, QUALITY } from '../../services/model/index.ts';
import { memoryStore, type TimeseriesStore } from '../../services/timeseries/index.ts';
import type { DeviceModel } from '../decoders/index.ts';
import { DEVICE, NOON, registerDevice, type TestHub, testHub } from '../testing/city.ts';
import { breakable, editIn, put, row } from '../testing/observations.ts';
import { type Changes, MODEL, revisedModels } from '../testing/revised.ts';
import type { DecodeAgainJob, Selection } from './index.ts';

const [TEMPERATURE, HUMIDITY] = [1, 2];
const HOUR = 3_600_000;
let folder: string;
let working: TimeseriesStore;
let down: ReadonlySet<string>;
let hub: TestHub;

const start = async (changes: Changes | null, options: Record<string, number> = {}) => {
  const more = changes === null ? {} : { models: revisedModels(changes) };
  hub = await testHub(
    folder,
    breakable(working, () => down),
    options,
    more,
  );
};
/** The hub again, with another revision of the model. */
const restart = async (changes: Changes | null, options: Record<string, number> = {}) => {
  await hub.stored();
  await hub.stop();
  await start(changes, options);
  await hub.stored();
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'again-'));
  working = memoryStore();
  down = new Set();
  await start(null);
  await registerDevice(hub);
});
afterEach(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Temperature in tenths of a degree and humidity in half percents, `at` an hour after noon. */
const send = (at: number, tenths: number, more: object = {}) =>
  hub.send({ hex: frame(tenths), time: NOON + at * HOUR, ...more });
const frame = (tenths: number) => `0367${tenths.toString(16).padStart(2, '0')}00046864`;

async function done(selection: Selection = { device: DEVICE }, dryRun = false): Promise<DecodeAgainJob> {
  const { id } = await hub.again.decodeAgain(selection, dryRun, 'operator');
  await hub.again.settled(id, 10_000);
  const job = hub.again.job(id) as DecodeAgainJob;
  expect([job.state, job.error]).toEqual(['done', null]);
  return job;
}

/** Hours after noon and results. */
async function rows(ds = TEMPERATURE): Promise<[hours: number, result: number][]> {
  const found: [number, number][] = [];
  const query = { datastreams: [ds], from: null, to: null, order: 'id', offset: 0, limit: 1000 } as const;
  for await (const page of working.scan(query))
    for (let i = 0; i < page.length; i++) found.push([((page.t[i] as number) - NOON) / HOUR, page.r[i] as number]);
  return found;
}

const latest = async (ds = TEMPERATURE) => {
  const deadline = Date.now() + 5000;
  while (hub.latest.newest(ds) === undefined || hub.latest.extent(ds) === undefined) {
    if (Date.now() > deadline) throw new Error('the latest value stays in doubt');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return hub.latest.get(ds);
};

test('rows are what the mended decoder yields, near and far from their messages, with the ids that they had', async () => {
  for (const [k, at] of [0, 1, -5000, 90_000].entries()) await send(at, 10 * k);
  await send(0, 40, { identity: 'other' });
  await hub.stored();
  const [, tie] = [...((await working.at(TEMPERATURE, NOON)).id as ArrayLike<number> & number[])];
  await restart({ warmer: 100 });
  const job = await done();
  expect(job.rows).toMatchObject({ added: 0, changed: 5, removed: 0, kept: 0 });
  expect(await rows()).toEqual([
    [-5000, 102],
    [0, 100],
    [0, 104],
    [1, 101],
    [90_000, 103],
  ]);
  expect([...((await working.at(TEMPERATURE, NOON)).id as ArrayLike<number> & number[])]).toEqual([0, tie]);
  expect(await latest()).toMatchObject({ t: NOON, result: 104 });
  expect(job.records.messages).toBe(5);
  // once more there is nothing to do
  expect((await done()).rows).toMatchObject({ added: 0, changed: 0, removed: 0 });
});

test('a dry run counts the same, shows examples and changes nothing [limit ingest.againExamples]', async () => {
  for (let k = 0; k < 8; k++) await send(k, k, k === 3 ? { hex: `ff${frame(3)}` } : {});
  await hub.stored();
  expect(hub.ledger.lettersOf(DEVICE)).toBe(1);
  await restart({ warmer: 1, without: 'humidity', headers: true }, { againExamples: 2 });
  const before = [await rows(), await rows(HUMIDITY)];
  const dry = await done({ model: MODEL }, true);
  expect([await rows(), await rows(HUMIDITY)]).toEqual(before);
  expect(hub.ledger.lettersOf(DEVICE)).toBe(1);
  expect(hub.registry.catalogue.set('Datastreams').get(HUMIDITY)?.properties.ended).toBeUndefined();
  expect(dry.rows).toMatchObject({ added: 1, changed: 7, removed: 7 });
  expect(dry.letters).toEqual({ new: 0, healed: 1 });
  expect(dry.endings).toMatchObject([{ datastream: HUMIDITY, channel: 'humidity', ends: true }]);
  expect(dry.examples.map(({ kind }) => kind)).toEqual(['changed', 'changed', 'removed', 'removed', 'added']);
  expect(dry.examples[0]).toMatchObject({ datastream: TEMPERATURE, before: { result: 0 }, after: { result: 1 } });
  const real = await done({ model: MODEL });
  expect([real.rows, real.letters]).toEqual([dry.rows, dry.letters]);
  expect(hub.ledger.lettersOf(DEVICE)).toBe(0);
});

test('a channel that is gone loses its rows, and its Datastream is ended until the channel is back', async () => {
  await send(0, 5);
  await restart({ without: 'humidity' });
  const job = await done();
  expect(job.endings).toMatchObject([{ datastream: HUMIDITY, ends: true }]);
  expect(await rows(HUMIDITY)).toEqual([]);
  expect(await latest(HUMIDITY)).toBeNull();
  const stream = () => hub.registry.catalogue.set('Datastreams').get(HUMIDITY);
  expect(stream()?.properties).toMatchObject({ quantity: 'relativeHumidity', ended: '2026-01-01T12:00:00.000Z' });
  await restart(null);
  expect((await done()).endings).toMatchObject([{ datastream: HUMIDITY, ends: false }]);
  expect(stream()?.properties.ended).toBeUndefined();
  expect(await rows(HUMIDITY)).toEqual([[0, 50]]);
});

test('a Datastream is ended, too, when its device was registered again in between; not one that another device feeds', async () => {
  await send(0, 5);
  await restart({ without: 'humidity' });
  await registerDevice(hub);
  expect(Object.keys(hub.registry.catalogue.devices.get(DEVICE)?.datastreams ?? {})).toEqual([
    'temperature',
    'battery',
  ]);
  expect((await done({ device: DEVICE }, true)).endings).toMatchObject([{ datastream: HUMIDITY, ends: true }]);
  const device = hub.registry.catalogue.devices.get(DEVICE)!;
  await hub.registry.change('test', (plan) =>
    plan.put(['Devices', { ...device, key: 'test:other', model: null, datastreams: { humidity: HUMIDITY } }]),
  );
  expect((await done()).endings).toEqual([]);
});

test('readings that have another time now stand there alone', async () => {
  for (let k = 0; k < 5; k++) await send(k, k);
  await restart({ older: 2 * HOUR });
  const job = await done();
  expect(job.rows).toMatchObject({ added: 10, removed: 10, changed: 0 });
  expect(await rows()).toEqual([
    [-2, 0],
    [-1, 0.1],
    [0, 0.2],
    [1, 0.3],
    [2, 0.4],
  ]);
  expect(await latest()).toMatchObject({ t: NOON, result: 0.2 });
});

test('what a person edited or deleted stays so, also what they do while the job runs', async () => {
  for (let k = 0; k < 6; k++) await send(k, k);
  await hub.stored();
  const at = async (hour: number) => (await hub.overlay.at(TEMPERATURE, NOON + hour * HOUR)).rec[0] as number;
  const remove = async (hour: number): Promise<Edit> => ({
    op: 'remove',
    ds: TEMPERATURE,
    t: NOON + hour * HOUR,
    rec: await at(hour),
  });
  await editIn(hub, await remove(1));
  await editIn(hub, await remove(2), ...put(row(NOON + 2 * HOUR, 50, { q: QUALITY.edited })));
  await editIn(hub, await remove(3), ...put(row(NOON + 30 * HOUR, 60, { x: { k: [TEMPERATURE, NOON + 3 * HOUR] } })));
  await restart({ warmer: 100 });
  const dry = await done({ device: DEVICE }, true);
  expect(dry.rows).toMatchObject({ changed: 3, kept: 3, added: 0 });
  const { id } = await hub.again.decodeAgain({ device: DEVICE }, false, 'operator');
  await editIn(hub, await remove(4), ...put(row(NOON + 4 * HOUR, 70, { q: QUALITY.edited })));
  await hub.again.settled(id, 10_000);
  await hub.stored();
  const expected = [
    [0, 100],
    [2, 50],
    [4, 70],
    [5, 100.5],
    [30, 60],
  ];
  expect(await rows()).toEqual(expected);
  expect((await done()).rows).toMatchObject({ added: 0, changed: 0, removed: 0, kept: 4 });
  expect(await rows()).toEqual(expected);
});

test('what is held as evidence neither changes nor goes, and is counted', async () => {
  for (let k = 0; k < 4; k++) await send(k, k);
  await hub.stored();
  await hub.stop();
  const frozen = (ds: number, t: number) => ds <= HUMIDITY && t < NOON + 2 * HOUR;
  hub = await testHub(folder, working, {}, { models: revisedModels({ warmer: 1, without: 'humidity' }) }, frozen);
  await hub.stored();
  expect((await done({ device: DEVICE }, true)).rows).toMatchObject({ changed: 2, removed: 2, frozen: 4 });
  expect((await done()).rows).toMatchObject({ changed: 2, removed: 2, frozen: 4 });
  expect(await rows()).toEqual([
    [0, 0],
    [1, 0.1],
    [2, 1.2],
    [3, 1.3],
  ]);
  expect(await rows(HUMIDITY)).toHaveLength(2);
});

test('neither live clients nor device health hear of it', async () => {
  await send(0, 1);
  await restart({ warmer: 5 });
  hub.live.length = 0;
  await done();
  expect(hub.live).toEqual([]);
});

test('what was a repetition is one, also one that memory has forgotten', async () => {
  await send(0, 1, { identity: 'a' });
  await hub.send({ hex: frame(1), time: null, identity: 'b' }, 0, NOON + HOUR);
  await hub.send({ hex: frame(1), time: null, identity: 'b' }, DELIVERY.dup, NOON + HOUR + 60_000);
  await hub.stored();
  await restart(null, { repetitionMinutes: 0 });
  await send(0, 1, { identity: 'a' });
  await hub.stored();
  expect(await rows()).toHaveLength(2);
  await restart({ warmer: 1, older: HOUR });
  const dry = await done({ device: DEVICE }, true);
  expect(dry.rows).toMatchObject({ added: 4, removed: 4 });
  const job = await done();
  expect(job.rows).toEqual(dry.rows);
  expect(await rows()).toEqual([
    [-1, 1.1],
    [0, 1.1],
  ]);
});

test('only messages that came in the given time are read again', async () => {
  for (let k = 0; k < 5; k++) await hub.send({ hex: frame(k), time: null }, 0, NOON + k * HOUR);
  await restart({ warmer: 1 });
  await done({ device: DEVICE, from: NOON + HOUR, to: NOON + 3 * HOUR });
  expect(await rows()).toEqual([
    [0, 0],
    [1, 1.1],
    [2, 1.2],
    [3, 0.3],
    [4, 0.4],
  ]);
});

test('of one Datastream only its rows are read again, and a letter with other readings waits', async () => {
  await send(0, 1);
  await send(1, 2, { hex: `ff${frame(2)}` });
  await restart({ warmer: 1, headers: true });
  const job = await done({ datastream: TEMPERATURE });
  expect(await rows()).toEqual([
    [0, 1.1],
    [1, 1.2],
  ]);
  expect(await rows(HUMIDITY)).toHaveLength(1);
  expect(job.letters.healed).toBe(0);
  expect(hub.ledger.lettersOf(DEVICE)).toBe(1);
  expect((await done()).letters.healed).toBe(1);
  expect(await rows(HUMIDITY)).toHaveLength(2);
});

test('other devices and what the API wrote are not touched', async () => {
  const other = '24e124136b999999';
  await registerDevice(hub, other);
  await hub.send({ device: other, hex: frame(7) });
  await send(0, 1);
  await editIn(hub, ...put(row(NOON + 9 * HOUR, 77)));
  await restart({ warmer: 100 });
  const [theirs] = Object.values(hub.registry.catalogue.devices.get(other)?.datastreams ?? {});
  await done();
  expect(await rows(theirs)).toEqual([[0, 0.7]]);
  expect(await rows()).toEqual([
    [0, 100.1],
    [9, 77],
  ]);
});

test('frames that are not understood any more become dead letters, and their rows go', async () => {
  await send(0, 1);
  await restart({ refuses: [7] });
  const job = await done();
  expect([job.rows.removed, job.letters.new]).toEqual([2, 1]);
  expect(await rows()).toEqual([]);
  expect(hub.ledger.deadLetters({}, 5).letters).toMatchObject([{ code: 'decode.invalid', device: DEVICE }]);
});

test('while the store is down the job waits and says why, then it goes on; another one is refused meanwhile', async () => {
  for (let k = 0; k < 4; k++) await send(k, k);
  await restart({ warmer: 1, older: HOUR });
  down = new Set(['revise', 'write']);
  const { id } = await hub.again.decodeAgain({ device: DEVICE }, false, 'operator');
  const deadline = Date.now() + 5000;
  while (hub.again.job(id)?.waitsFor !== 'down' && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(hub.again.job(id)).toMatchObject({ state: 'running', waitsFor: 'down' });
  await expect(hub.again.decodeAgain({ device: DEVICE }, true, 'operator')).rejects.toMatchObject({
    code: 'request.conflict',
  });
  down = new Set();
  await hub.again.settled(id, 10_000);
  expect(hub.again.job(id)).toMatchObject({ state: 'done', waitsFor: null, rows: { added: 8, removed: 8 } });
});

test('a cancelled job ends, what is done stays done, and the next one does the rest', async () => {
  for (let k = 0; k < 4; k++) await send(k, k);
  await restart({ warmer: 1 });
  down = new Set(['revise']);
  const { id } = await hub.again.decodeAgain({ device: DEVICE }, false, 'operator');
  expect(await hub.again.cancel(id)).toBe(true);
  expect(hub.again.job(id)).toMatchObject({ state: 'cancelled', ended: NOON });
  down = new Set();
  expect((await done()).rows.changed).toBe(4);
});

test('a job goes on after a restart, and is remembered when it has ended [limit ingest.againJobs]', async () => {
  for (let k = 0; k < 4; k++) await send(k, k);
  await restart({ warmer: 1 });
  down = new Set(['revise']);
  const { id } = await hub.again.decodeAgain({ device: DEVICE }, false, 'operator');
  await hub.stop();
  down = new Set();
  await start({ warmer: 1 }, { againJobs: 2 });
  await hub.again.settled(id, 10_000);
  expect(hub.again.job(id)).toMatchObject({ state: 'done', by: 'operator', rows: { changed: 4 } });
  expect(await latest()).toMatchObject({ t: NOON, result: 1 });
  for (let k = 0; k < 3; k++) await done();
  expect(hub.again.list().map((job) => job.id)).toEqual([id + 3, id + 2]);
});

test('a job that goes on in the middle knows a repetition of what came before', async () => {
  const untimed = (hex: string, identity: string, at: number, delivery = 0) =>
    hub.send({ hex, time: null, identity }, delivery, NOON + at);
  // the registration is record 1, the first delivery record 100: the last one of a window
  for (let k = 0; k < 98; k++) await untimed(frame(k), `${k}`, k * 1000);
  await untimed(frame(1), 'b', 200_000);
  expect(hub.journal.last).toBe(100);
  await untimed(frame(1), 'b', 260_000, DELIVERY.dup);
  await untimed('01755c0367cf00046865', 'c', 270_000);
  await hub.stored();
  expect(await rows()).toHaveLength(100);
  await restart({ refuses: [10] }, { againRows: 100 });
  down = new Set(['revise']);
  const { id } = await hub.again.decodeAgain({ device: DEVICE }, false, 'operator');
  const deadline = Date.now() + 5000;
  while (hub.again.job(id)?.waitsFor !== 'down' && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(hub.again.job(id)).toMatchObject({ records: { next: 101 } });
  await hub.stop();
  down = new Set();
  await start({ refuses: [10] }, { againRows: 100 });
  await hub.again.settled(id, 10_000);
  expect(hub.again.job(id)).toMatchObject({ state: 'done', rows: { added: 0, removed: 3 } });
  expect(await rows()).toHaveLength(99);
});

test('a latest value that was saved before the store changed is right after a crash', async () => {
  for (let k = 0; k < 3; k++) await send(k - 3, k);
  await restart({ warmer: 1 });
  await hub.stop();
  // the job had done its work, and the file of the latest values was older when the hub was killed
  const old = await import('node:fs').then(({ readFileSync }) => readFileSync(join(folder, 'latest.bin')));
  await start({ warmer: 1 });
  down = new Set(['extents']);
  const { id } = await hub.again.decodeAgain({ device: DEVICE }, false, 'operator');
  await hub.again.settled(id, 10_000);
  await hub.stop();
  const { writeFileSync } = await import('node:fs');
  writeFileSync(join(folder, 'latest.bin'), old);
  const { DatabaseSync } = await import('node:sqlite');
  const ledger = new DatabaseSync(join(folder, 'ledger.db'));
  const [{ body }] = ledger.prepare("SELECT body FROM note WHERE topic = 'jobs'").all() as [{ body: string }];
  ledger.prepare("UPDATE note SET body = ? WHERE topic = 'jobs'").run(body.replace('"done"', '"running"'));
  ledger.close();
  down = new Set();
  await start({ warmer: 1 });
  await hub.again.settled(id, 10_000);
  expect(await latest()).toMatchObject({ result: 1.2 });
});

test('nobody is asked for what was never there', async () => {
  for (const [selection, said] of [
    [{ device: 'ffff' }, 'no device ffff'],
    [{ model: 'acme/none' }, 'no device model acme/none'],
    [{ datastream: 99 }, 'no Datastream 99'],
  ] as const)
    await expect(hub.again.decodeAgain(selection, false, 'operator')).rejects.toThrow(said);
  expect(hub.again.list()).toEqual([]);
});

test('windows are as small as the option says, and nothing is missed [limit ingest.againRows]', async () => {
  const sent = Array.from({ length: 300 }, (_, k) => send(k % 7 === 0 ? -k : k, k % 200));
  await Promise.all(sent);
  await restart({ warmer: 1 }, { againRows: 100 });
  const job = await done();
  expect(job.rows.changed).toBe(300);
  expect((await rows()).every(([, r]) => r >= 1)).toBe(true);
});

test('what was read by a model that was never right is read by the right one; Datastreams that only the wrong one fed are ended', async () => {
  const right = revisedModels({ without: 'humidity', revision: 1 });
  const wrong = { ...(revisedModels({ warmer: 100 }).get(MODEL) as DeviceModel), id: 'test/wrong' as const };
  const other = '24e124136b320001';
  const register = (model: string, more: object = {}) =>
    hub.registry.import(
      {
        organisations: [{ id: 'ulm', name: 'Ulm' }],
        things: [{ key: 'depot', name: 'Depot', organisation: 'ulm' }],
        devices: [{ key: other, organisation: 'ulm', thing: 'depot', model, visibility: 'public', ...more }],
      },
      'operator',
    );
  await hub.stop();
  hub = await testHub(folder, working, {}, { models: new Map([...right, ['test/wrong', wrong]]) });
  await register('test/wrong');
  const fed = hub.registry.catalogue.devices.get(other)!.datastreams;
  for (const at of [0, 1]) await send(at, 10 * at, { device: other, identity: `${at}` });
  await hub.stored();
  expect(await rows(fed.temperature)).toEqual([
    [0, 100],
    [1, 101],
  ]);
  // it has changed, it seems: what came before stays as it is
  await register(MODEL);
  expect((await done({ device: other }, true)).rows).toMatchObject({ added: 0, changed: 0, removed: 0 });
  // said later
  await register(MODEL, { corrects: true });
  await register(MODEL, { corrects: true });
  expect((await done({ device: other }, true)).rows).toMatchObject({ added: 0, changed: 2, removed: 2 });
  const job = await done({ device: other });
  expect(job.rows).toMatchObject({ added: 0, changed: 2, removed: 2, kept: 0 });
  expect(job.endings).toMatchObject([{ datastream: fed.humidity, ends: true }]);
  expect([await rows(fed.temperature), await rows(fed.humidity)]).toEqual([
    [
      [0, 0],
      [1, 1],
    ],
    [],
  ]);
  expect(await latest(fed.temperature)).toMatchObject({ t: NOON, result: 0 });
});
