import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeGone, hashOfIdentity, RECORD } from '../journal/index.ts';
import type { MultiDatastream } from '../model/index.ts';
import { DAY, NOW, TestWorld } from './test-world.ts';

const HOUR = 3_600_000;
const classes = {
  standard: { frames: 'forever', observations: 'forever' },
  month: { frames: 30, observations: 30 },
  none: { frames: 0, observations: 10 },
} as const;
const NAMES = ['standard', 'month', 'none'] as const;
const said = { reason: 'because', by: 'anna' };
const worlds: TestWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});

async function newWorld(
  given: ConstructorParameters<typeof TestWorld>[0] = classes,
  journal: Record<string, number> = {},
): Promise<TestWorld> {
  const world = new TestWorld(given, journal);
  worlds.push(world);
  await world.start();
  return world;
}

/** Three devices, one of each class: device k feeds Datastream k. */
async function threeClasses(): Promise<TestWorld> {
  const world = await newWorld();
  NAMES.forEach((name, i) => {
    world.datastream(i + 1, name);
    world.device(`d${i + 1}`, [i + 1]);
  });
  return world;
}

describe('what is due', () => {
  it('goes, what is not stays, and what is frozen stays, whatever the messages are', async () => {
    const message = fc.record({
      device: fc.integer({ min: 1, max: 4 }),
      age: fc.integer({ min: 0, max: 60 * 24 }).map((hours) => hours * HOUR + 1234),
      late: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 9 * DAY })),
    });
    const freeze = fc.record({
      ds: fc.option(fc.integer({ min: 1, max: 3 })),
      from: fc.integer({ min: 0, max: 60 }),
      days: fc.option(fc.integer({ min: 1, max: 30 })),
    });
    let visited = 0;
    let went = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { maxLength: 40 }),
        fc.array(freeze, { maxLength: 2 }),
        fc.integer({ min: 0, max: 40 }),
        async (messages, freezes, stored) => {
          visited++;
          const world = await threeClasses();
          const sent: { number: number; device: number; at: number; t: number }[] = [];
          for (const { device, age, late } of messages.toSorted((a, b) => b.age - a.age)) {
            const at = NOW - age;
            const t = at - late;
            const readings = device === 4 ? [] : ([[device, t, 1]] as const);
            sent.push({ number: await world.receive(at, { device: `d${device}`, readings }), device, at, t });
          }
          for (const { ds, from, days } of freezes)
            await world.orders.freeze({
              ...said,
              devices: [],
              datastreams: ds === null ? null : [ds],
              from: NOW - from * DAY,
              to: days === null ? null : NOW - from * DAY + days * DAY,
            });
          world.storedUpTo = stored;
          await world.look();
          const { failure } = await world.retention.run();
          expect(failure).toBeNull();
          const last = world.journal.last;
          const ages = { standard: Infinity, month: 30, none: 0 };
          const isFrozen = (device: number, at: number) =>
            freezes.some(({ ds, from, days }) => {
              const begin = NOW - from * DAY;
              const end = days === null ? Infinity : begin + days * DAY;
              return (ds === null || ds === device) && at + DAY > begin && at - 30 * DAY < end;
            });
          // the last segment ends with a marker, unless all of it is young; and it is complete only where all of it is stored
          const complete = last > sent.length && stored >= last - 1;
          const left = new Set(await world.messages());
          for (const { number, device, at } of sent) {
            const days = device === 4 ? Infinity : ages[NAMES[device - 1]!];
            // a device that nobody knows counts as standard; beyond the journal's age freezes let it go
            const ceiling = freezes.length > 0 ? 90 : Infinity;
            const due = at + Math.min(days, ceiling) * DAY <= NOW && !isFrozen(device, at);
            if (complete) expect([number, left.has(number)]).toEqual([number, !due]);
            else expect([number, left.has(number)]).toEqual([number, true]);
            if (!left.has(number)) went++;
          }
          expect(world.forgotten.toSorted((a, b) => a - b)).toEqual(
            sent.map(({ number }) => number).filter((number) => !left.has(number)),
          );
          const rows = new Set((await world.rows()).map(([ds, t]) => `${ds} ${t}`));
          const before = { standard: -Infinity, month: 30, none: 10 };
          for (const { device, t } of sent) {
            if (device === 4) continue;
            const days = before[NAMES[device - 1]!];
            const cut = days === -Infinity ? -Infinity : Math.floor((NOW - days * DAY) / HOUR) * HOUR;
            const held = freezes.filter(({ ds }) => ds === null || ds === device).map(({ from }) => NOW - from * DAY);
            expect([t, rows.has(`${device} ${t}`)]).toEqual([t, t >= Math.min(cut, ...held)]);
          }
          await world.stop();
          worlds.length = 0;
        },
      ),
      { numRuns: 150 },
    );
    expect(visited).toBeGreaterThanOrEqual(150);
    expect(went).toBeGreaterThan(20);
  }, 60_000);

  it('a message that is gone by age is still known when it is repeated', async () => {
    const world = await threeClasses();
    const number = await world.receive(NOW - DAY, { device: 'd3', id: 'dedup-1', readings: [[3, NOW - DAY, 1]] });
    await world.retention.run();
    const record = await world.journal.get(number);
    expect(record?.kind).toBe(RECORD.gone);
    expect(decodeGone(record!.body)).toEqual([hashOfIdentity('dedup-1')]);
  });

  it('of a device with several classes the shortest counts', async () => {
    const world = await threeClasses();
    world.device('both', [1, 3]);
    const number = await world.receive(NOW - DAY, { device: 'both', readings: [] });
    await world.retention.run();
    expect(await world.messages()).not.toContain(number);
  });

  it('a class keeps the newest messages that it has room for', async () => {
    const world = await newWorld({ standard: {}, small: { framesMiB: 0.1 } });
    world.datastream(1);
    world.datastream(2, 'small');
    world.device('d1', [1]);
    world.device('d2', [2]);
    const small: number[] = [];
    const others: number[] = [];
    for (let i = 0; i < 400; i++) {
      const at = NOW - 9 * DAY + i * 1000;
      const id = 'x'.repeat(900);
      small.push(await world.receive(at, { device: 'd2', id, readings: [] }));
      if (i % 10 === 0) others.push(await world.receive(at, { device: 'd1', readings: [] }));
    }
    await world.retention.run();
    const left = new Set(await world.messages());
    for (const number of others) expect(left.has(number)).toBe(true);
    const kept = small.filter((number) => left.has(number));
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.length * 1000).toBeLessThan(0.1 * 2 ** 20);
    expect(kept).toEqual(small.slice(-kept.length));
    const again = await world.retention.run();
    expect(again.frames.records).toBe(0);
  });

  it('rows that hours are still computed from wait', async () => {
    const world = await threeClasses();
    for (const days of [40, 35])
      await world.receive(NOW - days * DAY, { device: 'd2', readings: [[2, NOW - days * DAY, 1]] });
    world.neededFrom.set(2, NOW - 36 * DAY);
    await world.look();
    expect((await world.retention.run()).rows).toBe(1);
    world.neededFrom.delete(2);
    expect((await world.retention.run()).rows).toBe(1);
    expect(await world.rows()).toEqual([]);
  });

  it('stays where a freeze comes while rows of another class go', async () => {
    const world = await newWorld({ standard: { observations: 100 }, month: { observations: 30 } });
    world.datastream(1);
    world.datastream(2, 'month');
    for (const days of [150, 120, 90, 60, 40])
      for (const ds of [1, 2])
        await world.receive(NOW - days * DAY, { device: `d${ds}`, readings: [[ds, NOW - days * DAY, 1]] });
    await world.look();
    const { expire } = world.store;
    let asked = 0;
    world.store.expire = async (expiry) => {
      if (asked++ === 0) await world.orders.freeze({ ...said, datastreams: [2], devices: [], from: null, to: null });
      return expire.call(world.store, expiry);
    };
    await world.retention.run();
    const rows = await world.rows();
    expect([1, 2].map((id) => rows.filter(([ds]) => ds === id).length)).toEqual([3, 5]);
    expect(asked).toBeGreaterThan(0);
  });

  it('what a store cannot remove stays, and is said once', async () => {
    const world = await threeClasses();
    await world.receive(NOW - 40 * DAY, { device: 'd2', readings: [[2, NOW - 40 * DAY, 1]] });
    await world.look();
    Object.assign(world.store, { capabilities: { edit: 'this store keeps every row', span: null } });
    for (let run = 0; run < 2; run++) expect(await world.retention.run()).toMatchObject({ rows: 0, failure: null });
    expect(await world.rows()).toHaveLength(1);
  });
});

describe('an erasure', () => {
  const erase = (world: TestWorld, scope: { datastreams: number[]; devices?: string[]; from?: number; to?: number }) =>
    world.orders.erase({
      ...said,
      datastreams: scope.datastreams,
      devices: scope.devices ?? [],
      from: scope.from ?? null,
      to: scope.to ?? null,
      record: world.journal.last,
      asked: {},
    });
  const carriedOut = async (world: TestWorld, id: string) => {
    world.erasing.wake();
    const deadline = performance.now() + 10_000;
    while (world.orders.erasure(id)?.done === null) {
      if (performance.now() > deadline) throw new Error(`in vain: ${JSON.stringify(world.erasing.progress(id))}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return JSON.parse(world.orders.erasure(id)!.done!.receipt);
  };

  it('of a span leaves what lies outside, before and after, and in other Datastreams', async () => {
    const world = await threeClasses();
    const at = [10, 8, 6, 4, 2].map((days) => NOW - days * DAY);
    const numbers: number[] = [];
    for (const t of at) numbers.push(await world.receive(t, { device: 'd1', readings: [[1, t, 1]] }));
    const other = await world.receive(at[2]!, { device: 'd2', readings: [[2, at[2]!, 1]] });
    const { id } = await erase(world, { datastreams: [1], from: at[1]!, to: at[3]! });
    const { removed } = await carriedOut(world, id);
    expect(removed).toMatchObject({ journal: { messages: 2 }, store: { observations: 2 } });
    expect(await world.messages()).toEqual([numbers[0], numbers[3], numbers[4], other]);
    expect((await world.rows()).map(([ds, t]) => [ds, at.indexOf(t)])).toEqual([
      [1, 0],
      [1, 3],
      [1, 4],
      [2, 2],
    ]);
    expect(world.policies.erased(1, at[2]!)).toBe(true);
    expect(world.policies.erased(1, at[3]!)).toBe(false);
    // no hash tells of it
    expect((await world.journal.get(numbers[1]!))?.body.length).toBe(0);
  });

  it('reaches a message that came later and brought an earlier reading', async () => {
    const world = await threeClasses();
    const t = NOW - 20 * DAY;
    const late = await world.receive(NOW - DAY, {
      device: 'd1',
      readings: [
        [1, NOW - DAY, 1],
        [1, t, 2],
      ],
    });
    const { id } = await erase(world, { datastreams: [1], to: NOW - 10 * DAY });
    const { removed } = await carriedOut(world, id);
    expect(removed.journal).toMatchObject({ messages: 1, messagesSharedWithOthers: 1 });
    expect(await world.messages()).not.toContain(late);
    expect(await world.rows()).toEqual([[1, NOW - DAY]]);
  });

  it('of a Datastream that shares messages with another takes the messages and leaves the other rows', async () => {
    const world = await threeClasses();
    world.device('both', [1, 2]);
    await world.receive(NOW - DAY, {
      device: 'both',
      readings: [
        [1, NOW - DAY, 1],
        [2, NOW - DAY, 2],
      ],
    });
    const { id } = await erase(world, { datastreams: [1] });
    expect((await carriedOut(world, id)).removed.journal).toMatchObject({ messages: 1, messagesSharedWithOthers: 1 });
    expect(await world.rows()).toEqual([[2, NOW - DAY]]);
  });

  it('takes hours and days along that hold a part of it, and has the edges computed anew', async () => {
    const world = await threeClasses();
    world.multis.set(7, {
      id: 7,
      properties: {},
      aggregate: { datastream: 1, level: 'hourly', zone: null },
    } as unknown as MultiDatastream);
    world.aggregatesOf.set(1, [7]);
    const hour = Math.floor(NOW / HOUR) * HOUR - 100 * HOUR;
    const put = (k: number) => ({
      op: 'put' as const,
      row: {
        ds: 7,
        t: hour + k * HOUR,
        n: 0,
        id: 0,
        type: 3,
        r: null,
        q: 0,
        x: { v: [1, 1, 1, 1], e: hour + (k + 1) * HOUR },
      },
    });
    const change = { by: 'hub', at: NOW, puts: [], edits: [0, 1, 2, 3].map(put) };
    const rec = await world.append(RECORD.change, Buffer.from(JSON.stringify(change)), NOW);
    await world.store.edit([{ rec, edits: change.edits }]);
    const { id } = await erase(world, { datastreams: [1], from: hour + 1.5 * HOUR, to: hour + 2.5 * HOUR });
    const receipt = await carriedOut(world, id);
    expect(receipt.removed).toMatchObject({ journal: { changes: 1 }, store: { aggregates: 2 } });
    expect((await world.rows()).map(([, t]) => (t - hour) / HOUR)).toEqual([0, 3]);
    const left = JSON.parse(Buffer.from((await world.journal.get(rec))!.body).toString());
    expect(left.edits.map((edit: (typeof change.edits)[0]) => (edit.row.t - hour) / HOUR)).toEqual([0, 3]);
    expect(world.changed).toEqual([
      [1, hour + 1.5 * HOUR, hour + 1.5 * HOUR + 1],
      [1, hour + 2.5 * HOUR - 1, hour + 2.5 * HOUR],
    ]);
  });

  it('waits until the store has what came before, and while a freeze holds a part of it', async () => {
    const world = await threeClasses();
    await world.receive(NOW - DAY, { device: 'd1', readings: [[1, NOW - DAY, 1]] });
    world.storedUpTo = 0;
    const { id } = await erase(world, { datastreams: [1], devices: ['d1'] });
    world.erasing.wake();
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.erasing.progress(id)?.step).toBe('waiting for the store');
    const freeze = await world.orders.freeze({ ...said, datastreams: [1], devices: [], from: null, to: null });
    world.storedUpTo = Number.POSITIVE_INFINITY;
    while (world.erasing.progress(id)?.step !== 'held by a freeze')
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await world.rows()).toHaveLength(1);
    await world.orders.lift(freeze.id, 'anna', 'over');
    await carriedOut(world, id);
    expect([await world.rows(), await world.messages()]).toEqual([[], []]);
  });

  it('says what it could not reach', async () => {
    const world = await threeClasses();
    await world.receive(NOW - DAY, { device: 'd1', readings: [[1, NOW - DAY, 1]] });
    Object.assign(world.store, { capabilities: { edit: 'InfluxDB 3 Core cannot delete rows', span: null } });
    const { id } = await erase(world, { datastreams: [1] });
    const { notReached, removed } = await carriedOut(world, id);
    expect(removed).toMatchObject({ journal: { messages: 1 }, store: { observations: 0 } });
    expect(notReached).toMatchObject([
      { place: 'Observations in the store (memory)', why: 'InfluxDB 3 Core cannot delete rows' },
      { place: 'Copies that readers took' },
    ]);
  });

  it('goes on after a failure, and a stop in the middle is no failure', async () => {
    const world = await threeClasses();
    await world.receive(NOW - DAY, { device: 'd1', readings: [[1, NOW - DAY, 1]] });
    const { expire } = world.store;
    let failures = 0;
    world.store.expire = async (expiry) => {
      if (failures++ === 0) throw new Error('the store is away');
      return expire.call(world.store, expiry);
    };
    const { id } = await erase(world, { datastreams: [1] });
    await carriedOut(world, id);
    expect(failures).toBeGreaterThan(1);
    expect(await world.messages()).toEqual([]);
  });
});
