import { expect, test } from 'vitest';
import { CodedError, EDITED_IDS, EDITED_TIES } from '../../model/index.ts';
import { Columns } from '../columns.ts';
import { memoryStore } from '../memory/index.ts';
import type { TimeseriesStore } from '../port.ts';
import { everything, readRows, scanAll } from '../test-rows.ts';
import { Waiter } from './test-waiter.ts';

const T = Date.UTC(2026, 5, 1);
const totals = { ...everything, edges: null, perDatastream: false, quantiles: [] };

/** A store that counts what it is asked, and is down for the methods in `down`. */
function watched(): { store: TimeseriesStore; asked: string[]; down: Set<string> } {
  const asked: string[] = [];
  const down = new Set<string>();
  const store = new Proxy(memoryStore(), {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        asked.push(String(name));
        return down.has(String(name)) ? Promise.reject(new Error('down')) : value.apply(target, args);
      };
    },
  });
  return { store, asked, down };
}

test('a sign of life of the store reaches the reader, also while rows wait', async () => {
  const store = memoryStore();
  store.scan = async function* () {
    yield new Columns().take();
    yield new Columns().take();
  };
  const hub = new Waiter(store);
  hub.reading(1, T, 1);
  const lengths: number[] = [];
  for await (const rows of hub.overlay.scan(everything)) lengths.push(rows.length);
  expect(lengths).toEqual([0, 0, 1]);
});

test('a question that nothing waiting concerns goes straight to the store', async () => {
  const { store, asked } = watched();
  const hub = new Waiter(store);
  hub.reading(1, T, 1);
  hub.put(2, T, 1, 0, 0);
  const other = { ...everything, datastreams: [3] };
  expect(await hub.overlay.count(other)).toBe(0);
  expect(await scanAll(hub.overlay as unknown as TimeseriesStore, { ...everything, to: T })).toEqual([]);
  await hub.overlay.at(1, T + 1);
  await hub.overlay.last([3]);
  await hub.overlay.extents([3]);
  await hub.overlay.aggregate({ ...totals, datastreams: [3] });
  expect(asked).toEqual(['count', 'scan', 'at', 'last', 'extents', 'aggregate']);
});

test('a reading beyond all that is known of its Datastream is shown without a look into the store', async () => {
  const { store, asked } = watched();
  const hub = new Waiter(store);
  hub.reading(1, T, 1);
  await hub.overlay.count(everything);
  expect(asked).toEqual(['count']);
  // between two known times the store has to say whether the instant is free
  hub.reading(1, T + 2, 2);
  hub.reading(1, T + 1, 3);
  expect(await hub.overlay.count(everything)).toBe(3);
  expect(asked).toEqual(['count', 'occupied', 'count']);
});

test('while the store is down, what waits is found by its id and its place, and lists fail', async () => {
  const { store, down } = watched();
  const hub = new Waiter(store);
  hub.put(1, T, 5, 0, 0);
  hub.put(1, T, 6, EDITED_TIES, EDITED_IDS, { k: [2, T] });
  for (const name of ['at', 'scan', 'byAssignedId', 'byClaim', 'count', 'last']) down.add(name);
  const { overlay } = hub;
  expect(readRows(await overlay.at(1, T)).map(({ r }) => r)).toEqual([5, 6]);
  expect((await overlay.byAssignedId(EDITED_IDS))?.r[0]).toBe(6);
  expect((await overlay.byClaim(2, T))?.r[0]).toBe(6);
  await expect(overlay.byAssignedId(7)).rejects.toThrow('down');
  await expect(overlay.byClaim(1, T)).rejects.toThrow('down');
  await expect(overlay.at(1, T + 1)).rejects.toThrow('down');
  await expect(overlay.count(everything)).rejects.toThrow('down');
  await expect(overlay.last([1])).rejects.toThrow('down');
});

test('a total that needs the store fails at once when it takes nothing; paths of the machine are no answer to readers', async () => {
  const hub = new Waiter();
  hub.reading(1, T, 1);
  hub.overlay.trouble(new Error('/srv/data/timeseries: disk full'));
  const failure = { code: 'hub.busy', message: expect.not.stringContaining('/srv') };
  await expect(hub.overlay.aggregate(totals)).rejects.toMatchObject(failure);
  hub.overlay.trouble(null);
  const waiting = hub.overlay.aggregate(totals);
  hub.overlay.trouble(new CodedError('store.unavailable', 'refused'));
  await expect(waiting).rejects.toMatchObject({
    code: 'store.unavailable',
    message: expect.stringContaining('refused'),
  });
});

test('a total waits no longer than it may [limit ingest.readWaitMs]', async () => {
  const hub = new Waiter(undefined, { waitMs: 5 });
  hub.reading(1, T, 1);
  await expect(hub.overlay.aggregate(totals)).rejects.toMatchObject({
    code: 'hub.busy',
    message: expect.stringContaining('behind'),
  });
});

test('a count during a write waits for its end and counts each row once', async () => {
  const hub = new Waiter();
  for (let i = 0; i < 10; i++) hub.reading(1, T + i, i);
  let counts: Promise<number[]> | null = null;
  await hub.move(6, async () => {
    counts ??= Promise.all([hub.overlay.count(everything), hub.overlay.count({ ...everything, resultMin: 4 })]);
  });
  expect(await counts).toEqual([10, 6]);
});

test('a deep offset is left to the store, which then has all that was accepted before', async () => {
  const { store } = watched();
  const offsets: number[] = [];
  const scan = store.scan.bind(store);
  const hub = new Waiter(
    Object.assign(Object.create(store) as TimeseriesStore, {
      write: store.write,
      edit: store.edit,
      scan: (query: Parameters<typeof scan>[0]) => {
        offsets.push(query.offset);
        return scan(query);
      },
    }),
  );
  for (let i = 0; i < 3; i++) hub.reading(1, T + i, i);
  const rows = scanAll(hub.overlay as unknown as TimeseriesStore, { offset: 20_000 });
  await hub.move(3);
  expect(await rows).toEqual([]);
  expect(await scanAll(hub.overlay as unknown as TimeseriesStore, { offset: 2 })).toHaveLength(1);
  expect(offsets).toEqual([20_000, 2]);
});

test('too many edits are refused before they are taken, and a change that can never fit is told so', () => {
  const hub = new Waiter(undefined, { maxEdits: 3 });
  hub.put(1, T, 1, 0, 0);
  hub.overlay.room(2);
  expect(() => hub.overlay.room(3)).toThrow('1 edits of Observations wait');
  expect(() => hub.overlay.room(4)).toThrow('Split it');
});

test('a deleted Datastream has no rows from that moment, whatever the store still holds', async () => {
  const hub = new Waiter();
  for (let i = 0; i < 5; i++) hub.reading(1, T + i, i);
  hub.reading(2, T, 7);
  await hub.move(hub.last);
  hub.reading(1, T + 9, 9);
  hub.edit([{ op: 'drop', ds: 1 }]);
  const { overlay } = hub;
  expect((await scanAll(overlay as unknown as TimeseriesStore)).map(({ ds }) => ds)).toEqual([2]);
  expect((await overlay.at(1, T)).length).toBe(0);
  expect((await overlay.last([1, 2])).length).toBe(1);
  expect(hub.latest.newest(1)).toBeNull();
  const count = overlay.count(everything);
  const extents = overlay.extents(null);
  await hub.move(hub.last);
  expect(await count).toBe(1);
  expect([...Array.from((await extents).ds)]).toEqual([2]);
});

test('more than can be merged waits for the store instead of holding up everybody', async () => {
  const hub = new Waiter();
  const puts = Array.from({ length: 10_001 }, (_, i) => ({
    op: 'put' as const,
    row: { ds: 1, t: T + i, n: 0, id: 0, type: 0, r: i, q: 0, x: null },
  }));
  const record = hub.edit(puts);
  const { overlay } = hub;
  expect(await overlay.count({ ...everything, to: T + 10 })).toBe(10);
  const counted = overlay.count(everything);
  const rows = scanAll(overlay as unknown as TimeseriesStore, { order: '-time', limit: 2 });
  const last = overlay.last([1]);
  await hub.move(record);
  expect(await counted).toBe(10_001);
  expect((await rows).map(({ r }) => r)).toEqual([10_000, 9999]);
  expect((await last).r[0]).toBe(10_000);
});

test('many edits are forgotten little by little, and none is counted twice meanwhile', async () => {
  const hub = new Waiter();
  const puts = Array.from({ length: 4500 }, (_, i) => ({
    op: 'put' as const,
    row: { ds: 1, t: T + i, n: 0, id: 0, type: 0, r: i, q: 0, x: null },
  }));
  const record = hub.edit(puts);
  await hub.store.edit([{ rec: record, edits: puts }]);
  hub.overlay.writing(record);
  const released = hub.overlay.release(record);
  expect(hub.overlay.pendingEdits).toBe(2500);
  const counted = hub.overlay.count(everything);
  expect(await scanAll(hub.overlay as unknown as TimeseriesStore)).toHaveLength(4500);
  await released;
  expect(hub.overlay.pendingEdits).toBe(0);
  hub.overlay.stored(record);
  expect(await counted).toBe(4500);
});
