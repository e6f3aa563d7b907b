/**
 * `meta.db`: what rows of all partitions share. Its transaction begins with the first change and is committed before those of
 * the partitions. A crash in between leaves ids and claims of rows that are not there yet: readers look whether the row
 * says the same, and the replay of the journal puts the row and its id in step again.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type FileSettings, openForWriting } from './database.ts';

export class Meta {
  readonly db: DatabaseSync;
  #open = false;

  constructor(file: string, settings: FileSettings) {
    this.db = openForWriting(file, 'meta', settings);
  }

  /** Drawn when the file was made. Older files have none, which is as good: only one store can be the one without. */
  get identity(): string {
    const found = this.db.prepare("SELECT value FROM store WHERE key = 'identity'").get();
    return found === undefined ? '' : String(found.value);
  }

  begin(): void {
    if (!this.#open) this.db.exec('BEGIN');
    this.#open = true;
  }

  commit(): void {
    if (this.#open) this.db.exec('COMMIT');
    this.#open = false;
  }

  rollback(): void {
    if (this.#open && this.db.isTransaction) this.db.exec('ROLLBACK');
    this.#open = false;
  }

  close(): void {
    this.db.close();
  }
}
