/** Decoding again after a registration that was never right: what people did there stays done. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { QUALITY } from '../../services/model/index.ts';
import { memoryStore, options, sqliteStore, type TimeseriesStore } from '../../services/timeseries/index.ts';
import { DEVICE, NOON, type TestHub, testHub } from '../testing/city.ts';
import { editIn, put, row } from '../testing/observations.ts';
import { MODEL } from '../testing/revised.ts';
import type { DecodeAgainJob } from './index.ts';

const MINUTE = 60_000;
const [WRONG, RIGHT, RIGHT_HUMIDITY] = [1, 4, 5];

const stores: Record<string, (folder: string) => TimeseriesStore> = {
  memory: () => memoryStore(),
  sqlite: (folder) =>
    sqliteStore({ folder: join(folder, 'timeseries'), options: options.parse({}), clock: { now: () => NOON } }),
};

describe.each(Object.entries(stores))('on the %s store', (_, make) => {
  test('what a person deleted, corrected or moved on the wrong Thing does not come back on the right one', async () => {
    const { store, again } = await wrongHub(make);
    expect(await minutes(store, RIGHT)).toEqual([[9, 9]]);
    // of four messages one is as it came; humidities are all as they came
    const dry = await again(true);
    expect(dry.rows).toMatchObject({ added: 5, removed: 5, kept: 3 });
    expect((await again()).rows).toEqual(dry.rows);
    const people = [
      [2, 100],
      [30, 60],
    ];
    expect(await minutes(store, WRONG)).toEqual(people);
    const expected = [
      [4, 4],
      [9, 9],
    ];
    expect(await minutes(store, RIGHT)).toEqual(expected);
    expect(await minutes(store, RIGHT_HUMIDITY)).toHaveLength(5);
    expect((await again()).rows).toMatchObject({ added: 0, changed: 0, removed: 0, kept: 3 });
    expect(await minutes(store, RIGHT)).toEqual(expected);
  });

  test('it comes when the Datastream of the wrong Thing is gone', async () => {
    const { hub, store, again } = await wrongHub(make);
    await hub.registry.change('operator', (plan) => plan.remove('Datastreams', WRONG));
    await hub.stored();
    expect((await again()).rows).toMatchObject({ kept: 0 });
    expect(await minutes(store, RIGHT)).toEqual([1, 2, 3, 4, 9].map((minute) => [minute, minute]));
  });
});

test('a store that is made anew has it at the right Thing until it is decoded again', async () => {
  const { folder, close } = await wrongHub(() => memoryStore());
  await close();
  rmSync(join(folder, 'ledger.db'));
  const store = memoryStore();
  const { again } = await opened(folder, store);
  expect(await minutes(store, RIGHT)).toHaveLength(5);
  expect((await again()).rows).toMatchObject({ removed: 3, kept: 3 });
  expect(await minutes(store, RIGHT)).toEqual([
    [4, 4],
    [9, 9],
  ]);
});

test('nor does it with a dead letter of its message', async () => {
  const { hub, store } = await opened(mkdtempSync(join(tmpdir(), 'left-out-')), memoryStore());
  await register(hub, 'mast');
  await hub.registry.change('operator', (plan) => plan.remove('Datastreams', WRONG + 1));
  for (const minute of [1, 2]) await send(hub, minute);
  await hub.stored();
  expect(hub.ledger.deadLetterCounts()).toEqual({ 'reading.channel': 2 });
  await editIn(hub, await removalOf(store, 1));
  await hub.stored();
  await register(hub, 'tower', { corrects: true });
  const deadline = Date.now() + 5000;
  while (hub.ledger.lettersOf(DEVICE) > 0 && Date.now() < deadline) await new Promise((done) => setTimeout(done, 5));
  expect(await minutes(store, RIGHT_HUMIDITY)).toHaveLength(2);
  expect(await minutes(store, RIGHT)).toEqual([[2, 2]]);
});

/** On the wrong Thing one reading is deleted, one corrected, one moved and one left alone; then the right one is said. */
async function wrongHub(make: (folder: string) => TimeseriesStore) {
  const folder = mkdtempSync(join(tmpdir(), 'left-out-'));
  const store = make(folder);
  const { hub, again, close } = await opened(folder, store);
  await register(hub, 'mast');
  for (const minute of [1, 2, 3, 4]) await send(hub, minute);
  await hub.stored();
  const remove = (minute: number) => removalOf(store, minute);
  await editIn(hub, await remove(1));
  await editIn(hub, await remove(2), ...put(row(NOON + 2 * MINUTE, 100, { q: QUALITY.edited })));
  const claim = { k: [WRONG, NOON + 3 * MINUTE] as [number, number] };
  await editIn(hub, await remove(3), ...put(row(NOON + 30 * MINUTE, 60, { q: QUALITY.edited, x: claim })));
  await register(hub, 'tower', { corrects: true });
  await send(hub, 9);
  await hub.stored();
  return { folder, store, hub, again, close };
}

async function removalOf(store: TimeseriesStore, minute: number) {
  const t = NOON + minute * MINUTE;
  return { op: 'remove', ds: WRONG, t, rec: (await store.at(WRONG, t)).rec[0] as number } as const;
}

async function opened(folder: string, store: TimeseriesStore) {
  const hub = await testHub(folder, store);
  await hub.stored();
  let isOpen = true;
  const close = async () => {
    if (isOpen) await hub.stop();
    isOpen = false;
  };
  onTestFinished(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });
  const again = async (dryRun = false) => {
    const { id } = await hub.again.decodeAgain({ device: DEVICE }, dryRun, 'operator');
    await hub.again.settled(id, 10_000);
    const job = hub.again.job(id) as DecodeAgainJob;
    expect([job.state, job.error]).toEqual(['done', null]);
    return job;
  };
  return { hub, store, again, close };
}

const send = (hub: TestHub, minute: number) =>
  hub.send({
    hex: `0367${(minute * 10).toString(16).padStart(2, '0')}00046864`,
    time: NOON + minute * MINUTE,
    identity: `${minute}`,
  });

const register = (hub: TestHub, thing: string, more: object = {}) =>
  hub.registry.import(
    {
      organisations: [{ id: 'ulm', name: 'Ulm' }],
      things: [{ key: thing, name: thing, organisation: 'ulm' }],
      devices: [{ key: DEVICE, organisation: 'ulm', thing, model: MODEL, visibility: 'public', ...more }],
    },
    'operator',
  );

/** Minutes after noon and results. */
async function minutes(store: TimeseriesStore, ds: number): Promise<[minute: number, result: number][]> {
  const found: [number, number][] = [];
  const query = { datastreams: [ds], from: null, to: null, order: 'id', offset: 0, limit: 1000 } as const;
  for await (const page of store.scan(query))
    for (let i = 0; i < page.length; i++) found.push([((page.t[i] as number) - NOON) / MINUTE, page.r[i] as number]);
  return found;
}
