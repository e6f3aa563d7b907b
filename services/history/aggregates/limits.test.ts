import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryStore } from '../../timeseries/index.ts';
import { TestCity, type TestSettings } from '../testing/index.ts';
import { HOUR } from './calendar.ts';
import { StaleHours } from './stale.ts';

const NOON = Date.UTC(2026, 6, 2, 12);

let folder: string;
let city: TestCity;
/** Hours times Datastreams of each question to the store. */
let asked: number[];
/** Edits of each change. */
let edits: number[];

async function begin(settings: Partial<TestSettings>): Promise<void> {
  const working = memoryStore();
  const store = new Proxy(working, {
    get(target, key) {
      const value = Reflect.get(target, key, target);
      if (key === 'aggregate')
        return (query: Parameters<typeof working.aggregate>[0]) => {
          asked.push((query.datastreams!.length * (query.to! - query.from!)) / HOUR);
          return working.aggregate(query);
        };
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  city = new TestCity(folder, { store, now: NOON, daily: null, ...settings });
  await city.start();
  await city.datastreams(50);
  await city.until(NOON);
  const readings = Array.from({ length: 50 }, (_, i) =>
    Array.from({ length: 20 }, (_, k) => ({ ds: i + 1, t: NOON + k * HOUR, r: k })),
  );
  await city.write(readings.flat());
  city.registry.onApplied((news) => edits.push(news.edits.length));
  await city.until(NOON + 21 * HOUR);
  expect(city.aggregates.figures.written).toBe(1000);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aggregates-'));
  asked = [];
  edits = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the store is asked for a bounded number of hours at once [limit history.bucketsAtOnce]', async () => {
  await begin({ bucketsAtOnce: 100 });
  expect(Math.max(...asked)).toBeLessThanOrEqual(100);
  expect(asked.length).toBeGreaterThan(10);
  await city.stop();
});

test('a record of the journal holds a bounded number of aggregates [limit history.aggregatesAtOnce]', async () => {
  await begin({ aggregatesAtOnce: 30 });
  expect(Math.max(...edits)).toBe(30);
  expect(edits.length).toBe(34);
  await city.stop();
});

test('of each Datastream a bounded number of spans is remembered, the nearest ones joined [limit history.staleSpans]', () => {
  const kept = new Map<number, string | null>();
  const notes = { notesOf: () => [], note: (_: string, id: number, body: string | null) => void kept.set(id, body) };
  const stale = new StaleHours(notes, 3);
  for (const hour of [100, 0, 50, 10, 52]) stale.add(1, hour * HOUR, hour * HOUR + 1, Number.NEGATIVE_INFINITY);
  expect(stale.of(1).map(({ from, to }) => [from / HOUR, to / HOUR])).toEqual([
    [0, 11],
    [50, 53],
    [100, 101],
  ]);
  expect(kept.get(1)).toBe('[null,[0,11,50,53,100,101]]');
  stale.forget(1);
  expect(kept.get(1)).toBeNull();
});
