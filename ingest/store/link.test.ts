import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CodedError } from '../../services/model/index.ts';
import { StoreLink } from './link.ts';

let link: StoreLink;
let told: string[];
let waits: number[];
let away: boolean;
let another: boolean;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  told = [];
  waits = [];
  away = false;
  another = false;
  link = new StoreLink({
    clock: { now: () => 1000 },
    events: {
      storeLost: (error, state) => told.push(`${state}: ${error.message}`),
      storeWorks: (failures) => told.push(`works after ${failures}`),
    },
    maxWaitMs: 10_000,
    stoppedMs: 30_000,
    isAnother: () => another,
    isAway: () => away,
    trouble: () => undefined,
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Fails once, and notes how long it waited. */
async function fail(error: Error): Promise<void> {
  let over = false;
  const done = link
    .attempt(() => Promise.reject(error))
    .then(() => {
      over = true;
    });
  let waited = 0;
  await vi.advanceTimersByTimeAsync(0);
  while (!over) {
    await vi.advanceTimersByTimeAsync(10);
    waited += 10;
  }
  waits.push(waited);
  await done;
}

it('waits longer after each failure, never beyond its limit, and not as long as others [limit ingest.storeWaitMs]', async () => {
  for (let i = 0; i < 12; i++) await fail(new CodedError('store.unavailable', 'refused'));
  expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
  expect(Math.min(...waits.slice(8))).toBeGreaterThanOrEqual(5000);
  expect(waits[0]).toBeLessThanOrEqual(200);
  expect(waits[4]).toBeGreaterThan(waits[0] as number);
  expect(new Set(waits.slice(6)).size).toBeGreaterThan(1);
  await link.attempt(async () => undefined);
  expect(told).toEqual(['waits: refused', 'works after 12']);
  expect(link.trouble).toBeNull();
  expect(link.lastError).toEqual({ at: 1000, code: 'store.unavailable', message: 'refused' });
});

it('keeps to one distance where somebody must mend something, and says when that begins', async () => {
  await fail(new CodedError('store.unavailable', 'refused'));
  await fail(new CodedError('store.missing', 'no database'));
  await fail(new CodedError('store.missing', 'no database'));
  await fail(new CodedError('store.unavailable', 'refused'));
  expect(waits.slice(1, 3)).toEqual([30_000, 30_000]);
  expect(told).toEqual(['waits: refused', 'stopped: no database']);
});

it('a store that was away is tried as soon as it answers again; one that answers with errors is left its time', async () => {
  const refused = new CodedError('store.unavailable', 'refused');
  for (let i = 0; i < 8; i++) await fail(refused);
  away = true;
  const back = setTimeout(() => {
    away = false;
  }, 1500);
  await fail(refused);
  clearTimeout(back);
  expect(waits.at(-1)).toBeGreaterThanOrEqual(1500);
  expect(waits.at(-1)).toBeLessThanOrEqual(1800);
  await fail(refused);
  expect(waits.at(-1)).toBeGreaterThanOrEqual(5000);
});

it('another store that stands there now is not waited for, also where somebody had to mend something', async () => {
  setTimeout(() => {
    another = true;
  }, 1500);
  await fail(new CodedError('store.missing', 'the database is gone'));
  expect(waits.at(-1)).toBeLessThanOrEqual(1800);
});
