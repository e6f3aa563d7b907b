import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AdminError, type Status } from '../data/index.ts';
import { status } from './testing/index.ts';
import { Watch } from './watch.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function watched(ask: () => Promise<Status>) {
  let changes = 0;
  const watch = new Watch({ ask, every: 3000, now: () => Date.now(), changed: () => changes++ });
  return { watch, changes: () => changes };
}

test('the hub is asked every few seconds until the watch ends', async () => {
  const ask = vi.fn(async () => status());
  const { watch, changes } = watched(ask);
  watch.start();
  await vi.advanceTimersByTimeAsync(9500);
  expect([ask.mock.calls.length, changes()]).toEqual([4, 4]);
  watch.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(4);
});

test('a hub that does not answer is said with since when, and what was known stays', async () => {
  let fails = false;
  const lost = new AdminError(0, null, '');
  const { watch } = watched(() => (fails ? Promise.reject(lost) : Promise.resolve(status())));
  watch.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(watch.watched).toMatchObject({ at: 1_000_000, error: null, failingSince: null });
  fails = true;
  await vi.advanceTimersByTimeAsync(7000);
  expect(watch.watched).toMatchObject({ at: 1_000_000, error: lost, failingSince: 1_003_000 });
  expect(watch.watched.status).not.toBeNull();
  fails = false;
  await watch.look();
  expect(watch.watched).toMatchObject({ at: 1_007_000, error: null, failingSince: null });
  watch.stop();
});

test('a slow hub is not asked a second time meanwhile', async () => {
  const answer = Promise.withResolvers<Status>();
  const ask = vi.fn(() => answer.promise);
  const { watch } = watched(ask);
  watch.start();
  void watch.look();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(ask).toHaveBeenCalledTimes(1);
  answer.resolve(status());
  await vi.advanceTimersByTimeAsync(2999);
  expect(ask).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(ask).toHaveBeenCalledTimes(2);
  watch.stop();
});
