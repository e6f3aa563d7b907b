/**
 * Store and overlay as one: what is accepted and on its way to the store is read as if it stood there. Rows move from the
 * one to the other while questions are under way; none is seen twice and none is missed.
 *
 * A question looks at what waits first, then asks the store. A row that the store gets in between is known again by its
 * record. Where only totals come back (count, extents), the question is asked while no write is under way, else it waits
 * until the store has what waited when it began.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { CodedError, EDITED_TIES, type EditBatch, type EditedRow } from '../../model/index.ts';
import { Columns } from '../columns.ts';
import type { LatestValues } from '../latest.ts';
import type { AggregateQuery, Aggregates, Extents, RangeQuery, Rows } from '../port.ts';
import type { Occupant } from '../ties.ts';
import { type Candidates, collect, hides, matchesResult, type PendingRow, type Range } from './candidates.ts';
import { decide } from './decide.ts';
import { joinedExtents } from './extents.ts';
import { lastRows } from './last.ts';
import { merged, storedLimit } from './merge.ts';
import { PendingEdits } from './pending-edits.ts';
import { type PendingRows, RunIndex } from './pending-rows.ts';
import { joined, pendingRows, rowOf } from './rows.ts';
import type { ObservationSource } from './source.ts';
import { Waiting } from './waiting.ts';

export interface OverlayPorts {
  readonly store: ObservationSource;
  readonly latest: Pick<LatestValues, 'isFree'>;
  /** Edits that may wait for the store. */
  readonly maxEdits: number;
  /** How long a question waits for the store, milliseconds. */
  readonly waitMs: number;
}

/** When more things wait that concern a question, merging them would hold up others: it waits until the store has them. */
const MERGED = 10_000;
/** Deeper offsets are left to the store. */
const MERGED_OFFSET = 10_000;
/** Edits that are forgotten in one go. */
const FORGOTTEN = 2000;
/** More instants than these are not asked for one by one. */
const ASKED = 256;
const ATTEMPTS = 3;

/** So much waits that no instants were made of it. */
interface Many {
  readonly instants: null;
  readonly lastRecord: number;
}

const NOTHING: readonly PendingRows[] = [];

export class Overlay implements ObservationSource {
  readonly #ports: OverlayPorts;
  readonly #store: ObservationSource;
  readonly #edits = new PendingEdits();
  readonly #indexes = new WeakMap<PendingRows, RunIndex>();
  readonly #waiting: Waiting;
  #runs: () => readonly PendingRows[] = () => NOTHING;
  /** Up to which record what waits is being written; 0: no write is under way. And how many writes there were. */
  #writing = 0;
  #writes = 0;

  constructor(ports: OverlayPorts) {
    this.#ports = ports;
    this.#store = ports.store;
    this.#waiting = new Waiting(ports.waitMs);
  }

  // What ingest and the registry tell.

  /** Where the readings that wait are found: the run that gathers last. A run is never changed except at its end. */
  showRuns(runs: () => readonly PendingRows[]): void {
    this.#runs = runs;
  }

  /** Throws hub.busy where so many edits more would be too many. */
  room(edits: number): void {
    const { maxEdits } = this.#ports;
    const { count } = this.#edits;
    if (count + edits <= maxEdits) return;
    const detail =
      edits > maxEdits
        ? `One change with ${edits} edits of Observations; ingest.pendingEdits allows ${maxEdits}. Split it.`
        : `${count} edits of Observations wait for the store, ingest.pendingEdits allows ${maxEdits}.`;
    throw new CodedError('hub.busy', detail);
  }

  /** Edits that were appended to the journal just now. To be told before the latest values are. */
  edited(batch: EditBatch): void {
    const { latest } = this.#ports;
    this.#edits.add(batch, ({ ds, t, n }: EditedRow) => n >= EDITED_TIES || latest.isFree(ds, t));
  }

  /** Edits that stand in the journal beyond what the store is known to have: it may have them. */
  replayed(batch: EditBatch): void {
    this.#edits.add(batch, () => false);
  }

  editsOf(record: number): EditBatch | undefined {
    return this.#edits.of(record);
  }

  /** Those that wait, of records up to this one, in order. */
  editsUpTo(record: number): readonly EditBatch[] {
    return this.#edits.firstRecord > record ? [] : this.#edits.upTo(record);
  }

  get pendingEdits(): number {
    return this.#edits.count;
  }

  /** Number of the last record whose edits wait; 0: none do. */
  get lastEdit(): number {
    return this.#edits.lastRecord;
  }

  /** Did an edit that waits take this row away? */
  isGone(ds: number, t: number, row: Occupant): boolean {
    return this.#edits.isGone(ds, t, row);
  }

  /** A write of everything up to this record begins; `stored` ends it. */
  writing(record: number): void {
    this.#writing = record;
    this.#writes++;
  }

  /** Forgets edits that the store has, a few in a turn of the event loop. To be called within a write. */
  async release(record: number): Promise<void> {
    while (!this.#edits.forget(record, FORGOTTEN)) await turn();
  }

  /** The store has everything up to this record: nothing of it waits any more. */
  stored(record: number): void {
    this.#writing = 0;
    this.#edits.forget(record);
    this.#waiting.stored(record);
  }

  /** A store was opened that has everything up to this record, perhaps less than the one before. */
  reopened(record: number): void {
    this.#writing = 0;
    this.#edits.forget(record);
    this.#waiting.reopened(record);
  }

  /** Why the store takes nothing; null: it does. */
  trouble(error: Error | null): void {
    this.#waiting.trouble(error);
  }

  // What the API asks.

  async *scan(query: RangeQuery): AsyncGenerator<Rows> {
    const found = this.#collect(query);
    if (found === null) yield* this.#store.scan(query);
    else if (found.instants !== null && query.offset <= MERGED_OFFSET && (await this.#decide(found)))
      yield* merged(this.#store.scan({ ...query, offset: 0, limit: storedLimit(found, query) }), found, query);
    else {
      await this.#waiting.until(found.lastRecord);
      yield* this.#store.scan(query);
    }
  }

  async count(query: RangeQuery): Promise<number> {
    return this.#total(
      { ...query, order: 'id' },
      (found) => this.#countWith(found, query),
      () => this.#store.count(query),
    );
  }

  async extents(datastreams: readonly number[] | null): Promise<Extents> {
    const range = { datastreams, from: null, to: null, order: 'id' } as const;
    const stored = () => this.#store.extents(datastreams);
    return this.#total(range, async (found) => joinedExtents(found, stored), stored);
  }

  /** Waits until the store has all rows that it concerns. */
  async aggregate(query: AggregateQuery): Promise<Aggregates> {
    await this.settled(query);
    return this.#store.aggregate(query);
  }

  /** Resolves when the store has what waits in this range. Rejects with hub.busy when it is down or takes too long. */
  async settled({ datastreams, from, to }: Pick<RangeQuery, 'datastreams' | 'from' | 'to'>): Promise<void> {
    const found = this.#collect({ datastreams, from, to, order: 'id' });
    if (found !== null) await this.#waiting.until(found.lastRecord);
  }

  async byAssignedId(id: number): Promise<Rows | null> {
    const put = this.#edits.byId(id);
    return put === undefined ? this.#standing(await this.#store.byAssignedId(id)) : rowOf(put);
  }

  async byClaim(ds: number, t: number): Promise<Rows | null> {
    const put = this.#edits.byClaim(ds, t);
    return put === undefined ? this.#standing(await this.#store.byClaim(ds, t)) : rowOf(put);
  }

  async at(ds: number, t: number): Promise<Rows> {
    const found = this.#collect({ datastreams: [ds], from: t, to: t + 1, order: 'id' });
    if (found === null) return this.#store.at(ds, t);
    if (found.instants === null) {
      await this.#waiting.until(found.lastRecord);
      return this.#store.at(ds, t);
    }
    if (found.dropped.size > 0) return new Columns().take();
    await this.#decide(found);
    const instant = found.instants[0]!;
    let stored: Rows;
    try {
      stored = await this.#store.at(ds, t);
    } catch (error) {
      // what waits here is known without the store
      if (instant.rows.length === 0) throw error;
      stored = new Columns().take();
    }
    return joined(instant, stored);
  }

  async occupied(ds: number, times: readonly number[]): Promise<readonly boolean[]> {
    const stream = this.#edits.streams.get(ds);
    const taken = new Set<number>();
    for (const { rows, index } of this.#runsWithIndex()) index.rowsOf(ds, (at) => taken.add(rows.t[at]!));
    if (stream === undefined && taken.size === 0) return this.#store.occupied(ds, times);
    const isTaken = (t: number) => taken.has(t) || stream?.puts.has(t) === true || stream?.removals.has(t) === true;
    const open = times.filter((t) => !isTaken(t));
    const stored = open.length === 0 ? [] : await this.#store.occupied(ds, open);
    let next = 0;
    return times.map((t) => (open[next] === t ? stored[next++]! : true));
  }

  async last(datastreams: readonly number[]): Promise<Rows> {
    const ids = [...new Set(datastreams)].sort((a, b) => a - b);
    const found = this.#collect({ datastreams: ids, from: null, to: null, order: 'id' });
    if (found === null) return this.#store.last(datastreams);
    if (found.instants === null || !(await this.#decide(found))) {
      await this.#waiting.until(found.lastRecord);
      return this.#store.last(datastreams);
    }
    return lastRows(found, ids, this.#store, this);
  }

  #collect(range: Range): Candidates | Many | null {
    const runs = this.#runsWithIndex();
    if (runs.length === 0 && this.#edits.streams.size === 0) return null;
    const found = collect({ edits: this.#edits, runs }, range, MERGED);
    if (found !== 'many') return found;
    let lastRecord = this.#edits.lastRecord;
    for (const { rows } of runs) lastRecord = Math.max(lastRecord, rows.rec[rows.length - 1]!);
    return { instants: null, lastRecord };
  }

  #runsWithIndex(): { rows: PendingRows; index: RunIndex }[] {
    const runs: { rows: PendingRows; index: RunIndex }[] = [];
    for (const rows of this.#runs()) {
      if (rows.length === 0) continue;
      let index = this.#indexes.get(rows);
      if (index === undefined) {
        index = new RunIndex(rows);
        this.#indexes.set(rows, index);
      }
      runs.push({ rows, index });
    }
    return runs;
  }

  /** False: that is too much to ask. */
  #decide({ instants }: Candidates): Promise<boolean> {
    return decide(instants, this.#store, (ds, t, rec) => this.#isLater(ds, t, rec));
  }

  /** Does an older reading wait for the same instant? */
  #isLater(ds: number, t: number, rec: number): boolean {
    let later = false;
    for (const { rows, index } of this.#runsWithIndex())
      index.rowsOf(ds, (at) => {
        if (rows.t[at] === t && rows.rec[at]! < rec) later = true;
      });
    return later;
  }

  /** A total over store and overlay: `joined` while no write is under way, else from the store when it has everything. */
  async #total<T>(
    range: Range,
    joined: (found: Candidates) => Promise<T | null>,
    stored: () => Promise<T>,
  ): Promise<T> {
    let needed = 0;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const found = this.#collect(range);
      if (found === null) return stored();
      needed = found.lastRecord;
      if (this.#writing > 0) {
        await this.#waiting.until(this.#writing);
        continue;
      }
      const writes = this.#writes;
      const total = found.instants !== null && (await this.#decide(found)) ? await joined(found) : null;
      if (total === null) break;
      if (this.#writes === writes) return total;
    }
    await this.#waiting.until(needed);
    return stored();
  }

  /** null: too many instants to ask for. */
  async #countWith({ instants, dropped }: Candidates, query: RangeQuery): Promise<number | null> {
    if (dropped.size > 0) return null;
    const unsure = instants.filter(({ certain }) => !certain);
    if (unsure.length > ASKED) return null;
    const matching = (rows: readonly PendingRow[]) => {
      let matches = 0;
      for (const row of rows) if (matchesResult(row, query)) matches++;
      return matches;
    };
    let count = await this.#store.count(query);
    for (const { certain, rows } of instants) if (certain) count += matching(rows);
    await Promise.all(
      unsure.map(async (instant) => {
        const stored = pendingRows(await this.#store.at(instant.ds, instant.t));
        count += matching(instant.rows) - matching(stored.filter((row) => hides(instant, row)));
      }),
    );
    return count;
  }

  /** A row that the store found by its id, if it still stands. */
  #standing(rows: Rows | null): Rows | null {
    if (rows === null || rows.length === 0) return rows;
    return this.#edits.isGone(rows.ds[0]!, rows.t[0]!, { n: rows.n[0]!, rec: rows.rec[0]! }) ? null : rows;
  }
}
