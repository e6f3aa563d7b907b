/**
 * The statistics of the slices in memory, so that counts, extents and the choice of what to read need no file. The writer says
 * what its transactions changed. Bounded: the partition unused for longest is forgotten and read again when it is needed.
 */
import type { Span } from './calendar.ts';
import type { Partitions } from './partitions.ts';
import type { StreamFacts } from './readable-partition.ts';
import { changeOf, type SliceChange } from './slice-change.ts';
import { SliceColumns } from './slice-columns.ts';

/** Datastreams read in one step. */
const STEP = 2000;
/** A partition that is written all the time is read at once after so many attempts. */
const ATTEMPTS = 2;

export class Facts {
  readonly #partitions: Partitions;
  readonly #limit: number;
  readonly #known = new Map<string, SliceColumns[]>();
  /** Changes of each partition so far. */
  readonly #versions = new Map<string, number>();
  #bytes = 0;

  /** `limit` in bytes. */
  constructor(partitions: Partitions, limit: number) {
    this.#partitions = partitions;
    this.#limit = limit;
  }

  /** What is in memory of a partition's slices; null: nothing. */
  peek(span: Span): readonly SliceColumns[] | null {
    const known = this.#known.get(span.name);
    if (known === undefined) return null;
    // to the end, as the one used last
    this.#known.delete(span.name);
    this.#known.set(span.name, known);
    return known;
  }

  /** The slices of a partition, the oldest first. Ask again behind a `yield` that may last. */
  *of(span: Span): Generator<void, readonly SliceColumns[]> {
    for (let attempt = 0; ; attempt++) {
      const known = this.peek(span);
      if (known !== null) return known;
      const version = this.#versions.get(span.name);
      const loaded: SliceColumns[] = [];
      for (const { slice, count, minT, maxT } of this.#partitions.open(span).slices()) {
        const rows: [number, ...number[]][] = [];
        for (let after = 0, more = true; more; after = rows.at(-1)?.[0] ?? 0) {
          const page = this.#partitions.open(span).statistics(slice, after, STEP);
          for (const row of page) rows.push(row);
          more = page.length === STEP;
          if (attempt < ATTEMPTS) yield;
        }
        const columns = new SliceColumns(slice, span);
        columns.apply(changeOf({ slice, count, minT, maxT }, rows));
        loaded.push(columns);
      }
      if (this.#versions.get(span.name) !== version || this.#known.has(span.name)) continue;
      this.#keep(span.name, loaded);
      return loaded;
    }
  }

  /** The slices of a partition as far as Datastreams `first` … `last` go: from memory, else from the file. */
  *between(span: Span, first: number, last: number): Generator<void, readonly SliceColumns[]> {
    const known = this.peek(span);
    if (known !== null) return known;
    const found: SliceColumns[] = [];
    for (const { slice, count, minT, maxT } of this.#partitions.open(span).slices()) {
      const columns = new SliceColumns(slice, span);
      for (let after = first - 1, more = true; more; ) {
        const page = this.#partitions.open(span).statistics(slice, after, STEP);
        const part = page.filter(([ds]) => ds <= last);
        columns.apply(changeOf({ slice, count, minT, maxT }, part));
        more = part.length === STEP;
        after = part.at(-1)?.[0] ?? after;
        yield;
      }
      found.push(columns);
    }
    return found;
  }

  /** One Datastream in all slices of a partition: from memory, else from the file. */
  stream(span: Span, ds: number): StreamFacts[] {
    const known = this.peek(span);
    if (known === null) return this.#partitions.open(span).stream(ds);
    const found: StreamFacts[] = [];
    for (const columns of known) {
      const at = columns.find(ds);
      if (at !== -1) found.push(columns.facts(at));
    }
    return found;
  }

  apply(span: Span, changes: readonly SliceChange[]): void {
    this.#versions.set(span.name, (this.#versions.get(span.name) ?? 0) + 1);
    const known = this.#known.get(span.name);
    if (known === undefined) return;
    for (const change of changes) {
      let columns = known.find(({ slice }) => slice === change.slice);
      if (columns === undefined) {
        columns = new SliceColumns(change.slice, span);
        known.push(columns);
      }
      const before = columns.bytes;
      columns.apply(change);
      this.#bytes += columns.bytes - before;
    }
    this.#bound();
  }

  /** The partition is gone. */
  forget(name: string): void {
    this.#versions.set(name, (this.#versions.get(name) ?? 0) + 1);
    this.#bytes -= bytesOf(this.#known.get(name) ?? []);
    this.#known.delete(name);
  }

  /** Reads all partitions, the newest first, as far as the memory reaches. */
  *warm(): Generator<void> {
    for (const span of this.#partitions.all.toReversed()) {
      if (this.#bytes > 0.9 * this.#limit) return;
      try {
        yield* this.of(span);
      } catch {
        // whoever needs this partition is told what is wrong with it
      }
    }
  }

  #keep(name: string, columns: SliceColumns[]): void {
    this.#known.set(name, columns);
    this.#bytes += bytesOf(columns);
    this.#bound();
  }

  #bound(): void {
    for (const [name, columns] of this.#known) {
      if (this.#bytes <= this.#limit || this.#known.size === 1) return;
      this.#known.delete(name);
      this.#bytes -= bytesOf(columns);
    }
  }
}

function bytesOf(slices: readonly SliceColumns[]): number {
  return slices.reduce((sum, columns) => sum + columns.bytes, 0);
}
