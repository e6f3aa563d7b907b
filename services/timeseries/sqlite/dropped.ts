/** Deleted Datastreams: what is still written for them is a repetition, for ever, because their ids never come again. */
import type { Meta } from './meta.ts';

export class Dropped {
  readonly #meta: Meta;
  /** Id ▸ whether none of its rows is left. */
  readonly #known = new Map<number, boolean>();

  constructor(meta: Meta) {
    this.#meta = meta;
    const rows = meta.db.prepare('SELECT ds, done FROM dropped').all() as unknown as { ds: number; done: number }[];
    for (const { ds, done } of rows) this.#known.set(ds, done === 1);
  }

  has(ds: number): boolean {
    return this.#known.size > 0 && this.#known.has(ds);
  }

  isDone(ds: number): boolean {
    return this.#known.get(ds) === true;
  }

  /** Durable on return. After a crash the replay of the journal asks again for those that are not done. */
  begin(datastreams: Iterable<number>): void {
    this.#mark(datastreams, false);
  }

  /** No row is left: nor are ids that stood for one. Ids that rows of others have kept stay theirs. */
  done(datastreams: Iterable<number>): void {
    const aliases = this.#meta.db.prepare('DELETE FROM alias WHERE ds = ?');
    const claims = this.#meta.db.prepare('DELETE FROM claim WHERE to_ds = ?');
    this.#meta.begin();
    for (const ds of datastreams) {
      aliases.run(ds);
      claims.run(ds);
    }
    this.#mark(datastreams, true);
  }

  #mark(datastreams: Iterable<number>, done: boolean): void {
    const put = this.#meta.db.prepare('REPLACE INTO dropped(ds, done) VALUES (?, ?)');
    this.#meta.begin();
    for (const ds of datastreams) put.run(ds, done ? 1 : 0);
    this.#meta.commit();
    for (const ds of datastreams) this.#known.set(ds, done);
  }
}
