/** The store is lost and made again from the journal: rows, tie numbers and ids are what they were. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Edit, RESULT } from '../services/model/index.ts';
import { memoryStore, type TimeseriesStore } from '../services/timeseries/index.ts';
import { NOON, registerDevice, type TestHub, testHub } from './testing/city.ts';

const TEMPERATURE = 1;
const forgetful = { repetitionMinutes: 0 };
let folder: string;
let store: TimeseriesStore;
let hub: TestHub;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rebuilt-'));
  store = memoryStore();
  hub = await testHub(folder, store, forgetful);
  await registerDevice(hub);
});
afterEach(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Found {
  readonly n: number;
  readonly r: number;
  readonly id: number;
}

async function rows(): Promise<Found[]> {
  const { length, n, r, id } = await store.at(TEMPERATURE, NOON);
  return Array.from({ length }, (_, i) => ({ n: n[i]!, r: r[i]!, id: id[i]! }));
}

/** The temperature in tenths of a degree; the store has it when this resolves. */
async function send(identity: string, tenths: number): Promise<void> {
  await hub.send({ identity, hex: `0367${tenths.toString(16).padStart(2, '0')}00` });
  await hub.stored();
}

async function makeAgain(): Promise<void> {
  await hub.stop();
  rmSync(join(folder, 'ledger.db'), { force: true });
  store = memoryStore();
  hub = await testHub(folder, store, forgetful);
  await hub.stored();
}

test('a tie that was delivered again is there once, with its id', async () => {
  await send('a', 1);
  await send('b', 2);
  await send('b', 2);
  await send('c', 3);
  await send('b', 2);
  const before = await rows();
  expect(before.map(({ n, r }) => [n, r])).toEqual([
    [0, 0.1],
    [1, 0.2],
    [2, 0.3],
  ]);
  await makeAgain();
  expect(await rows()).toEqual(before);
});

test('readings beside an Observation of the API are ties in the order of the journal', async () => {
  const row = { ds: TEMPERATURE, t: NOON, n: 0, id: 0, type: RESULT.number, r: 9, q: 0, x: { rt: null } };
  const edits: Edit[] = [{ op: 'put', row }];
  await hub.registry.change('test', (plan) => {
    for (const edit of edits) plan.edit(edit);
  });
  await send('a', 1);
  await send('b', 2);
  const before = await rows();
  expect(before.map(({ n, r }) => [n, r])).toEqual([
    [0, 9],
    [1, 0.1],
    [2, 0.2],
  ]);
  await makeAgain();
  expect(await rows()).toEqual(before);
  expect(hub.latest.get(TEMPERATURE)).toMatchObject({ result: 0.2 });
});

test('an edited tie keeps its id, and no other row has it', async () => {
  await send('a', 1);
  await send('b', 2);
  await send('c', 3);
  const [, tie] = await rows();
  const { n, id } = tie!;
  const rec = (await store.at(TEMPERATURE, NOON)).rec[1]!;
  const row = { ds: TEMPERATURE, t: NOON, n, id, type: RESULT.number, r: 9, q: 0, x: null };
  await hub.registry.change('test', (plan) => {
    plan.edit({ op: 'remove', ds: TEMPERATURE, t: NOON, rec, n });
    plan.edit({ op: 'put', row });
  });
  await hub.stored();
  const before = await rows();
  expect(before.map(({ r }) => r)).toEqual([0.1, 9, 0.3]);
  await makeAgain();
  expect(await rows()).toEqual(before);
  expect((await store.byAssignedId(id))!.r[0]).toBe(9);
});
