/** Whatever happens, and in whatever order: in the end the hours and days say what their rows say. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryStore, type TimeseriesStore } from '../../timeseries/index.ts';
import { TestCity } from '../testing/index.ts';
import { Calendar, HOUR } from './calendar.ts';

const DATASTREAMS = [1, 2, 3];
/** Two days before the clocks go back in Berlin. */
const BEGIN = Date.UTC(2026, 9, 23, 9);
const SPAN = 4 * 24;

type Step =
  | { readonly kind: 'rows'; readonly rows: readonly { ds: number; minute: number; r: number | null }[] }
  | { readonly kind: 'edit'; readonly pick: number; readonly r: number }
  | { readonly kind: 'remove'; readonly pick: number; readonly r: number }
  | { readonly kind: 'time'; readonly hours: number }
  | { readonly kind: 'fall' }
  | { readonly kind: 'flush' };

const result = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 1e-300, 9_007_199_254_740_992) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('rows' as const),
      rows: fc.array(
        fc.record({ ds: fc.constantFrom(...DATASTREAMS), minute: fc.integer({ min: 0, max: SPAN * 60 }), r: result }),
        { minLength: 1, maxLength: 20 },
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('edit' as const), pick: fc.nat(), r: fc.integer() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), pick: fc.nat(), r: fc.integer() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('time' as const), hours: fc.integer({ min: 0, max: 30 }) }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'fall' as const }, { kind: 'flush' as const }) },
);

test('hours and days agree with their rows after late rows, edits, deletions and kills, also when the clocks change [limit history.bucketsAtOnce] [limit history.aggregatesAtOnce]', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'agreement-'));
  let compared = 0;
  const zones = fc.constantFrom('Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), zones, async (steps, zone) => {
      const store = memoryStore();
      const city = new TestCity(mkdtempSync(join(folder, 'run-')), {
        store,
        now: BEGIN,
        zone,
        bucketsAtOnce: 24,
        aggregatesAtOnce: 3,
        staleSpans: 2,
      });
      await city.start();
      await city.datastreams(DATASTREAMS.length);
      await city.until(BEGIN);
      for (const one of steps) await take(city, store, one);
      await city.until(BEGIN + (SPAN + 60) * HOUR);
      // what was noted while the hub was busy with the rest
      await city.until(city.now);
      expect(city.aggregates.figures.staleHours).toBe(0);
      for (const ds of DATASTREAMS) compared += await compare(city, store, ds, new Calendar(zone));
      await city.stop();
    }),
    { numRuns: 60 },
  );
  rmSync(folder, { recursive: true, force: true });
  expect(compared).toBeGreaterThan(1000);
}, 120_000);

async function take(city: TestCity, store: TimeseriesStore, one: Step): Promise<void> {
  if (one.kind === 'rows') {
    const rows = one.rows.map(({ ds, minute, r }) => ({
      ds,
      t: BEGIN + minute * 60_000,
      ...(r === null ? {} : { r }),
    }));
    await city.write(rows);
  } else if (one.kind === 'time') await city.until(city.now + one.hours * HOUR);
  else if (one.kind === 'flush') city.ledger.flush();
  else if (one.kind === 'fall') {
    // ingest flushes what it was told before its checkpoint moves; here it moves with every row
    city.ledger.flush();
    await city.fall();
  } else {
    const rows = await rowsOf(store);
    const row = rows[one.pick % rows.length];
    if (row === undefined) return;
    const { ds, t, n, rec } = row;
    const removal = { op: 'remove', ds, t, rec, n } as const;
    if (one.kind === 'remove') await city.edit(removal);
    else {
      const edited = { ds, t, n, id: row.id, type: 0, r: one.r, q: 8, x: null };
      await city.edit(removal, { op: 'put', row: edited });
    }
  }
}

async function rowsOf(store: TimeseriesStore) {
  const found = [];
  const query = { datastreams: DATASTREAMS, from: null, to: null, order: 'id', offset: 0, limit: Infinity } as const;
  for await (const { length, ds, t, n, rec, id } of store.scan(query))
    for (let i = 0; i < length; i++) found.push({ ds: ds[i]!, t: t[i]!, n: n[i]!, rec: rec[i]!, id: id[i]! });
  return found;
}

/** Returns how many hours and days were there. */
async function compare(city: TestCity, store: TimeseriesStore, ds: number, calendar: Calendar): Promise<number> {
  let compared = 0;
  for (const level of ['hourly', 'daily'] as const) {
    const edges: number[] = [];
    const first = level === 'hourly' ? BEGIN : calendar.dayOf(BEGIN);
    const next = (t: number) => (level === 'hourly' ? t + HOUR : calendar.dayAfter(t));
    for (let t = first; t <= BEGIN + (SPAN + 30) * HOUR; t = next(t)) edges.push(t);
    const raw = await store.aggregate({
      datastreams: [ds],
      from: null,
      to: null,
      edges,
      perDatastream: true,
      quantiles: [],
    });
    const standing = await city.standing(ds, level);
    expect(standing.map(({ start, end, n }) => [start, end, n])).toEqual(
      Array.from({ length: raw.length }, (_, i) => [edges[raw.bucket[i]!], edges[raw.bucket[i]! + 1], 0]),
    );
    for (const [i, { result, sums }] of standing.entries()) {
      const [mean, min, max, count] = result as (number | null)[];
      const numbers = raw.numbers[i]!;
      expect([count, sums.numbers]).toEqual([raw.count[i], numbers]);
      expect([min ?? Number.NaN, max ?? Number.NaN].map((x) => x + 0)).toEqual([raw.min[i]! + 0, raw.max[i]! + 0]);
      if (numbers === 0) continue;
      expect([sums.first + 0, sums.last + 0]).toEqual([raw.first[i]! + 0, raw.last[i]! + 0]);
      close(sums.sum, raw.sum[i]!, numbers * Math.max(Math.abs(raw.min[i]!), Math.abs(raw.max[i]!)));
      close(mean!, raw.mean[i]!, Math.max(Math.abs(raw.min[i]!), Math.abs(raw.max[i]!)));
    }
    compared += standing.length;
  }
  return compared;
}

/**
 * Both sums are compensated, so each is right to about one unit in the last place of the largest partial sum, which is at
 * most `size`; a day is added from up to 25 parts that are each rounded once.
 */
function close(a: number, b: number, size: number): void {
  expect(Math.abs(a - b)).toBeLessThanOrEqual(32 * Number.EPSILON * size);
}
