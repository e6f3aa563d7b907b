/** Freezes, orders of erasure, and a store that does not answer: who waits for whom, and what comes after. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RECORD } from '../journal/index.ts';
import type { TimeseriesStore } from '../timeseries/index.ts';
import { FrozenRecords } from './frozen-records.ts';
import { History } from './history.ts';
import { DAY, NOW, TestWorld } from './test-world.ts';

const said = { reason: 'because', by: 'anna' };
const SPAN = { from: NOW - 20 * DAY, to: NOW - 10 * DAY };
const worlds: TestWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});

/** Two devices, each with its Datastream, and a message of each a day for 60 days. */
async function sixtyDays(): Promise<TestWorld> {
  const world = new TestWorld({});
  worlds.push(world);
  await world.start();
  for (const ds of [1, 2]) {
    world.datastream(ds);
    world.device(`d${ds}`, [ds]);
  }
  for (let days = 60; days >= 1; days--)
    for (const ds of [1, 2])
      await world.receive(NOW - days * DAY, { device: `d${ds}`, readings: [[ds, NOW - days * DAY, days]] });
  await world.look();
  return world;
}

const erase = (world: TestWorld, ds: number, span: { from: number; to: number } = SPAN) =>
  world.orders.erase({ ...said, datastreams: [ds], devices: [], ...span, record: world.journal.last, asked: {} });
const freeze = (world: TestWorld, datastreams: number[] | null, span: { from?: number; to?: number } = {}) =>
  world.orders.freeze({ ...said, datastreams, devices: [], from: span.from ?? null, to: span.to ?? null });
const isDone = (world: TestWorld, id: string) => world.orders.erasure(id)?.done !== null;
const done = (world: TestWorld, id: string) =>
  vi.waitFor(() => expect(isDone(world, id)).toBe(true), { timeout: 10_000, interval: 5 });
const receipt = (world: TestWorld, id: string) => JSON.parse(world.orders.erasure(id)!.done!.receipt);
/** Messages of Datastream 1 with a reading in the span that still have their content. */
async function inSpan(world: TestWorld): Promise<number> {
  let found = 0;
  for await (const records of world.journal.read(1))
    for (const record of records) {
      if (record.kind !== RECORD.message) continue;
      const { readings } = world.message(record);
      if (readings.some(([ds, t]) => ds === 1 && t >= SPAN.from && t < SPAN.to)) found++;
    }
  return found;
}
const rowsInSpan = async (world: TestWorld) =>
  (await world.rows()).filter(([ds, t]) => ds === 1 && t >= SPAN.from && t < SPAN.to).length;

/** A store whose deletions are answered when the test says so. */
function silent(store: TimeseriesStore) {
  const gate = Promise.withResolvers<void>();
  const { expire } = store;
  const asked = vi.fn(async (expiry: Parameters<typeof expire>[0]) => {
    await gate.promise;
    return expire.call(store, expiry);
  });
  store.expire = asked;
  return { asked, answer: gate.resolve };
}

function historyOf(world: TestWorld, freezeWaitMs: number): History {
  return new History({
    orders: world.orders,
    policies: world.policies,
    classes: new Map(),
    retention: world.retention,
    cleaning: world.cleaning,
    erasing: world.erasing,
    frozen: new FrozenRecords({ journal: world.journal, orders: world.orders }),
    revised: async () => undefined,
    catalogue: world.catalogue as never,
    latest: { extent: () => null },
    lastRecord: () => world.journal.last,
    count: async () => 0,
    ordered: async () => undefined,
    clock: world.clock,
    options: { maxOrderDatastreams: 100, freezeWaitMs },
  });
}

describe('an erasure that a freeze holds', () => {
  it('lets others go first, and is carried out when the freeze is lifted', async () => {
    const world = await sixtyDays();
    const held = await erase(world, 1);
    const holding = await freeze(world, [1]);
    const free = await erase(world, 2);
    world.erasing.wake();
    await done(world, free.id);
    expect([isDone(world, held.id), world.erasing.progress(held.id)?.step]).toEqual([false, 'held by a freeze']);
    await world.orders.lift(holding.id, 'anna', 'over');
    await done(world, held.id);
    expect(await rowsInSpan(world)).toBe(0);
  });

  it('does not keep a restored hub from its start, as it did not keep the hub before', async () => {
    const world = await sixtyDays();
    const order = await erase(world, 1);
    await freeze(world, null);
    await again(world, order.id);
    await world.erasing.first();
    expect([isDone(world, order.id), await rowsInSpan(world)]).toEqual([false, 10]);
  });

  it('is carried out again after a restore where it had been before the freeze came', async () => {
    const world = await sixtyDays();
    const order = await erase(world, 1);
    world.erasing.wake();
    await done(world, order.id);
    await freeze(world, null);
    const t = NOW - 15 * DAY;
    await world.receive(t, { device: 'd1', readings: [[1, t, 1]] });
    await again(world, order.id);
    await world.erasing.first();
    expect([isDone(world, order.id), await rowsInSpan(world), await inSpan(world)]).toEqual([true, 0, 0]);
  });
});

describe('messages near what a freeze holds', () => {
  it('stay after an erasure, whose receipt names them, and go when the freeze is lifted', async () => {
    const world = await sixtyDays();
    const holding = await freeze(world, [1], { from: NOW - 60 * DAY, to: NOW - 30 * DAY });
    const order = await erase(world, 1);
    world.erasing.wake();
    await done(world, order.id);
    expect(await inSpan(world)).toBe(10);
    expect(receipt(world, order.id)).toMatchObject({
      removed: { journal: { messages: 0 } },
      notReached: [
        { place: '10 messages in the journal', why: expect.stringContaining(holding.id) },
        { place: 'Copies that readers took' },
      ],
    });
    await world.retention.run();
    expect(await inSpan(world)).toBe(10);
    const other = (await world.messages()).length;
    await world.orders.lift(holding.id, 'anna', 'over');
    expect((await world.retention.run()).failure).toBeNull();
    expect([await inSpan(world), await world.messages()]).toEqual([0, expect.objectContaining({ length: other - 10 })]);
  });
});

describe('a message that comes after an erasure with a reading of its span', () => {
  it('loses its content with the next run, and each segment is looked at once', async () => {
    const world = await sixtyDays();
    const order = await erase(world, 1);
    world.erasing.wake();
    await done(world, order.id);
    await world.retention.run();
    const late = await world.receive(NOW + 1000, { device: 'd1', readings: [[1, NOW - 15 * DAY, 1]] });
    const fresh = await world.receive(NOW + 1000, { device: 'd1', readings: [[1, NOW + 1000, 1]] });
    await world.journal.endSegment(NOW + 2000);
    const scrub = vi.spyOn(world.journal, 'scrub');
    await world.retention.run();
    expect(await world.journal.get(late)).toMatchObject({ kind: RECORD.gone, body: { length: 0 } });
    expect((await world.journal.get(fresh))?.kind).toBe(RECORD.message);
    expect(world.forgotten).toContain(late);
    expect(scrub).toHaveBeenCalledTimes(1);
    await world.retention.run();
    expect(scrub).toHaveBeenCalledTimes(1);
  });

  it('loses it too where it was on its way to the disk when the order came', async () => {
    const world = await sixtyDays();
    const [order, number] = await Promise.all([
      erase(world, 1),
      world.receive(NOW, { device: 'd1', readings: [[1, NOW - 15 * DAY, 1]] }),
    ]);
    expect(number).toBeGreaterThan(order.record);
    world.erasing.wake();
    await done(world, order.id);
    expect((await world.journal.get(number))?.kind).toBe(RECORD.gone);
  });
});

describe('while the store has not confirmed a deletion', () => {
  it('a freeze is answered in time, says that something is still going, and says when it is over', async () => {
    const world = await sixtyDays();
    const { asked, answer } = silent(world.store);
    const order = await erase(world, 1);
    world.erasing.wake();
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    const history = historyOf(world, 20);
    const { id } = await history.freeze({ datastreams: [2] }, { from: null, to: null, ...said });
    expect([history.isSettling(id), world.orders.frozen.has(2, NOW)]).toEqual([true, true]);
    answer();
    await vi.waitFor(() => expect(history.isSettling(id)).toBe(false));
    await done(world, order.id);
    const calm = await historyOf(world, 10_000).freeze({ datastreams: [2] }, { from: null, to: null, ...said });
    expect(history.isSettling(calm.id)).toBe(false);
  });

  it('the hub stops, and an erasure is not called done', async () => {
    const world = await sixtyDays();
    const { asked } = silent(world.store);
    const order = await erase(world, 1);
    world.erasing.wake();
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    await world.erasing.stop();
    expect(isDone(world, order.id)).toBe(false);
  });

  it('the hub stops while old rows go', async () => {
    const world = new TestWorld({ standard: { observations: 30 } });
    worlds.push(world);
    await world.start();
    world.datastream(1);
    await world.receive(NOW - 40 * DAY, { device: 'd1', readings: [[1, NOW - 40 * DAY, 1]] });
    await world.look();
    const { asked } = silent(world.store);
    void world.retention.run();
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    await world.retention.stop();
    expect(world.retention.last).toBeNull();
  });
});

describe('segments of the journal that a freeze keeps', () => {
  async function segments(...days: (readonly number[])[]): Promise<{ world: TestWorld; firsts: number[] }> {
    const world = new TestWorld({});
    worlds.push(world);
    await world.start();
    const firsts: number[] = [];
    for (const some of days) {
      for (const age of some) await world.receive(NOW - age * DAY, { device: 'd1', readings: [] });
      await world.journal.endSegment(NOW - 100 * DAY);
      firsts.push((await world.journal.closedSegments()).at(-1)!.first);
    }
    return { world, firsts };
  }

  it('begin with the first one that has a message of its time, also where the clock went back since', async () => {
    const { world, firsts } = await segments([60, 59], [58, 9, 57], [56, 55], [10, 9]);
    const frozen = new FrozenRecords({ journal: world.journal, orders: world.orders });
    frozen.look();
    expect(frozen.from).toBe(Number.POSITIVE_INFINITY);
    const { id } = await freeze(world, [1], { from: NOW - 20 * DAY });
    frozen.look();
    expect(frozen.from).toBe(0);
    await frozen.settled();
    expect(frozen.from).toBe(firsts[1]);
    await world.orders.lift(id, 'anna', 'over');
    frozen.look();
    expect(frozen.from).toBe(Number.POSITIVE_INFINITY);
    await frozen.settled();
    expect(frozen.from).toBe(Number.POSITIVE_INFINITY);
  });

  it('are all, where the freeze has no beginning or the journal cannot be read', async () => {
    const { world } = await segments([60], [50]);
    const failed = vi.fn();
    const look = vi.spyOn(world.journal, 'look').mockRejectedValueOnce(new Error('the disk fails'));
    const frozen = new FrozenRecords({ journal: world.journal, orders: world.orders, failed });
    await freeze(world, [1], { from: NOW - 20 * DAY });
    frozen.look();
    await frozen.settled();
    expect([frozen.from, look.mock.calls.length, failed.mock.calls.length]).toEqual([0, 1, 1]);
    frozen.look();
    await frozen.settled();
    expect(frozen.from).toBe((await world.journal.closedSegments()).at(-1)!.end);
    await freeze(world, [1]);
    frozen.look();
    await frozen.settled();
    expect(frozen.from).toBe(1);
  });
});

it('an erasure waits for what is on its way to the store', async () => {
  const world = await sixtyDays();
  const underWay = Promise.withResolvers<void>();
  world.underWay = underWay.promise;
  const asked = vi.spyOn(world.store, 'expire');
  const order = await erase(world, 1);
  world.erasing.wake();
  await vi.waitFor(() => expect(world.erasing.progress(order.id)?.step).toBe('waiting for the store'));
  await world.journal.endSegment(NOW);
  expect(asked).not.toHaveBeenCalled();
  underWay.resolve();
  await done(world, order.id);
});

/** A backup from before the order is put in place. */
async function again(world: TestWorld, id: string): Promise<void> {
  await world.orders.stop();
  await world.append(RECORD.gone, new Uint8Array(), NOW);
  const { appendFileSync } = await import('node:fs');
  appendFileSync(`${world.folder}/orders.jsonl`, `${JSON.stringify({ kind: 'again', id, at: NOW })}\n`);
  await world.orders.start();
}
