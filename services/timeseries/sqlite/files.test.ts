import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CodedError } from '../../model/index.ts';
import { put } from '../contract-edit.ts';
import { options } from '../options.ts';
import type { TimeseriesStore } from '../port.ts';
import { batchOf, everything, extentRows, readRows, scanAll } from '../test-rows.ts';
import { sqliteStore } from './index.ts';

const NOW = Date.UTC(2026, 5, 10);
const WEEK = 7 * 86_400_000;
let folder: string;
const stores: TimeseriesStore[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'timeseries-files-'));
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function started(settings: Record<string, unknown> = {}, now = NOW): Promise<TimeseriesStore> {
  const store = sqliteStore({ folder, options: options.parse(settings), clock: { now: () => now } });
  await store.start();
  stores.push(store);
  return store;
}

const reason = (error: unknown): unknown => error;

function expectStorage(error: unknown, file: string, code = 'hub.storage'): void {
  expect(error).toBeInstanceOf(CodedError);
  expect((error as CodedError).code).toBe(code);
  expect((error as CodedError).message).toContain(file);
}

test('everything is there again after a stop and a start, also years later, and ids are not given twice', async () => {
  const first = await started({ sliceRows: 100 });
  const rows = Array.from({ length: 700 }, (_, k) => ({ ds: 1 + (k % 9), t: NOW - k * 3_600_000, r: k, rec: k }));
  for (let at = 0; at < rows.length; at += 50) await first.write(batchOf(rows.slice(at, at + 50)));
  await first.write(batchOf([{ ds: 1, t: NOW, r: -1, rec: 9000 }]), { mode: 'tie' });
  const before = await scanAll(first);
  await first.stop();
  expect(readdirSync(folder).filter((file) => !file.endsWith('.db'))).toEqual([]);

  const second = await started({ sliceRows: 100, weeksBehind: 3 }, NOW + 200 * WEEK);
  expect(await scanAll(second)).toEqual(before);
  expect(await second.write(batchOf(rows))).toEqual({ inserted: 0, replayed: 700, conflicts: [] });
  expect(await second.write(batchOf([{ ds: 1, t: NOW, r: -1, rec: 9000 }]), { mode: 'tie' })).toMatchObject({
    replayed: 1,
  });
  await second.write(batchOf([{ ds: 1, t: NOW, r: -2, rec: 9001 }]), { mode: 'tie' });
  const ids = readRows(await second.at(1, NOW)).map((row) => row.id);
  expect(new Set(ids).size).toBe(3);
});

test('rows of one week stand in one file, which grows by slices', async () => {
  const store = await started({ sliceRows: 100 });
  for (let k = 0; k < 5; k++) {
    await store.write(batchOf(Array.from({ length: 90 }, (_, i) => ({ ds: i + 1, t: NOW + k, rec: k }))));
  }
  await store.stop();
  expect(readdirSync(folder).sort()).toEqual(['default-2026-W24.db', 'meta.db']);
  const db = new DatabaseSync(join(folder, 'default-2026-W24.db'));
  expect(db.prepare('SELECT slice, count FROM slices').all()).toMatchObject([
    { slice: 1, count: 180 },
    { slice: 2, count: 180 },
    { slice: 3, count: 90 },
  ]);
  db.close();
});

test('a write that needs one partition too many is refused and names the option; others go on [limit timeseries.maxPartitions]', async () => {
  const store = await started({ maxPartitions: 2 });
  await store.write(batchOf([{ ds: 1, t: NOW }]));
  await store.write(batchOf([{ ds: 1, t: NOW + WEEK }]));
  const error = await store.write(batchOf([{ ds: 1, t: NOW + 2 * WEEK }])).catch(reason);
  expectStorage(error, 'timeseries.maxPartitions', 'store.rejected');
  await store.write(batchOf([{ ds: 1, t: NOW + 1 }]));
  expect(await store.count(everything)).toBe(3);
});

test('with fewer files open than there are partitions, every row is written and found [limit timeseries.writerOpenPartitions] [limit timeseries.readerOpenPartitions]', async () => {
  const store = await started({ writerOpenPartitions: 1, readerOpenPartitions: 1 });
  const rows = Array.from({ length: 60 }, (_, k) => ({ ds: 1 + (k % 3), t: NOW + (k % 10) * WEEK + k, r: k, rec: k }));
  await store.write(batchOf(rows));
  for (const order of ['id', '-id', 'time', '-time'] as const) expect(await scanAll(store, { order })).toHaveLength(60);
});

test.each(['meta.db', 'default-2026-W24.db'])('a %s that is damaged is named, not overwritten', async (name) => {
  const good = await started();
  await good.write(batchOf([{ ds: 1, t: NOW }]));
  await good.stop();
  const file = join(folder, name);
  const damaged = Buffer.alloc(readFileSync(file).length, 'not a database ');
  writeFileSync(file, damaged);
  if (name === 'meta.db') {
    expectStorage(await started().catch(reason), file);
  } else {
    const store = await started();
    expectStorage(await scanAll(store).catch(reason), file);
    expectStorage(await store.write(batchOf([{ ds: 1, t: NOW + 1 }])).catch(reason), file);
    // other weeks go on
    expect(await store.write(batchOf([{ ds: 1, t: NOW + WEEK }]))).toMatchObject({ inserted: 1 });
  }
  expect(readFileSync(file).equals(damaged)).toBe(true);
});

test('a page damaged in the middle of a file is an error that names it, never wrong rows', async () => {
  const good = await started({ pageSize: 4096 });
  await good.write(batchOf(Array.from({ length: 2000 }, (_, k) => ({ ds: 1 + (k % 50), t: NOW + k, r: k }))));
  await good.stop();
  const file = join(folder, 'default-2026-W24.db');
  const bytes = readFileSync(file);
  bytes.fill(0xa5, 4096);
  writeFileSync(file, bytes);
  expectStorage(await started().then(scanAll).catch(reason), file);
});

test.each(['meta.db', 'default-2026-W24.db'])(
  'a foreign database in the place of %s is named and left alone',
  async (name) => {
    const file = join(folder, name);
    const db = new DatabaseSync(file);
    db.exec('CREATE TABLE somebody(elses INTEGER)');
    db.close();
    const before = readFileSync(file);
    const work = started().then((store) => store.write(batchOf([{ ds: 1, t: NOW }])));
    expectStorage(await work.catch(reason), file);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(`${file}-wal`)).toBe(false);
  },
);

test('a file that no partition of this store can have is named at the start', async () => {
  await (await started()).stop();
  copyFileSync(join(folder, 'meta.db'), join(folder, 'default-2026-W99.db'));
  expectStorage(await started().catch(reason), 'default-2026-W99.db');
});

test('a folder that cannot be made is named at the start', async () => {
  writeFileSync(join(folder, 'file'), '');
  folder = join(folder, 'file');
  const error = await started().catch(reason);
  folder = join(folder, '..');
  expect(error).toBeInstanceOf(CodedError);
  expect((error as CodedError).code).toBe('hub.storage');
  expect((error as CodedError).message).toContain(join(folder, 'file'));
});

test('before the start and after the stop every call says that the store is not running', async () => {
  const store = await started();
  await store.stop();
  await store.stop();
  for (const call of [
    store.write(batchOf([{ ds: 1, t: NOW }])),
    store.count(everything),
    scanAll(store),
    store.last([1]),
  ]) {
    await expect(call).rejects.toMatchObject({ code: 'hub.busy' });
  }
});

test('a stop finishes the writes under way', async () => {
  const store = await started();
  const writes = Array.from({ length: 40 }, (_, k) => store.write(batchOf([{ ds: 1, t: NOW + k, rec: k }])));
  await store.stop();
  expect((await Promise.all(writes)).map((report) => report.inserted)).toEqual(Array(40).fill(1));
  expect(await (await started()).count(everything)).toBe(40);
});

test('rows beyond the queue, batches and scans beyond their limits are refused with the option [limit timeseries.queueRows] [limit timeseries.maxBatchRows] [limit timeseries.maxScans]', async () => {
  const store = await started({ queueRows: 100, maxBatchRows: 80, maxScans: 1 });
  const batch = (k: number) => batchOf(Array.from({ length: 60 }, (_, i) => ({ ds: i + 1, t: NOW + k, rec: k })));
  const first = store.write(batch(1));
  await expect(store.write(batch(2))).rejects.toThrow('timeseries.queueRows');
  await first;
  expect(await store.write(batch(2))).toMatchObject({ inserted: 60 });
  await expect(store.write(batchOf(Array.from({ length: 81 }, () => ({ ds: 1, t: NOW }))))).rejects.toThrow(
    'timeseries.maxBatchRows',
  );
  for await (const _ of store.scan(everything)) await expect(scanAll(store)).rejects.toThrow('timeseries.maxScans');
  expect(await scanAll(store)).toHaveLength(120);
});

test('edits that fail are not done, not in part either, and can be done later', async () => {
  const store = await started({ maxPartitions: 1 });
  await store.write(batchOf([{ ds: 1, t: NOW, r: 1, rec: 3 }]));
  const move = [
    { op: 'remove', ds: 1, t: NOW, rec: 3 } as const,
    put({ ds: 1, t: NOW + 5 * WEEK, r: 1, x: { k: [1, NOW] } }),
  ];
  expect(await store.edit([{ rec: 9, edits: move }])).toEqual([
    { rec: 9, index: 1, detail: expect.stringContaining('timeseries.maxPartitions') },
  ]);
  expect(await scanAll(store)).toMatchObject([{ ds: 1, t: NOW, rec: 3 }]);
  expect(await store.byClaim(1, NOW)).toBeNull();
  expect(await store.write(batchOf([{ ds: 1, t: NOW, r: 1, rec: 3 }]))).toMatchObject({ replayed: 1 });
  await store.stop();
  const larger = await started();
  await larger.edit([{ rec: 9, edits: move }]);
  expect(readRows((await larger.byClaim(1, NOW))!)).toMatchObject([{ t: NOW + 5 * WEEK, rec: 9 }]);
});

test('edits are there again after a stop and a start: what was removed, moved and dropped', async () => {
  const store = await started({ sliceRows: 100 });
  for (let k = 0; k < 4; k++) {
    await store.write(
      batchOf(Array.from({ length: 90 }, (_, i) => ({ ds: 1 + (i % 3), t: NOW + 90 * k + i, rec: k }))),
    );
  }
  await store.edit([
    {
      rec: 50,
      edits: [{ op: 'remove', ds: 1, t: NOW, rec: 0 }, put({ ds: 2, t: NOW + 9 * WEEK, x: { k: [1, NOW] } })],
    },
    { rec: 51, edits: [{ op: 'drop', ds: 3 }] },
  ]);
  const before = await scanAll(store);
  expect(before).toHaveLength(240);
  await store.stop();
  const again = await started({ sliceRows: 100 });
  expect(await scanAll(again)).toEqual(before);
  expect(readRows((await again.byClaim(1, NOW))!)).toMatchObject([{ ds: 2, t: NOW + 9 * WEEK }]);
  expect(await again.occupied(1, [NOW])).toEqual([true]);
  const rows = [1, 3].map((ds) => ({ ds, t: NOW + ds - 1, rec: 0 }));
  expect(await again.write(batchOf(rows))).toEqual({ inserted: 0, replayed: 2, conflicts: [] });
  expect(await again.count(everything)).toBe(240);
});

test('with memory for the facts of one partition only, every answer is the same [limit timeseries.factsMiB]', async () => {
  const all = await started();
  const rows = Array.from({ length: 900 }, (_, k) => ({
    ds: 1 + (k % 30),
    t: NOW + (k % 13) * WEEK + k,
    r: k,
    rec: k,
  }));
  await all.write(batchOf(rows));
  const ask = async (store: TimeseriesStore) => [
    await store.count({ ...everything, datastreams: [3, 4, 5, 29], from: NOW + WEEK }),
    extentRows(await store.extents(null)),
    readRows(await store.last([1, 2, 30, 31])),
    await scanAll(store, { order: '-time', limit: 50 }),
    await scanAll(store, { order: '-id', datastreams: [7, 9] }),
    await scanAll(store, { order: 'id' }),
  ];
  const expected = await ask(all);
  await all.stop();
  // options are at least a MiB; this is a few hundred bytes
  const small = sqliteStore({
    folder,
    options: { ...options.parse({}), factsMiB: 800 / 2 ** 20 },
    clock: { now: () => NOW },
  });
  await small.start();
  stores.push(small);
  for (let time = 0; time < 3; time++) expect(await ask(small)).toEqual(expected);
  await small.write(batchOf([{ ds: 31, t: NOW + 4 * WEEK, rec: 1 }]));
  expect(extentRows(await small.extents([31]))).toHaveLength(1);
});

test('percentiles over more values than allowed are refused with the option [limit timeseries.aggregateValues]', async () => {
  const store = await started({ aggregateValues: 1000 });
  await store.write(batchOf(Array.from({ length: 1200 }, (_, k) => ({ ds: 1 + (k % 2), t: NOW + k, r: k, rec: k }))));
  const query = { datastreams: null, from: null, to: null, edges: null, perDatastream: false, quantiles: [0.5] };
  const error = await store.aggregate(query).catch(reason);
  expect(error).toMatchObject({ code: 'query.limit' });
  expect((error as Error).message).toContain('timeseries.aggregateValues');
  expect((await store.aggregate({ ...query, perDatastream: true })).length).toBe(2);
  expect((await store.aggregate({ ...query, quantiles: [] })).count[0]).toBe(1200);
});

test('a week whose file was lost is missed, and the store is another one from then on', async () => {
  const lost: (readonly string[])[] = [];
  const open = async (): Promise<TimeseriesStore> => {
    const onLost = (partitions: readonly string[]) => void lost.push(partitions);
    const store = sqliteStore({ folder, options: options.parse({}), clock: { now: () => NOW }, onLost });
    await store.start();
    stores.push(store);
    return store;
  };
  const rows = [0, 1, 2].map((week) => ({ ds: 1, t: NOW - week * WEEK, r: week, rec: week + 1 }));
  const first = await open();
  const { identity } = first;
  await first.write(batchOf(rows));
  await first.stop();
  const unharmed = await open();
  expect([unharmed.identity, lost]).toEqual([identity, []]);
  // what a class no longer keeps is not lost
  await unharmed.expire({ datastreams: null, from: null, before: NOW - 1.2 * WEEK });
  await unharmed.stop();
  const files = readdirSync(folder).filter((file) => file.endsWith('.db'));
  expect(files.sort()).toEqual(['default-2026-W23.db', 'default-2026-W24.db', 'meta.db']);
  for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `default-2026-W23.db${end}`), { force: true });
  const harmed = await open();
  expect(lost).toEqual([['default-2026-W23']]);
  expect(harmed.identity).not.toBe(identity);
  expect(await harmed.write(batchOf(rows.slice(0, 2)))).toMatchObject({ inserted: 1, replayed: 1 });
  const { identity: another } = harmed;
  await harmed.stop();
  const mended = await open();
  expect([mended.identity, lost.length]).toEqual([another, 1]);
  expect(await scanAll(mended)).toHaveLength(2);
});
