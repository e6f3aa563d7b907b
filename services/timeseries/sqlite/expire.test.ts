import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RESULT } from '../../model/index.ts';
import { options } from '../options.ts';
import type { TimeseriesStore } from '../port.ts';
import { batchOf, everything, extentRows, scanAll, type TestRow } from '../test-rows.ts';
import { sqliteStore } from './index.ts';

const PROCESS = fileURLToPath(new URL('./expire-process.ts', import.meta.url));
const T = Date.UTC(2026, 5, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const clock = { now: () => T };

describe('files of the embedded store when old rows go', () => {
  let folder: string;
  let store: TimeseriesStore;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'expire-'));
    await open();
  });
  afterEach(async () => {
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async () => {
    store = sqliteStore({ folder, clock, options: options.parse({ sliceRows: 20_000 }) });
    await store.start();
  };
  const files = () => readdirSync(folder).filter((name) => name.startsWith('default-'));
  const write = async (rows: readonly TestRow[]) => {
    for (let at = 0; at < rows.length; at += 10_000) await store.write(batchOf(rows.slice(at, at + 10_000)));
  };
  const weeks = (streams: readonly number[], count = 10): TestRow[] =>
    streams.flatMap((ds) =>
      Array.from({ length: count * 7 }, (_, day) => ({ ds, t: T - day * DAY, r: day, rec: 1000 + day })),
    );

  test('a week of which everything is due goes as a file, with its log, and can be made again', async () => {
    await write(weeks([1, 2, 3]));
    const before = files();
    await store.edit([{ rec: 1, edits: [{ op: 'remove', ds: 9, t: T - 30 * DAY, rec: 5 }] }]);
    expect(await store.expire({ datastreams: null, from: null, before: T - 21 * DAY })).toBe(3 * (70 - 22));
    const after = files();
    expect(after.filter((name) => name.endsWith('.db')).length).toBeLessThanOrEqual(5);
    expect(before.filter((name) => name.endsWith('.db')).length).toBeGreaterThanOrEqual(10);
    for (const name of after) expect(after).toContain(`${name.split('.')[0]}.db`);
    await write([{ ds: 2, t: T - 60 * DAY, r: 7, rec: 9 }]);
    expect((await scanAll(store, { to: T - 21 * DAY })).map(({ ds, r }) => [ds, r])).toEqual([[2, 7]]);
    await store.stop();
    await open();
    expect(await store.count(everything)).toBe(3 * 22 + 1);
    expect(extentRows(await store.extents([2]))).toMatchObject([{ count: 23, firstTime: T - 60 * DAY }]);
  });

  test('a file that others have rows in stays, and becomes smaller', async () => {
    const many = [...Array(40).keys()].map((ds) => ds + 1);
    await write(
      many.flatMap((ds) => Array.from({ length: 1500 }, (_, i) => ({ ds, t: T + i * 100_000, r: i, rec: i }))),
    );
    await store.stop();
    await open();
    const size = () => files().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    const before = size();
    expect(await store.expire({ datastreams: null, except: [1, 2], from: null, before: T + 999 * DAY })).toBe(
      38 * 1500,
    );
    expect(await store.count(everything)).toBe(3000);
    expect(size()).toBeLessThan(before / 4);
  });

  test('what is gone cannot be found in the bytes of the files', async () => {
    const text = (ds: number, i: number) => `"the plate of car ${ds}-${i} was seen"`;
    const rows = [1, 2].flatMap((ds) =>
      Array.from({ length: 200 }, (_, i) => ({
        ds,
        t: T + i * HOUR,
        type: RESULT.text,
        x: `{"v":${text(ds, i)}}`,
        rec: i,
      })),
    );
    await write(rows);
    await store.stop();
    await open();
    const holds = (ds: number) => {
      const bytes = Buffer.concat(files().map((name) => readFileSync(join(folder, name))));
      return Array.from({ length: 200 }, (_, i) => bytes.includes(text(ds, i))).filter(Boolean).length;
    };
    expect([holds(1), holds(2)]).toEqual([200, 200]);
    expect(await store.expire({ datastreams: [1], from: null, before: T + 999 * DAY })).toBe(200);
    expect([holds(1), holds(2)]).toEqual([0, 200]);
  });

  test('a stop in the middle is a start in the middle', async () => {
    await write(weeks([...Array(30).keys()].map((ds) => ds + 1)));
    const expiring = store
      .expire({ datastreams: null, except: [7], from: null, before: T })
      .catch((error: Error) => error);
    await store.stop();
    await expiring;
    await open();
    await store.expire({ datastreams: null, except: [7], from: null, before: T });
    expect(await store.count(everything)).toBe(29 + 70);
  });

  test('kill -9 in the middle leaves nothing half done: what had gone is gone, what stays is whole', async () => {
    await write(weeks([1, 2, 3, 4], 8).map((row) => ({ ...row, t: row.t - (row.t % DAY) })));
    await store.write(batchOf(weeks([1, 2, 3, 4], 8).map((row) => ({ ...row, t: row.t - (row.t % DAY), rec: 7 }))), {
      mode: 'tie',
    });
    let from = T - 59 * DAY;
    let steps = 0;
    for (let kill = 0; kill < 3; kill++) {
      await store.stop();
      const lines = await expireAndKill(from, 4 + kill);
      await open();
      steps += lines.length;
      const rows = await scanAll(store);
      expect(await store.count(everything)).toBe(rows.length);
      for (const line of lines) {
        const [which, before] = line.split(' ') as ['all' | 'some', string];
        for (const { ds, t } of rows)
          if (ds !== 4 && t < Number(before)) expect.fail(`${which} before ${before}, but ${ds} has ${t}`);
      }
      expect(rows.filter(({ ds, t }) => ds === 4 && t <= T)).toHaveLength(2 * 56);
      for (const { ds, count, firstTime } of extentRows(await store.extents(null))) {
        const own = rows.filter((row) => row.ds === ds);
        expect([count, firstTime]).toEqual([own.length, own[0]!.t]);
      }
      for (const row of rows) if (row.id > 0) expect((await store.byAssignedId(row.id))?.t[0] ?? row.t).toBe(row.t);
      from = Math.max(from, ...lines.map((line) => Number(line.split(' ')[1])));
    }
    expect(steps).toBeGreaterThan(9);
  }, 60_000);

  /** Returns what it said it had done. */
  async function expireAndKill(from: number, after: number): Promise<string[]> {
    const flags = process.execArgv.filter((flag) => flag.startsWith('--wasm-'));
    const child = spawn(process.execPath, [...flags, PROCESS, folder, String(from)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    let killed = false;
    child.stdout.setEncoding('utf8').on('data', (said: string) => {
      output += said;
      if (!killed && output.split('\n').length > after) killed = child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.once('close', resolve));
    return output.split('\n').slice(0, -1);
  }
});
