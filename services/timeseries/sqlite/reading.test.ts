import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Columns } from '../columns.ts';
import { options } from '../options.ts';
import { batchOf, everything } from '../test-rows.ts';
import type { Chunk } from '../threads/requests.ts';
import { weekStart } from './calendar.ts';
import { sqliteStore } from './index.ts';
import type { FromThread, StoreFacts, ToReader } from './protocol.ts';
import { Reading } from './reading.ts';

const NOW = Date.UTC(2026, 5, 10);
const WEEK = 7 * 86_400_000;
const STREAMS = 4000;
/** Only these have a result of 1; all have 0 and 2, so that no statistics help. */
const RARE = [3, 500, 3990];

const folder = mkdtempSync(join(tmpdir(), 'timeseries-reading-'));
const settings = { folder, options: options.parse({}), now: NOW };

beforeAll(async () => {
  const store = sqliteStore({ folder, options: settings.options, clock: { now: () => NOW } });
  await store.start();
  const rows = Array.from({ length: 3 * STREAMS }, (_, i) => {
    const ds = 1 + (i % STREAMS);
    return { ds, t: NOW - i, r: i < STREAMS ? 0 : i < 2 * STREAMS ? 2 : RARE.includes(ds) ? 1 : 0 };
  });
  await store.write(batchOf(rows));
  await store.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function storeFacts(): StoreFacts {
  const { weeksBehind, weeksAhead } = settings.options;
  const names = readdirSync(folder).flatMap((file) => (file.endsWith('.db') ? [file.slice(0, -3)] : []));
  return {
    identity: '',
    weeksFrom: weekStart(NOW) - weeksBehind * WEEK,
    weeksTo: weekStart(NOW) + weeksAhead * WEEK,
    partitions: names.filter((name) => name !== 'meta'),
    lost: [],
  };
}

/** Lengths of the chunks of a scan for the rare result, where it is so much later at every look at the clock. */
async function chunksAt(msPerLook: number): Promise<number[]> {
  const { port1, port2 } = new MessageChannel();
  let time = 0;
  const now = (): number => {
    time += msPerLook;
    return time;
  };
  new Reading(port2, settings, now).start();
  const say = (message: ToReader): void => port1.postMessage(message);
  const lengths: number[] = [];
  await new Promise<void>((resolve, reject) => {
    port1.on('message', (message: FromThread) => {
      if (message.kind === 'ready')
        say({ kind: 'scan', seq: 1, query: { ...everything, datastreams: null, resultMin: 1, resultMax: 1 } });
      else if (message.kind === 'answer' && message.seq === 1) {
        const { rows, done } = message.value as Chunk;
        lengths.push(rows.length);
        say(done ? { kind: 'stop' } : { kind: 'more', seq: 1 });
      } else if (message.kind === 'stopped') resolve();
      else if (message.kind === 'failed' || message.kind === 'refused') reject(new Error(message.fault.detail));
    });
    say({ kind: 'facts', facts: storeFacts() });
  });
  return lengths;
}

const sum = (lengths: readonly number[]): number => lengths.reduce((total, length) => total + length, 0);

test('a scan that is fast gives one chunk', async () => {
  expect(await chunksAt(0)).toEqual([3]);
});

test('a scan that takes longer hands out what it has before its chunk is full', async () => {
  const lengths = await chunksAt(30);
  expect(lengths.length).toBeGreaterThan(1);
  expect(lengths[0]).toBe(1);
  expect(sum(lengths)).toBe(3);
});

test('a scan that finds nothing for long gives signs of life', async () => {
  const lengths = await chunksAt(300);
  expect(lengths[0]).toBe(0);
  expect(sum(lengths)).toBe(3);
});

test('a query over many Datastreams in time order holds a bounded number of rows [limit timeseries.windowRows]', async () => {
  const { port1, port2 } = new MessageChannel();
  const bounded = { ...settings, options: options.parse({ windowRows: 2000 }) };
  let most = 0;
  const push = Columns.prototype.push;
  const spy = vi.spyOn(Columns.prototype, 'push').mockImplementation(function (this: Columns, ...row) {
    push.apply(this, row);
    most = Math.max(most, this.length);
  });
  new Reading(port2, bounded, () => 0).start();
  const say = (message: ToReader): void => port1.postMessage(message);
  let found = 0;
  await new Promise<void>((resolve, reject) => {
    port1.on('message', (message: FromThread) => {
      if (message.kind === 'ready')
        say({ kind: 'scan', seq: 1, query: { ...everything, datastreams: null, order: 'time' } });
      else if (message.kind === 'answer' && message.seq === 1) {
        const { rows, done } = message.value as Chunk;
        found += rows.length;
        say(done ? { kind: 'stop' } : { kind: 'more', seq: 1 });
      } else if (message.kind === 'stopped') resolve();
      else if (message.kind === 'failed' || message.kind === 'refused') reject(new Error(message.fault.detail));
    });
    say({ kind: 'facts', facts: storeFacts() });
  });
  spy.mockRestore();
  expect(found).toBe(3 * STREAMS);
  expect(most).toBeGreaterThan(100);
  expect(most).toBeLessThanOrEqual(2 * 2000 + 1);
});
