import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systemClock } from '../../model/index.ts';
import { options } from '../options.ts';
import type { TimeseriesStore } from '../port.ts';
import { batchOf, everything, scanAll } from '../test-rows.ts';
import { crashEdits, crashRevision, crashRows, isRevised, removedRows } from './crash-rows.ts';
import { sqliteStore } from './index.ts';

const WRITER = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));
const KILLS = 12;

/**
 * Lets a process write, kills it after some writes, returns what had resolved: `12` a write, `edited 12` its edits,
 * `revised 12` that it is read differently now.
 */
async function writeAndKill(folder: string, first: number, afterWrites: number): Promise<string[]> {
  const flags = process.execArgv.filter((flag) => flag.startsWith('--wasm-'));
  const child = spawn(process.execPath, [...flags, WRITER, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let killed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (!killed && output.split('\n').length > afterWrites) killed = child.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) => child.once('close', (_, by) => resolve(by)));
  expect(signal).toBe('SIGKILL');
  // the last line may be cut off in the middle of its number
  return output.split('\n').slice(0, -1);
}

test('kill -9 in the middle of writing loses nothing that had resolved, and statistics stay in step with the rows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'crash-'));
  try {
    const resolved = new Set<number>();
    const edited = new Set<number>();
    const revised = new Set<number>();
    for (let kill = 0; kill < KILLS; kill++) {
      for (const line of await writeAndKill(folder, kill * 100_000, 1 + Math.floor(Math.random() * 250))) {
        if (line.startsWith('edited ')) edited.add(Number(line.slice(7)));
        else if (line.startsWith('revised ')) revised.add(Number(line.slice(8)));
        else resolved.add(Number(line));
      }
    }
    expect(resolved.size).toBeGreaterThan(KILLS * 10);
    expect(edited.size).toBeGreaterThan(KILLS);
    expect(revised.size).toBeGreaterThan(KILLS);

    const store = sqliteStore({ folder, options: options.parse({}), clock: systemClock });
    await store.start();
    try {
      await hasAll(store, resolved, edited, revised);
      // then the journal is read again: also what had not resolved is done
      const all = new Set([...resolved].filter((k) => k % 3 === 0));
      await Promise.all([...resolved].map((k) => store.write(batchOf(crashRows(k).rows), { mode: crashRows(k).mode })));
      await store.edit([...all].flatMap((k) => crashEdits(k).batches));
      const allRevised = new Set([...resolved].filter(isRevised));
      for (const k of allRevised) await store.revise(crashRevision(k).revision);
      await hasAll(store, resolved, all, allRevised);
    } finally {
      await store.stop();
    }
    expect(statisticsInStep(folder)).toBeGreaterThan(60);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

async function hasAll(
  store: TimeseriesStore,
  written: Set<number>,
  edited: Set<number>,
  revised: Set<number>,
): Promise<void> {
  const stored = await scanAll(store);
  const results = new Map(stored.map(({ ds, t, rec, r }) => [`${ds}@${t}#${rec}`, r]));
  for (const k of revised) {
    const { changed, removed } = crashRevision(k);
    expect(results.get(`${changed.ds}@${changed.t}#${k}`), `revision ${k}`).toBe(changed.r);
    expect(results.has(`${removed.ds}@${removed.t}#${k}`), `revision ${k}`).toBe(false);
  }
  const keys = new Set(stored.map(({ ds, t, rec }) => `${ds}@${t}#${rec}`));
  expect(keys.size).toBe(stored.length);
  for (const k of written) {
    // edits that had not resolved may be done or not
    const removed = new Set(removedRows(k).map(({ ds, t }) => `${ds}@${t}`));
    // one that had not resolved may have gone too
    const goes = isRevised(k) ? crashRevision(k).removed : null;
    for (const { ds, t, rec } of crashRows(k).rows) {
      if (ds === goes?.ds && t === goes.t) continue;
      const there = keys.has(`${ds}@${t}#${rec}`);
      if (!removed.has(`${ds}@${t}`) || (k % 3 !== 0 && !there)) {
        if (!there) expect.fail(`write ${k} had resolved, but Datastream ${ds} has no row at ${t}`);
      } else if (edited.has(k) && there) expect.fail(`edits ${k} had resolved, but Datastream ${ds} has a row at ${t}`);
    }
  }
  for (const k of edited) {
    const { moved, movedFar, added } = crashEdits(k);
    const { rows } = crashRows(k);
    expect((await store.byAssignedId(added))?.t[0], `edits ${k}`).toBe(rows[4]!.t);
    expect((await store.byClaim(rows[2]!.ds, rows[2]!.t))?.t[0], `edits ${k}`).toBe(moved.t);
    expect((await store.byClaim(rows[5]!.ds, rows[5]!.t))?.t[0], `edits ${k}`).toBe(movedFar.t);
  }
  expect(await store.count(everything)).toBe(stored.length);
  for (const row of stored) if (row.id > 0) expect((await store.byAssignedId(row.id))?.rec[0]).toBe(row.rec);
}

/** Compares the statistics of every slice with its rows; returns how many Datastreams in slices it compared. */
function statisticsInStep(folder: string): number {
  let compared = 0;
  for (const name of readdirSync(folder).filter((file) => file.startsWith('default-') && file.endsWith('.db'))) {
    const db = new DatabaseSync(join(folder, name));
    for (const { slice, count } of db.prepare('SELECT slice, count FROM slices').all()) {
      const facts = "count(*) AS count, min(t) AS min_t, max(t) AS max_t, max(json_extract(x, '$.e')) AS max_e";
      const rows = db.prepare(`SELECT ds, ${facts} FROM obs_${slice} GROUP BY ds ORDER BY ds`).all();
      const stats = db.prepare('SELECT ds, count, min_t, max_t, max_e FROM stats WHERE slice = ? ORDER BY ds');
      expect(stats.all(slice!)).toEqual(rows);
      expect(count).toBe(rows.reduce((sum, row) => sum + Number(row.count), 0));
      // bounds of results may be wider than the rows that are left, never narrower
      const outside = `SELECT count(*) AS rows FROM obs_${slice} o JOIN stats s ON s.slice = ${slice} AND s.ds = o.ds
        WHERE o.type = 0 AND (s.min_r IS NULL OR o.r < s.min_r OR o.r > s.max_r)`;
      expect(db.prepare(outside).get()).toEqual({ rows: 0 });
      compared += rows.length;
    }
    db.close();
  }
  return compared;
}
