import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { put } from '../contract-edit.ts';
import { options } from '../options.ts';
import type { TimeseriesStore } from '../port.ts';
import { batchOf, everything, extentRows, readRows, scanAll } from '../test-rows.ts';
import { weekStart } from './calendar.ts';
import { sqliteStore } from './index.ts';
import { writeOldStore } from './old-store.ts';

const NOW = Date.UTC(2026, 5, 10);
const WEEK = 7 * 86_400_000;
const NAME = 'default-2026-W24';
const ROWS = [
  { ds: 1, t: NOW, n: 0, r: 1, rec: 3, id: null },
  { ds: 1, t: NOW, n: 1, r: 2, rec: 4, id: 41 },
  { ds: 2, t: NOW + 5, n: 0, r: 3, rec: 4, id: null },
];
let folder: string;
const stores: TimeseriesStore[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'timeseries-old-'));
  const week = weekStart(NOW);
  writeOldStore(folder, { from: week - 10 * WEEK, to: week + 10 * WEEK }, NAME, ROWS);
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function started(): Promise<TimeseriesStore> {
  const store = sqliteStore({ folder, options: options.parse({}), clock: { now: () => NOW } });
  await store.start();
  stores.push(store);
  return store;
}

function version(name: string): unknown {
  const db = new DatabaseSync(join(folder, name));
  const found = db.prepare('PRAGMA user_version').get()?.user_version;
  db.close();
  return found;
}

test('a store of the first version is read, written and edited; ids that it gave stay and are not given again', async () => {
  const store = await started();
  expect((await scanAll(store)).map(({ ds, n, r, id }) => [ds, n, r, id])).toEqual([
    [1, 0, 1, 0],
    [1, 1, 2, 41],
    [2, 0, 3, 0],
  ]);
  expect(extentRows(await store.extents([2]))).toEqual([{ ds: 2, count: 1, firstTime: NOW + 5, lastTime: NOW + 5 }]);
  await store.write(batchOf([{ ds: 1, t: NOW, r: 9, rec: 9 }]), { mode: 'tie' });
  expect(readRows(await store.at(1, NOW))[2]!.id).toBeGreaterThan(41);
  await store.edit([
    { rec: 20, edits: [{ op: 'remove', ds: 1, t: NOW, rec: 4 }, put({ ds: 1, t: NOW + 1, x: { e: NOW + 77 } })] },
  ]);
  expect(await store.write(batchOf([{ ds: 1, t: NOW, r: 2, rec: 4 }]), { mode: 'tie' })).toMatchObject({ replayed: 1 });
  expect(extentRows(await store.extents([1]))).toMatchObject([{ count: 3, lastTime: NOW + 77 }]);
  expect(await store.byAssignedId(41)).toBeNull();
  await store.stop();
  expect([version('meta.db'), version(`${NAME}.db`)]).toEqual([2, 2]);
  expect(await (await started()).count(everything)).toBe(4);
});

test('all its partitions are brought up to date at the start, also after a start that did not come to its end', async () => {
  // meta.db was done, the partition not
  const before = readFileSync(join(folder, `${NAME}.db`));
  await (await started()).stop();
  writeFileSync(join(folder, `${NAME}.db`), before);
  const meta = new DatabaseSync(join(folder, 'meta.db'));
  meta.exec("DELETE FROM store WHERE key = 'partitions'");
  meta.close();
  const store = await started();
  expect(await store.count(everything)).toBe(3);
  expect(version(`${NAME}.db`)).toBe(2);
});

test('a store is the same one over starts; one that is made anew is another, and an old one has no name', async () => {
  const store = await started();
  expect(store.identity).toBe('');
  await store.stop();
  expect((await started()).identity).toBe('');
  for (const one of stores.splice(0)) await one.stop();
  const seen = new Set<string>();
  for (let time = 0; time < 2; time++) {
    rmSync(folder, { recursive: true });
    const fresh = await started();
    const { identity } = fresh;
    await fresh.stop();
    expect((await started()).identity).toBe(identity);
    for (const one of stores.splice(0)) await one.stop();
    seen.add(identity);
  }
  expect(seen.size).toBe(2);
  expect([...seen]).not.toContain('');
});

test('a store of a version to come is left alone, and the file is named', async () => {
  const db = new DatabaseSync(join(folder, 'meta.db'));
  db.exec('PRAGMA user_version = 3');
  db.close();
  await expect(started()).rejects.toThrow('meta.db: made by another version of the hub (format 3, this one knows 2)');
});
