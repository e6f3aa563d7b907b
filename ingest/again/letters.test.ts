/** Dead letters: looked at, decoded again on request, dismissed; and what a raised revision of a model offers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EditBatch, RowBatch } from '../../services/model/index.ts';
import { memoryStore, type TimeseriesStore } from '../../services/timeseries/index.ts';
import { DEVICE, NOON, registerDevice, type TestHub, testHub } from '../testing/city.ts';
import { editIn, put, row } from '../testing/observations.ts';
import { type Changes, MODEL, revisedModels } from '../testing/revised.ts';
import type { RequeueJob } from './index.ts';

let folder: string;
let store: TimeseriesStore;
let hub: TestHub;

const start = async (changes: Changes | null, options: Record<string, number> = {}) => {
  hub = await testHub(folder, store, options, changes === null ? {} : { models: revisedModels(changes) });
};
const restart = async (changes: Changes | null, options: Record<string, number> = {}) => {
  await hub.stored();
  await hub.stop();
  await start(changes, options);
  await hub.stored();
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'letters-'));
  store = memoryStore();
  await start(null);
});
afterEach(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ALL = { filter: {}, records: null };
const UNKNOWN_HEADER = 'ff0367cf00046865';

async function requeued(
  choice: Parameters<typeof hub.again.requeue>[0],
  dryRun = false,
): Promise<RequeueJob['letters']> {
  const { id } = hub.again.requeue(choice, dryRun, 'operator');
  await hub.again.settled(id, 10_000);
  const job = hub.again.job(id) as RequeueJob;
  expect([job.state, job.error]).toEqual(['done', null]);
  return job.letters;
}
const count = () => store.count({ datastreams: null, from: null, to: null, order: 'id', offset: 0, limit: 1 });

test('those that can be decoded now become Observations; the others are counted by their present code', async () => {
  await registerDevice(hub);
  for (let k = 0; k < 250; k++) await hub.send({ hex: UNKNOWN_HEADER, time: NOON + k });
  await hub.send({ hex: '0367' });
  await hub.send('no json');
  await hub.send({ device: '00000000000000aa' });
  await restart({ headers: true });
  expect(await count()).toBe(0);
  const expected = {
    decoded: 250,
    untried: 0,
    gone: 0,
    stillDead: { 'decode.truncated': 1, 'envelope.json': 1, 'device.unknown': 1 },
  };
  expect(await requeued(ALL, true)).toEqual(expected);
  expect([await count(), hub.ledger.lettersOf(DEVICE)]).toEqual([0, 251]);
  expect(await requeued(ALL)).toEqual(expected);
  expect([await count(), hub.ledger.lettersOf(DEVICE)]).toEqual([500, 1]);
  expect(hub.latest.get(1)).toMatchObject({ t: NOON + 249, result: 20.7 });
  expect(hub.live).toEqual([]);
  expect(hub.pipeline.counters.requeued).toBe(250);
  expect(await requeued(ALL)).toMatchObject({ decoded: 0 });
});

test('only those of a filter, or of some records, are taken', async () => {
  await registerDevice(hub);
  for (let k = 0; k < 6; k++) await hub.send({ hex: UNKNOWN_HEADER, time: NOON + k }, 0, NOON + k * 1000);
  const numbers = hub.ledger.deadLetters({}, 10, 'up').letters.map(({ record }) => record);
  await restart({ headers: true });
  expect(await requeued({ filter: { from: NOON + 1000, to: NOON + 3000 }, records: null })).toMatchObject({
    decoded: 2,
  });
  expect(await requeued({ filter: {}, records: [numbers[0] as number, 99_999] })).toMatchObject({ decoded: 1 });
  expect(await requeued({ filter: { code: 'decode.port' }, records: null })).toMatchObject({ decoded: 0 });
  expect(hub.ledger.lettersOf(DEVICE)).toBe(3);
});

test('one whose message the journal no longer has says so, is counted as gone, and is forgotten then', async () => {
  hub.ledger.addDeadLetter({
    record: 77_777,
    at: NOON,
    source: 'test',
    device: DEVICE,
    code: 'decode.unknown',
    detail: 'x',
  });
  expect(await hub.again.inspect(77_777)).toMatchObject({
    record: 77_777,
    message: { kept: false, reason: expect.stringContaining('cannot be read') },
    now: null,
  });
  expect(await requeued(ALL)).toEqual({ decoded: 0, untried: 0, gone: 1, stillDead: {} });
  expect(await hub.again.inspect(77_777)).toBeNull();
});

test('one is shown with its bytes, its envelope, its model and what it would yield now [limit ingest.shownBytes]', async () => {
  await registerDevice(hub);
  await hub.send({ hex: UNKNOWN_HEADER, identity: 'a' });
  const { last } = hub.journal;
  const before = await hub.again.inspect(last);
  expect(before).toMatchObject({
    record: last,
    code: 'decode.unknown',
    title: 'The frame holds a field that the model does not know',
    message: { kept: true, topic: 'test/up', receivedAt: NOON, delivery: [], cut: false },
    events: [
      {
        kind: 'up',
        device: DEVICE,
        fPort: 85,
        payloadHex: UNKNOWN_HEADER,
        identity: 'a',
        registered: true,
        model: MODEL,
      },
    ],
    now: { readings: [], deadLetters: [{ code: 'decode.unknown' }] },
  });
  if (before?.message.kept !== true) throw new Error('the message is there');
  expect(JSON.parse(before.message.text as string)).toMatchObject({ hex: UNKNOWN_HEADER });
  expect(Buffer.from(before.message.hex, 'hex').toString()).toBe(before.message.text);
  await restart({ headers: true }, { shownBytes: 5 });
  const after = await hub.again.inspect(last);
  expect(after?.now).toEqual({
    readings: [
      { datastream: 1, time: NOON, result: 20.7, quality: 0 },
      { datastream: 2, time: NOON, result: 50.5, quality: 0 },
    ],
    deadLetters: [],
  });
  expect(after?.message).toMatchObject({ text: '{"hex'.slice(0, 5), bytes: before.message.bytes, cut: true });
  // looking changes nothing
  expect([hub.ledger.lettersOf(DEVICE), await count()]).toEqual([1, 0]);
});

test('rows and edits that the store refused are given to it again, and stay dead letters while it refuses them', async () => {
  await hub.stop();
  let refuses = true;
  const said = 'field type conflict';
  const picky = new Proxy(store, {
    get(target, name) {
      if (name === 'write' && refuses)
        return async (batch: RowBatch) => ({
          inserted: 0,
          replayed: 0,
          conflicts: [],
          rejected: Array.from({ length: batch.length }, (_, index) => ({ index, detail: said })),
        });
      if (name === 'edit' && refuses)
        return async (batches: readonly EditBatch[]) =>
          batches.flatMap(({ rec, edits }) => edits.map((_, index) => ({ rec, index, detail: said })));
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  hub = await testHub(folder, picky);
  await registerDevice(hub);
  await hub.send({ time: NOON });
  await editIn(hub, ...put(row(NOON + 5, 3)));
  await hub.stored();
  expect(hub.ledger.deadLetterCounts()).toEqual({ 'store.rejected': 2 });
  expect(await requeued(ALL)).toEqual({ decoded: 0, untried: 0, gone: 0, stillDead: { 'store.rejected': 2 } });
  const [edited] = hub.ledger.deadLetters({ source: 'api' }, 1).letters;
  expect(await hub.again.inspect(edited?.record as number)).toMatchObject({
    detail: expect.stringContaining(said),
    change: { edits: 1, first: [{ op: 'put', row: { r: 3 } }] },
    message: { kept: false, reason: expect.stringContaining('API') },
  });
  // nothing is wrong with them, but nobody has asked the store
  expect(await requeued(ALL, true)).toEqual({ decoded: 0, untried: 2, gone: 0, stillDead: {} });
  refuses = false;
  expect(await requeued(ALL)).toEqual({ decoded: 2, untried: 0, gone: 0, stillDead: {} });
  expect([hub.ledger.deadLetterCounts(), await count()]).toEqual([{}, 3]);
});

test('bytes that are no text are shown as hex alone', async () => {
  await hub.sendBytes(Buffer.from([0xff, 0xfe, 0x00]));
  expect((await hub.again.inspect(hub.journal.last))?.message).toMatchObject({ text: null, hex: 'fffe00', bytes: 3 });
});

test('some are dismissed; their messages stay in the journal', async () => {
  await hub.send('no json');
  const { last } = hub.journal;
  await hub.send({ device: '00000000000000aa' });
  const dismissed = await hub.again.dismiss({ filter: { code: 'envelope.json' }, records: null }, 'a test', 'operator');
  expect(dismissed).toEqual({ dismissed: 1, more: false });
  expect(hub.ledger.deadLetterCounts()).toEqual({ 'device.unknown': 1 });
  expect(await hub.journal.get(last)).not.toBeNull();
  expect(await hub.again.dismiss({ filter: {}, records: [last, last + 1] }, 'again', 'operator')).toMatchObject({
    dismissed: 1,
  });
});

test('a raised revision is offered from the next start on, until the history is decoded again', async () => {
  await registerDevice(hub);
  await hub.send({ time: NOON });
  await hub.send({ time: NOON + 1 });
  expect(hub.again.raised()).toEqual([]);
  await restart({ revision: 3 });
  const offer = { model: MODEL, name: 'Milesight EM300-TH', from: 1, to: 3 };
  expect(hub.again.raised()).toEqual([offer]);
  expect(await hub.again.offers()).toEqual([{ ...offer, devices: 1, records: 2, observations: 4 }]);
  await restart({ revision: 3 });
  // a part of it is not enough, and looking is nothing
  for (const [selection, dryRun] of [
    [{ model: MODEL, from: NOON }, false],
    [{ model: MODEL }, true],
  ] as const) {
    const { id } = await hub.again.decodeAgain(selection, dryRun, 'operator');
    await hub.again.settled(id, 5000);
    expect(hub.again.raised()).toEqual([offer]);
  }
  const { id } = await hub.again.decodeAgain({ model: MODEL }, false, 'operator');
  await hub.again.settled(id, 5000);
  expect(hub.again.raised()).toEqual([]);
  await restart({ revision: 3 });
  expect(hub.again.raised()).toEqual([]);
});

test('an offer can be dismissed; the next revision is offered again', async () => {
  await registerDevice(hub);
  await restart({ revision: 2 });
  expect(hub.again.dismissOffer(MODEL)).toBe(true);
  expect(hub.again.dismissOffer(MODEL)).toBe(false);
  await restart({ revision: 2 });
  expect(hub.again.raised()).toEqual([]);
  await restart({ revision: 4 });
  expect(hub.again.raised()).toMatchObject([{ from: 2, to: 4 }]);
});

test('the first device of a model that was raised before brings no offer', async () => {
  await restart({ revision: 2 });
  await registerDevice(hub);
  expect(hub.again.raised()).toEqual([]);
  await restart({ revision: 2 });
  expect(hub.again.raised()).toEqual([]);
});
