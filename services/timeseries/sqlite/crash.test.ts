import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systemClock } from '../../model/index.ts';
import { options } from '../options.ts';
import { everything, scanAll } from '../test-rows.ts';
import { crashRows } from './crash-rows.ts';
import { sqliteStore } from './index.ts';

const WRITER = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));
const KILLS = 12;

/** Lets a process write, kills it after some writes, returns the writes that had resolved. */
async function writeAndKill(folder: string, first: number, afterWrites: number): Promise<number[]> {
  const child = spawn(process.execPath, [WRITER, folder, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  let killed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (!killed && output.split('\n').length > afterWrites) killed = child.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) => child.once('close', (_, by) => resolve(by)));
  expect(signal).toBe('SIGKILL');
  // the last line may be cut off in the middle of its number
  return output.split('\n').slice(0, -1).map(Number);
}

test('kill -9 in the middle of writing loses no resolved write, and statistics stay in step with the rows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'crash-'));
  try {
    const resolved = new Set<number>();
    for (let kill = 0; kill < KILLS; kill++) {
      for (const k of await writeAndKill(folder, kill * 100_000, 1 + Math.floor(Math.random() * 250))) resolved.add(k);
    }
    expect(resolved.size).toBeGreaterThan(KILLS * 10);

    const store = sqliteStore({ folder, options: options.parse({}), clock: systemClock });
    await store.start();
    try {
      const stored = await scanAll(store);
      const keys = new Set(stored.map(({ ds, t, rec }) => `${ds}@${t}#${rec}`));
      expect(keys.size).toBe(stored.length);
      for (const k of resolved) {
        for (const { ds, t, rec } of crashRows(k).rows) {
          if (!keys.has(`${ds}@${t}#${rec}`))
            expect.fail(`write ${k} had resolved, but Datastream ${ds} has no row at ${t}`);
        }
      }
      expect(await store.count(everything)).toBe(stored.length);
      for (const row of stored) if (row.id > 0) expect((await store.byAssignedId(row.id))?.rec[0]).toBe(row.rec);
    } finally {
      await store.stop();
    }
    expect(statisticsInStep(folder)).toBeGreaterThan(60);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

/** Compares the statistics of every slice with its rows; returns how many Datastreams in slices it compared. */
function statisticsInStep(folder: string): number {
  let compared = 0;
  for (const name of readdirSync(folder).filter((file) => file.startsWith('default-') && file.endsWith('.db'))) {
    const db = new DatabaseSync(join(folder, name));
    for (const { slice, ...total } of db.prepare('SELECT slice, count, min_t, max_t FROM slices').all()) {
      const facts = 'count(*) AS count, min(t) AS min_t, max(t) AS max_t';
      const number = 'min(r) FILTER (WHERE type = 0) AS min_r, max(r) FILTER (WHERE type = 0) AS max_r';
      const rows = db.prepare(`SELECT ds, ${facts}, ${number} FROM obs_${slice} GROUP BY ds ORDER BY ds`).all();
      const stats = db.prepare('SELECT ds, count, min_t, max_t, min_r, max_r FROM stats WHERE slice = ? ORDER BY ds');
      expect(stats.all(slice!)).toEqual(rows);
      expect({ ...total }).toEqual({ ...db.prepare(`SELECT ${facts} FROM obs_${slice}`).get() });
      compared += rows.length;
    }
    db.close();
  }
  return compared;
}
