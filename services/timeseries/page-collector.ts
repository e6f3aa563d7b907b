/** Where a scan puts its rows: passes over the offset, stops at the limit, and fills one chunk at a time. */
import { CHUNK_ROWS, Columns, type PlainRows } from './columns.ts';
import type { Rows } from './port.ts';

export class PageCollector {
  #offset: number;
  #limit: number;
  #chunk = new Columns(64);
  /** Rows that were added, whether they are handed out or not. */
  added = 0;

  constructor(offset: number, limit: number) {
    this.#offset = Math.max(0, Math.floor(offset));
    this.#limit = Math.max(0, limit);
  }

  /** Rows in the chunk so far. */
  get length(): number {
    return this.#chunk.length;
  }

  get chunkFull(): boolean {
    return this.#chunk.length >= CHUNK_ROWS;
  }

  get finished(): boolean {
    return this.#limit <= 0;
  }

  /** Rows that are still wanted, those of the offset included. */
  get wanted(): number {
    return this.#offset + this.#limit;
  }

  get offset(): number {
    return this.#offset;
  }

  /** Passes over this many rows without seeing them; at most `offset`. */
  skip(rows: number): void {
    this.#offset -= rows;
  }

  add(rows: Rows, i: number): void {
    this.added++;
    if (this.#offset > 0) {
      this.#offset--;
      return;
    }
    if (this.#limit <= 0) return;
    this.#limit--;
    this.#chunk.copy(rows, i);
  }

  take(): PlainRows {
    const rows = this.#chunk.take();
    this.#chunk = new Columns(64);
    return rows;
  }
}
