import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DELIVERY, EDITED_IDS, EDITED_TIES, type Edit, RESULT } from '../services/model/index.ts';
import { memoryStore, type TimeseriesStore } from '../services/timeseries/index.ts';
import { DEVICE, NOON, registerDevice, type TestHub, testHub } from './testing/city.ts';
import {
  breakable,
  editIn,
  everything,
  put,
  read,
  removal,
  row,
  settledIn,
  TEMPERATURE,
} from './testing/observations.ts';

let folder: string;
let working: TimeseriesStore;
/** Methods of the store that reject for now. */
let down: Set<string>;
let store: TimeseriesStore;
let hub: TestHub;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'edits-'));
  working = memoryStore();
  down = new Set();
  store = breakable(working, () => down);
  hub = await testHub(folder, store);
  await registerDevice(hub);
});
afterEach(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

const edit = (...edits: Edit[]) => editIn(hub, ...edits);
const remove = (t: number) => removal(hub, t);
const settled = () => settledIn(hub);

/** A start on the same folder, as after a loss of power: the ledger and the latest values may be older than the store. */
async function restart({ without = [] as string[], options = {} } = {}): Promise<void> {
  await hub.stop();
  for (const name of without) rmSync(join(folder, name), { force: true });
  hub = await testHub(folder, store, options);
}

describe('an Observation of the API', () => {
  it('is readable at once, also while the store is down, and comes to the store later', async () => {
    down = new Set(['write', 'edit', 'at', 'scan']);
    await edit(...put(row(NOON, 7), row(NOON, 8, { n: EDITED_TIES, id: EDITED_IDS })));
    expect((await hub.overlay.at(TEMPERATURE, NOON)).length).toBe(2);
    expect((await hub.overlay.byAssignedId(EDITED_IDS))?.r[0]).toBe(8);
    await expect(read(hub.overlay)).rejects.toThrow('down');
    down.clear();
    expect(await read(hub.overlay)).toHaveLength(2);
    await hub.stored();
    expect(await read(working)).toEqual([
      [0, 0, 7],
      [0, EDITED_TIES, 8],
    ]);
  });

  it('is told on the bus when it is durable, with what its row has beside a reading', async () => {
    await edit(...put(row(NOON, 7, { x: { rt: NOON + 5 } })));
    expect(hub.live).toEqual([
      {
        datastream: TEMPERATURE,
        phenomenonTime: NOON,
        result: 7,
        quality: 0,
        receivedAt: NOON,
        edited: { n: 0, id: 0, extra: { rt: NOON + 5 } },
      },
    ]);
  });

  it('is the latest value, with its whole row', async () => {
    await edit(...put(row(NOON - 1, 6), row(NOON, 7, { type: RESULT.object, r: null, x: { v: [1, 2] } })));
    expect(hub.latest.get(TEMPERATURE)).toMatchObject({ t: NOON, result: [1, 2] });
    expect(hub.latest.newest(TEMPERATURE)).toMatchObject({ t: NOON, n: 0, id: 0, x: '{"v":[1,2]}' });
    expect(hub.latest.extent(TEMPERATURE)).toEqual({ first: NOON - 1, last: NOON });
  });

  it('makes a reading of the same instant a tie', async () => {
    await edit(...put(row(NOON, 7)));
    await hub.send({ identity: 'a' });
    expect(await read(hub.overlay)).toEqual([[0, 0, 7]]);
    await hub.stored();
    expect(await read(working)).toEqual([
      [0, 0, 7],
      [0, 1, 20.7],
    ]);
    await settled();
    expect(hub.latest.newest(TEMPERATURE)).toMatchObject({ t: NOON, n: 1, r: 20.7 });
  });

  it('is refused as long as too many wait, and nothing of it stays [limit ingest.pendingEdits]', async () => {
    await restart({ options: { pendingEdits: 1000 } });
    down = new Set(['edit']);
    await edit(...put(...Array.from({ length: 900 }, (_, i) => row(NOON + i, i))));
    const last = hub.journal.last;
    await expect(edit(...put(...Array.from({ length: 101 }, (_, i) => row(i, i))))).rejects.toMatchObject({
      code: 'hub.busy',
      message: expect.stringContaining('ingest.pendingEdits'),
    });
    expect(hub.journal.last).toBe(last);
    expect((await hub.overlay.at(TEMPERATURE, 5)).length).toBe(0);
    down.clear();
    await hub.stored();
    await edit(...put(...Array.from({ length: 101 }, (_, i) => row(i, i))));
    expect(await hub.overlay.count(everything)).toBe(1001);
  });
});

describe('a deleted or corrected Observation', () => {
  beforeEach(async () => {
    await hub.send({ time: NOON - 60_000, identity: 'a', hex: '0367c800' });
    await hub.send({ time: NOON, identity: 'b' });
  });

  it('is gone at once, and the one before it is the latest', async () => {
    await edit(await remove(NOON));
    expect(hub.latest.get(TEMPERATURE)).toBeNull();
    expect(await read(hub.overlay)).toEqual([[-60_000, 0, 20]]);
    await settled();
    expect(hub.latest.get(TEMPERATURE)).toMatchObject({ t: NOON - 60_000, result: 20, changedAt: NOON - 60_000 });
    expect(hub.latest.extent(TEMPERATURE)).toEqual({ first: NOON - 60_000, last: NOON - 60_000 });
  });

  it('shows its new value at once, as latest value too', async () => {
    await edit(await remove(NOON), ...put(row(NOON, 18)));
    expect(hub.latest.get(TEMPERATURE)).toMatchObject({ t: NOON, result: 18, changedAt: NOON });
    expect(hub.latest.newest(TEMPERATURE)).toMatchObject({ t: NOON, r: 18 });
    expect(await read(hub.overlay)).toEqual([
      [-60_000, 0, 20],
      [0, 0, 18],
    ]);
  });

  it.each([
    ['everything but the store is as it was', []],
    ['the checkpoint is lost', ['ledger.db', 'ledger.db-wal', 'ledger.db-shm']],
    ['the latest values are lost', ['latest.bin']],
    ['both are lost', ['ledger.db', 'ledger.db-wal', 'ledger.db-shm', 'latest.bin']],
  ])('stays so after a start where %s', async (_, without) => {
    await edit(await remove(NOON));
    await edit(await remove(NOON - 60_000), ...put(row(NOON - 60_000, 19)));
    await hub.stored();
    await restart({ without });
    await hub.stored();
    await settled();
    for (const source of [working, hub.overlay]) expect(await read(source)).toEqual([[-60_000, 0, 19]]);
    expect(hub.latest.get(TEMPERATURE)).toMatchObject({ t: NOON - 60_000, result: 19 });
    expect(hub.latest.newest(TEMPERATURE)).toMatchObject({ r: 19 });
    expect(hub.live).toEqual([]);
  });

  it.each([['ledger.db'], ['latest.bin'], ['nothing']])(
    'waits over a start for a store that is down, without %s',
    async (without) => {
      await hub.stored();
      down = new Set(['edit', 'write']);
      await edit(await remove(NOON), ...put(row(NOON + 5, 30)));
      await hub.send({ time: NOON + 10, identity: 'c', hex: '0367d200' });
      await restart({ without: [without, `${without}-wal`, `${without}-shm`] });
      // before anybody could ask: the edits stand beside what the store has
      expect(await read(hub.overlay)).toEqual([
        [-60_000, 0, 20],
        [5, 0, 30],
      ]);
      down.clear();
      await hub.stored();
      await settled();
      expect(await read(working)).toEqual([
        [-60_000, 0, 20],
        [5, 0, 30],
        [10, 0, 21],
      ]);
      expect(hub.latest.newest(TEMPERATURE)).toMatchObject({ t: NOON + 10, r: 21 });
    },
  );

  it('does not come back with its uplink, sent again when nobody remembers it', async () => {
    await restart({ options: { repetitionMinutes: 0 } });
    await edit(await remove(NOON));
    await hub.stored();
    await settled();
    await hub.send({ time: NOON, identity: 'b' }, DELIVERY.dup);
    await hub.stored();
    await settled();
    expect(await read(hub.overlay)).toEqual([[-60_000, 0, 20]]);
    expect(hub.latest.get(TEMPERATURE)).toMatchObject({ t: NOON - 60_000 });
    expect(hub.latest.newest(TEMPERATURE)).toMatchObject({ t: NOON - 60_000 });
  });

  it('does not come back with such an uplink where the latest values are older than the store', async () => {
    await hub.stored();
    await restart({ options: { repetitionMinutes: 0 } });
    copyFileSync(join(folder, 'latest.bin'), join(folder, 'older.bin'));
    await edit(await remove(NOON));
    await hub.send({ time: NOON, identity: 'b' }, DELIVERY.dup);
    await hub.send({ time: NOON - 30_000, identity: 'c', hex: '0367d200' });
    await hub.stored();
    const last = hub.journal.last;
    await hub.stop();
    copyFileSync(join(folder, 'older.bin'), join(folder, 'latest.bin'));
    hub = await testHub(folder, store, { repetitionMinutes: 0 });
    expect(hub.pipeline.storing.stored).toBe(last);
    await hub.stored();
    await settled();
    expect(hub.latest.get(TEMPERATURE)).toMatchObject({ t: NOON - 30_000, result: 21 });
    expect(hub.latest.newest(TEMPERATURE)).toMatchObject({ t: NOON - 30_000, r: 21 });
    expect(hub.latest.extent(TEMPERATURE)).toEqual({ first: NOON - 60_000, last: NOON - 30_000 });
  });

  it('does not come back when its message is decoded again', async () => {
    await hub.send({ time: NOON + 5, identity: 'c', values: { temperature: 25, pressure: 1 } });
    expect(hub.ledger.lettersOf(DEVICE)).toBe(1);
    await edit(await remove(NOON + 5));
    await hub.stored();
    await registerDevice(hub);
    const deadline = Date.now() + 5000;
    while (hub.pipeline.counters.replayed === 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 2));
    await settled();
    expect(await read(hub.overlay)).toHaveLength(2);
    expect(hub.latest.get(TEMPERATURE)).toMatchObject({ t: NOON });
  });
});

it('keeps the checkpoint before an edit that the store does not take, and goes on when it does', async () => {
  await hub.stored();
  down = new Set(['edit']);
  await edit(...put(row(NOON, 7)));
  const record = hub.journal.last;
  for (let i = 0; i < 20; i++) await hub.send({ time: NOON + 1 + i, identity: `u${i}` });
  expect(hub.pipeline.storing.stored).toBeLessThan(record);
  expect(hub.ledger.checkpoint(`store:${working.identity}`)).toBeLessThan(record);
  expect(await hub.overlay.count({ ...everything, order: 'time' }).catch((error) => error.code)).toBe('hub.busy');
  expect(await read(hub.overlay)).toHaveLength(21);
  down.clear();
  await hub.stored();
  expect(await read(working)).toHaveLength(21);
});

it('an aggregation waits for what was accepted before it', async () => {
  await hub.send({});
  await edit(...put(row(NOON + 1, 30)));
  const { count, max } = await hub.overlay.aggregate({
    ...everything,
    edges: null,
    perDatastream: false,
    quantiles: [],
  });
  expect([count[0], max[0]]).toEqual([2, 30]);
});

it('uplinks and edits in any mixture, over failures of the store and starts, come to the same rows', async () => {
  const expected = new Map<number, number>();
  for (let i = 0; i < 200; i++) {
    if (i % 40 === 10) down = new Set(['write', 'edit']);
    if (i % 40 === 25) down.clear();
    if (i % 70 === 30)
      await restart({ without: i % 140 === 30 ? ['ledger.db', 'ledger.db-wal', 'ledger.db-shm'] : [] });
    const t = NOON + i;
    if (i % 3 === 0) await edit(...put(row(t, i)));
    else await hub.send({ time: t, identity: `u${i}`, values: { temperature: i / 4 } });
    expected.set(i, i % 3 === 0 ? i : i / 4);
    if (i % 7 === 6) {
      // what was read from the journal again shows when the store has it
      if (down.size === 0) await hub.stored();
      const back = [3, 1, 2].find((k) => (i - k) % 3 === 0)!;
      if (expected.has(i - back)) await edit(await remove(t - back));
      expected.delete(i - back);
    }
  }
  down.clear();
  await hub.stored();
  await settled();
  const rows = [...expected].map(([i, r]) => [i, 0, r]);
  expect(await read(working)).toEqual(rows);
  expect(await read(hub.overlay)).toEqual(rows);
  expect(hub.latest.newest(TEMPERATURE)).toMatchObject({ t: NOON + rows.at(-1)![0]!, r: rows.at(-1)![2]! });
  expect(hub.latest.extent(TEMPERATURE)).toEqual({ first: NOON + rows[0]![0]!, last: NOON + rows.at(-1)![0]! });
}, 60_000);
