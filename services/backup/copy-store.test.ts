import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { RowBatch } from '../model/index.ts';
import { memoryStore, sqliteStore, options as storeOptions, type TimeseriesStore } from '../timeseries/index.ts';
import { compareStores } from './compare.ts';
import { type CopyPosition, copyStore } from './copy-store.ts';

// files are synced to the disk: machines that do something else beside the tests are slow at that
vi.setConfig({ testTimeout: 120_000 });

const T = Date.UTC(2026, 5, 1);
const DAY = 86_400_000;
const clock = { now: () => T };
const root = mkdtempSync(join(tmpdir(), 'copy-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let stores = 0;
const sqlite = () => sqliteStore({ folder: join(root, String(++stores)), options: storeOptions.parse({}), clock });
const running = () => new AbortController().signal;

function batch(length: number, place: (i: number) => { ds: number; t: number }): RowBatch {
  const places = Array.from({ length }, (_, i) => place(i));
  return {
    length,
    ds: Int32Array.from(places, ({ ds }) => ds),
    t: Float64Array.from(places, ({ t }) => t),
    r: Float64Array.from(places, (_, i) => i / 8),
    type: new Uint8Array(length),
    rec: Float64Array.from(places, (_, i) => i + 1),
    q: new Uint8Array(length),
    x: new Map(),
  };
}

/** Rows of 40 Datastreams over 400 days, some of 1801 and some of 2200; removed rows; a deleted Datastream. */
async function filled(): Promise<TimeseriesStore> {
  const store = memoryStore();
  await store.write(batch(6000, (i) => ({ ds: 1 + (i % 40), t: T - Math.floor(i / 40) * 2.5 * DAY })));
  await store.write(batch(60, (i) => ({ ds: 1 + (i % 3), t: Date.UTC(i < 30 ? 1801 : 2200, 0, i) })));
  const removed = Array.from(
    { length: 50 },
    (_, i) => ({ op: 'remove', ds: 1 + (i % 40), t: T, rec: 1 + (i % 40) }) as const,
  );
  await store.edit([{ rec: 90_000, edits: [...removed, { op: 'drop', ds: 40 }] }]);
  return store;
}

describe('copying a store', () => {
  test('brings all of it over, and counts and samples agree', async () => {
    const source = await filled();
    const target = sqlite();
    await target.start();
    const told: number[] = [];
    const done = await copyStore(source, target, {
      signal: running(),
      told: ({ rows }) => void told.push(rows),
      batchRows: 700,
    });
    expect(done).toMatchObject({ rows: 6060 - 150 - 39, tombstones: 39 });
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    const compared = await compareStores(source, target, { samples: 60, sampleRows: 100 });
    expect(compared).toMatchObject({ datastreams: 39, rows: done.rows, tombstones: 39, differences: [] });
    expect(compared.sampledRows).toBeGreaterThan(1500);
    expect(await target.dropped()).toEqual([40]);
    await target.stop();
  });

  test('goes on where it was ended, wherever that was', async () => {
    const source = await filled();
    const target = sqlite();
    await target.start();
    let position: CopyPosition | null = null;
    let ended = 0;
    for (let attempt = 1; ; attempt++) {
      const stop = new AbortController();
      let parts = 0;
      try {
        await copyStore(source, target, {
          signal: stop.signal,
          position,
          batchRows: 300,
          reached: async (reached) => {
            position = reached;
            if (++parts === 7) stop.abort();
          },
        });
        break;
      } catch (error) {
        expect(error).toMatchObject({ code: 'hub.busy' });
        ended++;
        expect(attempt).toBeLessThan(200);
      }
    }
    expect(ended).toBeGreaterThan(5);
    expect((await compareStores(source, target, { samples: 40, sampleRows: 50 })).differences).toEqual([]);
    await target.stop();
  });

  test('the comparison finds a row that is missing and one that differs', async () => {
    const source = await filled();
    const target = memoryStore();
    await copyStore(source, target, { signal: running() });
    await target.write(batch(1, () => ({ ds: 7, t: T + DAY })));
    const compared = await compareStores(source, target, { samples: 40, sampleRows: 1000 });
    expect(compared.differences).toEqual([expect.stringContaining('Datastream 7: 149 rows, 150')]);
    const other = memoryStore();
    await copyStore(source, other, { signal: running() });
    const rows = await other.at(1, Date.UTC(1801, 0, 3));
    await other.place({ ...rows, rec: [777], r: [5] });
    const found = await compareStores(source, other, { samples: 40, sampleRows: 1000 });
    expect(found.differences).toEqual([expect.stringContaining('Datastream 1:')]);
  });

  test('rows go in bulk from one embedded store to another', async () => {
    const source = sqlite();
    const target = sqlite();
    await Promise.all([source.start(), target.start()]);
    const count = 150_000;
    await source.write(batch(count, (i) => ({ ds: 1 + (i % 500), t: T - Math.floor(i / 500) * 3_600_000 })));
    const began = performance.now();
    await copyStore(source, target, { signal: running() });
    const rate = count / ((performance.now() - began) / 1000);
    expect((await compareStores(source, target, { samples: 5, sampleRows: 50 })).differences).toEqual([]);
    // 500,000/s on two cores; what is asserted is that no row takes a step of its own
    expect(rate).toBeGreaterThan(5000);
    await Promise.all([source.stop(), target.stop()]);
  });
});
