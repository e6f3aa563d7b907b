/**
 * Which partitions the store has, in `meta.db`: one whose file is lost is missed at the next start. Noted after a file was made and
 * struck out before one is removed, so a crash in between leaves a file that is noted then.
 */
import type { Meta } from './meta.ts';

/** Key of a partition in the table `store`. */
const KEY = 'partition ';
/** To be run on a copy: files are copied one after another, so what was made meanwhile is noted there and not copied. */
export const FORGET_PARTITIONS = `DELETE FROM store WHERE key LIKE '${KEY}%'`;

export class KnownPartitions {
  readonly #meta: Meta;

  constructor(meta: Meta) {
    this.#meta = meta;
  }

  /**
   * `there`: partitions that have a file. Returns those that have lost theirs. Then the store is another one from now on, so that
   * everything that the journal has is written again.
   */
  missed(there: readonly string[]): string[] {
    const { db } = this.#meta;
    const rows = db.prepare(`SELECT key FROM store WHERE key LIKE '${KEY}%'`).all();
    const known = rows.map(({ key }) => String(key).slice(KEY.length));
    const lost = known.filter((name) => !there.includes(name)).sort();
    const added = there.filter((name) => !known.includes(name));
    if (lost.length + added.length === 0) return [];
    db.exec('BEGIN');
    for (const name of added) this.add(name);
    for (const name of lost) this.remove(name);
    if (lost.length > 0) db.exec("REPLACE INTO store(key, value) VALUES ('identity', random() >> 12)");
    db.exec('COMMIT');
    return lost;
  }

  add(name: string): void {
    this.#meta.db.prepare('REPLACE INTO store(key, value) VALUES (?, 1)').run(`${KEY}${name}`);
  }

  remove(name: string): void {
    this.#meta.db.prepare('DELETE FROM store WHERE key = ?').run(`${KEY}${name}`);
  }
}
