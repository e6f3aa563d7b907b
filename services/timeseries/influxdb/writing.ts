/**
 * Rows of devices on their way to InfluxDB. Most lie behind everything that their Datastream has and go straight out; those
 * whose time may be taken are looked up first, hundreds in one request, and decided as the memory adapter does.
 */

import { needsAssignedId } from '../identity.ts';
import type { Row } from '../memory/row.ts';
import { Stream } from '../memory/stream.ts';
import type { MergedBatch } from '../threads/merged-batch.ts';
import { nextTie } from '../ties.ts';
import type { Touches } from './barrier.ts';
import { type Changes, changesOf, type Memory, memoryOf } from './change.ts';
import type { Instants } from './instants-held.ts';
import type { Holder } from './lines.ts';
import { rowLine } from './lines.ts';
import { type Added, addedOf, Outgoing, type Persisting } from './persisting.ts';
import type { Series } from './registry.ts';
import { whereOf } from './schema.ts';

const DAY = 86_400_000;
/** How far a Datastream reaches is asked for so much time before the newest row; older rows are looked up. */
const REACH_DAYS = 14;
/** Rows whose lines are made before others get a turn, milliseconds or so. */
const LINES_PER_TURN = 5000;

export class Writing {
  readonly #persisting: Persisting;

  constructor(persisting: Persisting) {
    this.#persisting = persisting;
  }

  /** What becomes of each row is told to the batch. */
  async write(batch: MergedBatch): Promise<void> {
    const persisting = this.#persisting;
    await persisting.session.ensure();
    await persisting.register(this.#unknown(batch.columns.ds, batch.length));
    await this.#reach(batch);
    const doubts = this.#doubts(batch);
    await persisting.deleting.beside(touchesRows(batch, doubts), () => this.#store(batch, doubts));
    persisting.deleting.wake();
  }

  async #store(batch: MergedBatch, doubts: ReadonlyMap<number, Set<number>>): Promise<void> {
    const persisting = this.#persisting;
    const { session, loading } = persisting;
    const { registry } = session;
    const { ds, t } = batch.columns;
    const instants = await loading.instants(doubts, registry, session.current, session.connection.dialect);
    const decided = await this.#decide(batch, instants);
    const begun = persisting.begins();
    let added: Added | null = null;
    const streams = (): Int32Array => Int32Array.from(new Set(ds.subarray(0, batch.length)));
    try {
      const refused = await persisting.changes(decided.changes);
      for (const { row, detail } of refused) {
        const index = decided.rows.get(row);
        if (index === undefined) continue;
        decided.replayed.delete(index);
        batch.rejected(index, detail);
      }
      added = await this.#straight(batch, doubts);
    } catch (error) {
      // some rows may be stored: the next try has to look
      for (let i = 0; i < batch.length; i++) registry.reach(ds[i]!, t[i]!);
      throw error;
    } finally {
      persisting.ends(begun, added ?? addedOf([]), added === null ? streams() : decided.streams);
    }
    for (const i of decided.replayed) batch.replayed(i);
    for (const [i, records] of decided.conflicts) batch.conflict(i, records);
  }

  /** Datastreams whose series is not surely on the server's disk. */
  *#unknown(ds: Int32Array, length: number): Generator<number> {
    const { registry } = this.#persisting.session;
    const seen = new Set<number>();
    for (let i = 0; i < length; i++) {
      const stream = ds[i]!;
      if (registry.get(stream)?.sure === true || seen.has(stream)) continue;
      seen.add(stream);
      yield stream;
    }
  }

  /** After a start it is not known how far Datastreams reach. */
  async #reach({ columns: { ds, t }, length }: MergedBatch): Promise<void> {
    const { session, loading } = this.#persisting;
    const { registry, current, connection } = session;
    const streams = new Set<Series>();
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < length; i++) {
      const series = registry.get(ds[i]!);
      if (series === undefined || series.reached) continue;
      streams.add(series);
      first = Math.min(first, t[i]!);
      last = Math.max(last, t[i]!);
    }
    if (streams.size === 0) return;
    await loading.reach([...streams], Math.max(first, last - REACH_DAYS * DAY), registry, current, connection.dialect);
  }

  /** Times that may be taken: in the store, or by an earlier row of the batch. Rows that need an assigned id, too. */
  #doubts({ columns: { ds, t }, length }: MergedBatch): Map<number, Set<number>> {
    const { registry } = this.#persisting.session;
    const doubts = new Map<number, Set<number>>();
    const bounds = new Map<number, { low: number; high: number }>();
    for (let i = 0; i < length; i++) {
      const series = registry.get(ds[i]!);
      if (series === undefined) continue;
      const time = t[i]!;
      let bound = bounds.get(series.ds);
      if (bound === undefined) {
        bound = { low: series.low, high: series.high };
        bounds.set(series.ds, bound);
      }
      if (needsAssignedId(series.ds, time, 0) || (time <= bound.high && time >= bound.low)) {
        const times = doubts.get(series.ds);
        if (times === undefined) doubts.set(series.ds, new Set([time]));
        else times.add(time);
      }
      if (time < bound.low) bound.low = time;
      if (time > bound.high) bound.high = time;
    }
    return doubts;
  }

  /** The rows at these instants in their order; again, while ids turn out to be taken. */
  async #decide(batch: MergedBatch, instants: Instants): Promise<Decided> {
    const { session, loading } = this.#persisting;
    const holders = new Map<number, Holder | null>();
    for (;;) {
      const memory = memoryOf(instants, holders);
      const decided = decide(batch, instants, memory, session.registry.dropped);
      const unknown = [...memory.ids.unknown];
      if (unknown.length === 0) return decided;
      const found = await loading.holders(unknown, session.registry.ids, session.connection.dialect);
      for (const id of unknown) {
        const holder = found.get(id);
        holders.set(id, holder === undefined || session.registry.dropped.has(holder.ds) ? null : holder);
      }
      if (found.size === 0) return decided;
    }
  }

  /** The rows that nobody has to look for. */
  async #straight(batch: MergedBatch, doubts: ReadonlyMap<number, ReadonlySet<number>>): Promise<Added> {
    const { session } = this.#persisting;
    const { registry, current } = session;
    const { ds, t, r, type, rec, q } = batch.columns;
    const outgoing = new Outgoing<{ readonly i: number; readonly row: Row }>();
    const taken: Row[] = [];
    for (let i = 0; i < batch.length; i++) {
      const series = registry.get(ds[i]!);
      const time = t[i]!;
      if (series === undefined || doubts.get(series.ds)?.has(time) === true) continue;
      const kind = type[i]!;
      const row = {
        ds: series.ds,
        t: time,
        n: 0,
        r: kind <= 1 ? r[i]! + 0 : Number.NaN,
        type: kind,
        rec: rec[i]!,
        q: q[i]!,
        id: 0,
        x: batch.x(i),
      };
      outgoing.add(whereOf(time, current), rowLine(series.key, row, 0, series.names.elements ?? null, false), {
        i,
        row,
      });
      taken.push(row);
      if (taken.length % LINES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const results = await session.send(outgoing.parcels);
    const refused = new Set<Row>();
    results.forEach((lines, k) => {
      for (const [line, detail] of lines) {
        const { i, row } = outgoing.meant(k, line);
        refused.add(row);
        batch.rejected(i, detail);
      }
    });
    for (const row of taken) {
      if (refused.has(row)) registry.reach(row.ds, row.t);
      else registry.added(row);
    }
    return addedOf(refused.size === 0 ? taken : taken.filter((row) => !refused.has(row)));
  }
}

/** Any of the rows, and what is looked up. */
function touchesRows({ columns: { ds, t }, length }: MergedBatch, doubts: ReadonlyMap<number, unknown>): Touches {
  return (barrier) => {
    for (let i = 0; i < length; i++) if (barrier.meets(ds[i]!, t[i]!)) return true;
    if (barrier.marks) for (const stream of doubts.keys()) if (barrier.has(stream)) return true;
    return false;
  };
}

interface Decided {
  readonly changes: Changes;
  /** Rows that are stored or stand already, with their number in the batch. */
  readonly rows: ReadonlyMap<Row, number>;
  readonly replayed: Set<number>;
  readonly conflicts: readonly (readonly [index: number, records: readonly number[]])[];
  /** Datastreams of which rows were looked at. */
  readonly streams: Int32Array;
}

function decide(batch: MergedBatch, instants: Instants, memory: Memory, dropped: ReadonlySet<number>): Decided {
  const { ds, t, r, type, rec, q } = batch.columns;
  const rows = new Map<Row, number>();
  const replayed = new Set<number>();
  const again = new Set<string>();
  const conflicts: [number, number[]][] = [];
  const touched = new Set<number>();
  for (let i = 0; i < batch.length; i++) {
    const stream = ds[i]!;
    const time = t[i]!;
    if (dropped.has(stream)) {
      replayed.add(i);
      continue;
    }
    if (!instants.has(stream, time)) continue;
    const held = memory.streams.get(stream) ?? new Stream();
    memory.streams.set(stream, held);
    const taken = held.occupants(time);
    const standing = taken.find((other) => other.rec === rec[i]);
    if (standing !== undefined) {
      replayed.add(i);
      if (!instants.at(stream, time).isSure) again.add(`${stream}@${time}`);
      const row = standing as Row;
      if (!rows.has(row)) rows.set(row, i);
    } else if (batch.mode === 'first' && taken.length > 0) conflicts.push([i, taken.map((other) => other.rec)]);
    else {
      const n = nextTie(taken);
      const id = needsAssignedId(stream, time, n) ? memory.ids.give(rec[i]!, stream, time) : 0;
      const kind = type[i]!;
      const row: Row = {
        ds: stream,
        t: time,
        n,
        r: kind <= 1 ? r[i]! + 0 : Number.NaN,
        type: kind,
        rec: rec[i]!,
        q: q[i]!,
        id,
        x: batch.x(i),
      };
      held.add(row);
      memory.ids.hold(row);
      rows.set(row, i);
      touched.add(stream);
    }
  }
  const changes = changesOf(instants, memory, dropped, (stream, time) => again.has(`${stream}@${time}`));
  return { changes, rows, replayed, conflicts, streams: Int32Array.from(touched) };
}
