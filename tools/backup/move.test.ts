import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeCheckpoint } from '../../ingest/index.ts';
import { compareStores } from '../../services/backup/index.ts';
import { Ledger } from '../../services/journal/index.ts';
import { type RowBatch, systemClock } from '../../services/model/index.ts';
import {
  memoryStore,
  sqliteStore,
  options as storeOptions,
  type TimeseriesStore,
} from '../../services/timeseries/index.ts';
import { runCommand, until } from '../../test/support/index.ts';
import { makeDataFolder } from '../data-folder/index.ts';
import { move } from './moving.ts';

/** Machines that build something else beside the tests are slow. */
const command = (words: readonly string[]) => runCommand(words, 60_000);

const T = Date.UTC(2026, 5, 1);
const ROWS = 300_000;
const BATCH = 100_000;
const root = mkdtempSync(join(tmpdir(), 'move-'));
const path = (name: string) => join(root, name);
const data = path('data');
afterAll(() => rmSync(root, { recursive: true, force: true }));

function* batches(): Generator<RowBatch> {
  for (let from = 0; from < ROWS; from += BATCH) {
    const numbers = Array.from({ length: BATCH }, (_, i) => from + i);
    yield {
      length: BATCH,
      ds: Int32Array.from(numbers, (i) => 1 + (i % 300)),
      t: Float64Array.from(numbers, (i) => T - Math.floor(i / 300) * 600_000),
      r: Float64Array.from(numbers, (i) => i / 4),
      type: new Uint8Array(BATCH),
      rec: Float64Array.from(numbers, () => 1),
      q: new Uint8Array(BATCH),
      x: new Map(),
    };
  }
}

const organisation = ['Organisations', { id: 'test', name: 'Test', properties: {} }] as never;

function openStore(folder: string): TimeseriesStore {
  return sqliteStore({ folder, options: storeOptions.parse({}), clock: systemClock });
}

/** Starts the command as it stands, so that a kill hits itself. */
function startMove(to: string) {
  const script = fileURLToPath(new URL('./move.main.ts', import.meta.url));
  const flags = [
    '--disable-warning=ExperimentalWarning',
    ...process.execArgv.filter((flag) => flag.startsWith('--wasm-')),
  ];
  const child = spawn(process.execPath, [...flags, script, '--to', to, '--data', data], { stdio: 'ignore' });
  return { child, ended: new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, by) => resolve(by))) };
}

function saved(): { position: { rows: number } | null } | null {
  const file = join(data, 'move.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

describe('stadtpegel move', () => {
  beforeAll(async () => {
    await makeDataFolder(data, { puts: [organisation], rows: batches() });
    const store = openStore(join(data, 'timeseries'));
    await store.start();
    await store.edit([
      {
        rec: 2,
        edits: [
          { op: 'remove', ds: 3, t: T, rec: 1 },
          { op: 'drop', ds: 7 },
        ],
      },
    ]);
    await store.stop();
  }, 120_000);

  test('killed in the middle, again and again, it goes on where it was and ends with two equal stores', async () => {
    const to = `sqlite:${path('other')}`;
    let kills = 0;
    for (let rows = 0; kills < 4; kills++) {
      const { child, ended } = startMove(to);
      await until('it has come further', () => {
        if (child.exitCode !== null) return true;
        const now = saved()?.position?.rows ?? 0;
        if (now > rows) rows = now;
        return now > 0 && now >= rows && now > kills * 30_000;
      });
      child.kill('SIGKILL');
      if ((await ended) === null) break;
    }
    expect(kills).toBeGreaterThan(1);
    const last = await command(['move', '--to', to, '--data', data]);
    expect(last.code, last.stderr).toBe(0);
    expect(last.stdout).toMatch(/Rows +298,999 .*\n +Removed rows +1 /);
    expect(last.stdout).toContain('of them by an earlier attempt');
    expect(saved()).toBeNull();

    const [source, target] = [openStore(join(data, 'timeseries')), openStore(path('other'))];
    await Promise.all([source.start(), target.start()]);
    const compared = await compareStores(source, target, { samples: 300, sampleRows: 300 });
    expect(compared).toMatchObject({ datastreams: 299, rows: 299 * (ROWS / 300) - 1, differences: [] });
    expect(await target.dropped()).toEqual([7]);
    // the journal is read again: what was deleted stays so
    const one = { length: 1, ds: Int32Array.of(3), t: Float64Array.of(T), r: Float64Array.of(1) };
    const again = { ...one, type: new Uint8Array(1), rec: Float64Array.of(1), q: new Uint8Array(1), x: new Map() };
    expect(await target.write(again)).toMatchObject({ replayed: 1 });
    const ledger = new Ledger({ folder: data, maxDeadLetters: 1000 });
    ledger.start();
    expect(ledger.checkpoint(storeCheckpoint(target))).toBe(ledger.checkpoint(storeCheckpoint(source)));
    expect(ledger.checkpoint(storeCheckpoint(target))).toBeGreaterThan(0);
    ledger.stop();
    await Promise.all([source.stop(), target.stop()]);
  }, 120_000);

  test('what is not empty is no target, and what cannot be opened is said in one line', async () => {
    const full = await command(['move', '--to', `sqlite:${path('other')}`, '--data', data]);
    expect([full.code, full.stderr]).toEqual([
      1,
      expect.stringMatching(/is not empty: it holds \d+ Observations of 299 Datastreams/),
    ]);
    const same = await command(['move', '--to', 'sqlite', '--data', data]);
    expect([same.code, same.stderr]).toEqual([1, expect.stringContaining('are the same store')]);
    const unknown = await command(['move', '--to', 'cassandra', '--data', data]);
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('There is no store "cassandra"')]);
    const nowhere = await command(['move', '--data', data]);
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('Where to?')]);
    const ledger = new Ledger({ folder: data, maxDeadLetters: 1000 });
    ledger.start();
    const busy = await command(['move', '--to', `sqlite:${path('x')}`, '--data', data]);
    expect([busy.code, busy.stderr]).toEqual([1, expect.stringContaining('in use by another hub')]);
    ledger.stop();
  }, 60_000);

  test('what was copied before the hub ran again does not count, and stores that differ are not exchanged', async () => {
    const folder = path('third');
    cpSync(data, folder, { recursive: true });
    const ledger = new Ledger({ folder, maxDeadLetters: 1000 });
    ledger.start();
    const from = { name: 'the old one', store: memoryStore() };
    const to = { name: 'the new one', store: memoryStore() };
    const [batch] = batches();
    await from.store.write({ ...batch!, length: 5000 });
    const stop = new AbortController();
    const ports = { data: folder, from, to, ledger, signal: stop.signal };
    await expect(move({ ...ports, told: () => stop.abort() })).rejects.toThrow('ended');
    ledger.setCheckpoint(storeCheckpoint(from.store), 99);
    const signal = new AbortController().signal;
    await expect(move({ ...ports, signal })).rejects.toThrow('nobody knows what has changed');
    const broken = { name: 'a forgetful one', store: memoryStore() };
    broken.store.place = async () => undefined;
    await expect(move({ ...ports, to: broken, signal })).rejects.toThrow(
      /are not equal:\n {2}Datastream 1: 17 rows, none/,
    );
    expect(ledger.checkpoint(storeCheckpoint(broken.store))).toBe(0);
    const fresh = { name: 'a fresh one', store: memoryStore() };
    await move({ ...ports, to: fresh, signal });
    expect(ledger.checkpoint(storeCheckpoint(fresh.store))).toBe(99);
    ledger.stop();
  });
});
