/** Rows that come into an hour while it is being computed: too late to be seen, and not lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryStore } from '../../timeseries/index.ts';
import { TestCity } from '../testing/index.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 6, 2, 12);

let folder: string;
let city: TestCity;
/** Done once, when the store has answered and the answer is on its way. */
let meanwhile: (() => Promise<unknown>) | null = null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aggregates-'));
  const working = memoryStore();
  const store = new Proxy(working, {
    get(target, key) {
      const value = Reflect.get(target, key, target);
      if (key === 'aggregate')
        return async (query: Parameters<typeof working.aggregate>[0]) => {
          const found = await working.aggregate(query);
          const work = meanwhile;
          meanwhile = null;
          await work?.();
          return found;
        };
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  city = new TestCity(folder, { store, now: NOON });
  await city.start();
  await city.datastreams(1);
  await city.until(NOON);
  await city.write([{ ds: 1, t: NOON, r: 1 }]);
});
afterEach(async () => {
  await city.stop();
  rmSync(folder, { recursive: true, force: true });
});

const results = async () => (await city.standing(1, 'hourly')).map(({ result }) => result);

test('as it is closed', async () => {
  meanwhile = () => city.write([{ ds: 1, t: NOON + 1, r: 3 }]);
  await city.until(NOON + HOUR + 300_000);
  await city.until(city.now);
  expect(await results()).toEqual([[2, 1, 3, 2]]);
});

test('as it is computed again, also when the hub falls over then', async () => {
  await city.until(NOON + 2 * HOUR);
  await city.write([{ ds: 1, t: NOON + 1, r: 3 }]);
  meanwhile = () => city.write([{ ds: 1, t: NOON + 2, r: 5 }]);
  await city.until(city.now);
  expect(city.aggregates.figures.staleHours).toBe(1);
  city.ledger.flush();
  await city.fall();
  await city.until(city.now);
  expect(await results()).toEqual([[3, 1, 5, 3]]);
  expect(city.aggregates.figures.staleHours).toBe(0);
});
