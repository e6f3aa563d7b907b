/** What a store refuses for good when it is given to it again: on the embedded one, whose weeks are limited. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../services/model/index.ts';
import { sqliteStore, options as storeOptions, type TimeseriesStore } from '../../services/timeseries/index.ts';
import { DEVICE, NOON, registerDevice, type TestHub, testHub } from '../testing/city.ts';
import { editIn, put, row } from '../testing/observations.ts';
import { MODEL } from '../testing/revised.ts';

const WEEK = 7 * 86_400_000;
const all = { datastreams: null, from: null, to: null, order: 'id', offset: 0, limit: 100 } as const;

let folder: string;
let store: TimeseriesStore;
let hub: TestHub;

const start = async (maxPartitions: number) => {
  const options = storeOptions.parse({ maxPartitions });
  store = sqliteStore({ folder: join(folder, 'timeseries'), options, clock: systemClock });
  await store.start();
  hub = await testHub(folder, store);
  await hub.stored();
};
const stop = async () => {
  await hub.stop();
  await store.stop();
};
const requeued = async () => {
  const { id } = hub.again.requeue({ filter: { code: 'store.rejected' }, records: null }, false, 'operator');
  await hub.again.settled(id, 5000);
  return hub.again.job(id);
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'refused-rows-'));
  await start(2);
  await registerDevice(hub);
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

/** A message so many weeks before noon, a minute later than the last. */
let minute = 0;
const send = (weeks: number) => hub.send({ time: NOON - weeks * WEEK + ++minute * 60_000, identity: `u${minute}` });

test('dead letters that the store still refuses stay, those that it takes now are stored, and the job ends', async () => {
  for (const weeks of [0, 1, 2, 3, 2, 3, 3]) await send(weeks);
  await hub.stored();
  await editIn(hub, ...put(row(NOON - 3 * WEEK, 55), row(NOON - WEEK, 56)));
  await hub.stored();
  expect(hub.ledger.deadLetterCounts()).toEqual({ 'store.rejected': 6 });
  const before = await store.count(all);
  expect(await requeued()).toMatchObject({
    state: 'done',
    letters: { decoded: 0, stillDead: { 'store.rejected': 6 } },
  });
  expect(await store.count(all)).toBe(before);
  const [edited] = hub.ledger.deadLetters({ source: 'api' }, 1).letters;
  expect(edited?.detail).toContain('Edit 0: ');
  await stop();
  await start(3);
  // one more week fits: the one that the edit is for, which comes before rows
  expect(await requeued()).toMatchObject({
    state: 'done',
    letters: { decoded: 4, stillDead: { 'store.rejected': 2 } },
  });
  expect(await store.count(all)).toBe(before + 3 * 2 + 1);
  const [letter] = hub.ledger.deadLetters({ device: DEVICE }, 1).letters;
  expect(letter).toMatchObject({ code: 'store.rejected', detail: expect.stringContaining('maxPartitions allows 3') });
  await stop();
  await start(10);
  expect(await requeued()).toMatchObject({ state: 'done', letters: { decoded: 2, stillDead: {} } });
  expect(hub.ledger.deadLetterCounts()).toEqual({});
  expect(await store.count(all)).toBe(7 * 2 + 2);
});

test('decoding again ends, too, and counts what the store refuses', async () => {
  for (const weeks of [0, 1, 2, 3, 2]) await send(weeks);
  await hub.stored();
  for (const dismissed of [false, true]) {
    if (dismissed) await hub.again.dismiss({ filter: {}, records: null }, 'noise', 'operator');
    const { id } = await hub.again.decodeAgain({ model: MODEL }, false, 'operator');
    await hub.again.settled(id, 5000);
    expect(hub.again.job(id)).toMatchObject({ state: 'done', rows: { added: 0, rejected: 3 * 2 } });
    expect(hub.ledger.deadLetterCounts()).toEqual(dismissed ? {} : { 'store.rejected': 3 });
  }
  await stop();
  await start(3);
  const { id } = await hub.again.decodeAgain({ model: MODEL }, false, 'operator');
  await hub.again.settled(id, 5000);
  expect(hub.again.job(id)).toMatchObject({ state: 'done', rows: { added: 2 * 2, kept: 0, rejected: 2 } });
  expect(await store.count(all)).toBe(4 * 2);
});

test('letters of a device that is registered again are tried once, and do not keep those of the next from it', async () => {
  const other = '24e124136b000077';
  for (const weeks of [0, 1, 2]) await send(weeks);
  await hub.send({ device: other, time: NOON });
  await hub.stored();
  await registerDevice(hub);
  await registerDevice(hub, other);
  const deadline = Date.now() + 5000;
  while (hub.ledger.lettersOf(other) > 0 && Date.now() < deadline) await new Promise((done) => setTimeout(done, 5));
  expect(hub.ledger.deadLetterCounts()).toEqual({ 'store.rejected': 1 });
});
