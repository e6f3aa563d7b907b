/** What people do to Observations, and the store refuses: nothing of it is half done, and memory says what is so. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EDITED_TIES, type Edit, QUALITY } from '../services/model/index.ts';
import { memoryStore, type TimeseriesStore } from '../services/timeseries/index.ts';
import { NOON, registerDevice, type TestHub, testHub } from './testing/city.ts';
import { editIn, put, read, row, settledIn, TEMPERATURE } from './testing/observations.ts';

const DAY = 86_400_000;
/** Rows of the API before this time are refused, while `full` is true. */
const EARLY = NOON - 100 * DAY;

let folder: string;
let full: boolean;
let store: TimeseriesStore;
let hub: TestHub;

const memory = () => memoryStore({ refuses: ({ t }) => (full && t < EARLY ? 'no room' : null) });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'refused-'));
  full = true;
  store = memory();
  hub = await testHub(folder, store);
  await registerDevice(hub);
  await hub.send({ time: NOON - 60_000, identity: 'a', hex: '0367c800' });
  await hub.send({ time: NOON, identity: 'b', hex: '0367d200' });
  await hub.stored();
});
afterEach(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** As the API makes it of a PATCH of the phenomenonTime: of the row that stands at `at`. */
async function move(at: number, to: number, k = at): Promise<Edit[]> {
  const rows = await hub.overlay.at(TEMPERATURE, at);
  const from = { ds: TEMPERATURE, t: at, n: rows.n[0]!, rec: rows.rec[0]! };
  const next = row(to, rows.r[0]!, { q: QUALITY.edited, x: { k: [TEMPERATURE, k] } });
  return [
    { op: 'remove', ...from },
    { op: 'put', row: next, from },
  ];
}

async function stands(expected: [t: number, n: number, r: number][]): Promise<void> {
  await hub.stored();
  await settledIn(hub);
  for (const source of [store, hub.overlay]) expect(await read(source)).toEqual(expected);
  const times = expected.map(([t]) => NOON + t);
  expect(hub.latest.extent(TEMPERATURE)).toEqual({ first: Math.min(...times), last: Math.max(...times) });
  expect(hub.latest.newest(TEMPERATURE)).toMatchObject({ t: Math.max(...times), r: expected.at(-1)![2] });
  expect(hub.latest.get(TEMPERATURE)).toMatchObject({ t: Math.max(...times), result: expected.at(-1)![2] });
}
const BEFORE: [number, number, number][] = [
  [-60_000, 0, 20],
  [0, 0, 21],
];
const letters = () => hub.ledger.deadLetters({}, 10).letters.map(({ record, code }) => [record, code]);
const again = async (way: 'requeue' | 'dismiss') => {
  if (way === 'dismiss')
    return hub.again.dismiss({ filter: { code: 'store.rejected' }, records: null }, 'noise', 'test');
  const { id } = await hub.again.requeue({ filter: { code: 'store.rejected' }, records: null }, false, 'test');
  return hub.again.settled(id, 10_000);
};

test.each([
  ['the newest', 0],
  ['another', -60_000],
])(
  '%s Observation that cannot move stays, also after starts; requeued, it moves once the store takes it',
  async (_, at) => {
    await editIn(hub, ...(await move(NOON + at, EARLY - DAY)));
    const record = hub.journal.last;
    await stands(BEFORE);
    expect(letters()).toEqual([[record, 'store.rejected']]);
    expect((await hub.overlay.byClaim(TEMPERATURE, NOON + at))?.length ?? 0).toBe(0);
    await hub.stop();
    hub = await testHub(folder, store);
    await stands(BEFORE);
    // the store is lost, and made anew
    await hub.stop();
    store = memory();
    hub = await testHub(folder, store);
    await stands(BEFORE);
    await again('requeue');
    expect(letters()).toEqual([[record, 'store.rejected']]);
    await stands(BEFORE);
    full = false;
    await again('requeue');
    expect(letters()).toEqual([]);
    const [, , r] = BEFORE.find(([t]) => t === at)!;
    await stands([[EARLY - DAY - NOON, 0, r], ...BEFORE.filter(([t]) => t !== at)]);
    expect((await hub.overlay.byClaim(TEMPERATURE, NOON + at))?.t[0]).toBe(EARLY - DAY);
  },
);

test('an Observation whose refused move was dismissed stays', async () => {
  await editIn(hub, ...(await move(NOON, EARLY - DAY)));
  await hub.stored();
  await again('dismiss');
  full = false;
  await stands(BEFORE);
});

test('a refused move of an Observation that somebody has changed or deleted since is not done any more', async () => {
  await editIn(hub, ...(await move(NOON, EARLY - DAY)));
  await editIn(hub, ...(await move(NOON - 60_000, EARLY - 2 * DAY)));
  await hub.stored();
  await editIn(hub, ...(await move(NOON, NOON - 5)));
  const { n, rec } = await hub.overlay.at(TEMPERATURE, NOON - 60_000);
  await editIn(hub, { op: 'remove', ds: TEMPERATURE, t: NOON - 60_000, n: n[0]!, rec: rec[0]! });
  await hub.stored();
  full = false;
  await again('requeue');
  expect(letters()).toEqual([]);
  await stands([[-5, 0, 21]]);
});

test.each(['in one go with it', 'one after the other'])(
  'what was planned before the refusal was known is done to the row where it stands, %s',
  async (how) => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const held = how.startsWith('in one') ? 'write' : 'edit';
    const work = store[held].bind(store) as (...given: unknown[]) => Promise<never>;
    const edited: number[] = [];
    let isHeld = false;
    store[held] = async (...given: unknown[]) => {
      isHeld = true;
      await gate;
      return work(...given);
    };
    const { edit } = store;
    store.edit = (batches) => {
      edited.push(batches.length);
      return edit.call(store, batches);
    };
    if (held === 'write') await hub.send({ time: NOON - 120_000, identity: 'c', hex: '0367c800' });
    else await editIn(hub, ...(await move(NOON, EARLY - DAY)));
    while (!isHeld) await new Promise((resolve) => setTimeout(resolve, 2));
    if (held === 'write') await editIn(hub, ...(await move(NOON, EARLY - DAY)));
    await editIn(hub, ...(await move(EARLY - DAY, NOON - 5, NOON)));
    open();
    await stands([
      ...(held === 'write' ? [[-120_000, 0, 20] as [number, number, number]] : []),
      BEFORE[0]!,
      [-5, 0, 21],
    ]);
    expect(edited).toEqual(held === 'write' ? [2] : [1, 1]);
  },
);

test('the extent of a Datastream is right as soon as it is known that a new Observation was refused', async () => {
  await editIn(hub, ...put(row(EARLY - DAY, 7), row(NOON - 30_000, 8), row(EARLY - DAY, 9, { n: EDITED_TIES })));
  await stands([BEFORE[0]!, [-30_000, 0, 8], BEFORE[1]!]);
});
