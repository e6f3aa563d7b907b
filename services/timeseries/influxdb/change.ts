/**
 * Rows of some instants that change: they are loaded, changed in memory by the very rules of the memory adapter, and what is
 * different then becomes lines. The lines go out in steps, so that a crash between any two of them is mended by doing the change
 * again [README.md]:
 *
 * 1. what is removed, ids and claims: a row that is removed is hidden, a record that is read again is known;
 * 2. copies of rows that give way, to their new places;
 * 3. rows, also over those that gave way or were removed;
 * 4. that the points of such removed rows are gone.
 *
 * Rows that move, and rows that are changed in place, go out before all of it, with the copies that make room for them: only when
 * InfluxDB has said yes is the old row removed. One that it refuses stays where it stood [moving.ts]. A crash then leaves the row
 * in both places until the change is done again.
 *
 * What stands unchanged may be in the server's memory alone, from a write that it answered with an error: 1.6.7 shows such points
 * until it is restarted (measured, with a full disk). So where nothing is different, what stands is written again.
 */
import { claimOf } from '../extra.ts';
import type { Row } from '../memory/row.ts';
import { Stream } from '../memory/stream.ts';
import { FIRST_EDITED_TIE } from '../ties.ts';
import type { Instant, Instants } from './instants-held.ts';
import { claimLine, type Holder, idLine, type Removed, removedLine } from './lines.ts';
import type { PendingPoint } from './pending.ts';
import { slotFor } from './slots.ts';
import { TrackedIds } from './tracked-ids.ts';

/** A row that is written. */
export interface ChangedRow {
  readonly row: Row;
  readonly slot: number;
  /** A point may stand there. */
  readonly over: boolean;
}

export interface Changes {
  /** Step 1, of the hub's own measurements. */
  readonly marks: readonly string[];
  /** Step 2. */
  readonly copies: readonly ChangedRow[];
  /** Step 3. */
  readonly rows: readonly ChangedRow[];
  /** Step 4. */
  readonly closing: readonly string[];
  /** Removed rows whose points stand, from step 1 on. */
  readonly hidden: readonly PendingPoint[];
  /** Removed rows whose points are written over in step 3. */
  readonly covered: readonly PendingPoint[];
  /** Rows that were removed, not for good, and stand again. */
  readonly restored: readonly PendingPoint[];
  /** Where something was removed. */
  readonly buried: readonly (readonly [ds: number, t: number])[];
  /** Rows among those above that stood there before and stay as they are. */
  readonly standing: ReadonlySet<Row>;
}

export interface Memory {
  readonly streams: Map<number, Stream>;
  readonly ids: TrackedIds;
}

/** Rows and tombstones as the memory adapter holds them. */
export function memoryOf(instants: Instants, holders: ReadonlyMap<number, Holder | null>): Memory {
  const streams = new Map<number, Stream>();
  const ids = new TrackedIds(holders);
  for (const [ds, times] of instants.streams()) {
    const stream = new Stream();
    streams.set(ds, stream);
    for (const [t, instant] of [...times].sort(([a], [b]) => a - b)) {
      const rows = [...instant.live().values()].sort((a, b) => a.n - b.n);
      for (const row of rows) {
        stream.add(row);
        ids.hold(row);
      }
      for (const one of instant.tombstones()) stream.bury(t, one);
    }
  }
  ids.track();
  return { streams, ids };
}

/**
 * What is different. `dropped`: Datastreams of which nothing is kept any more. `again`: instants of which the rest is written
 * again, too.
 */
export function changesOf(
  instants: Instants,
  { streams, ids }: Memory,
  dropped: ReadonlySet<number>,
  again: (ds: number, t: number) => boolean,
): Changes {
  const changes = new Difference();
  for (const [ds, t, instant] of instants.all()) {
    if (dropped.has(ds)) continue;
    const stream = streams.get(ds);
    changes.compare(ds, t, instant, stream?.at(t) ?? [], stream?.removedAt(t) ?? []);
    if (again(ds, t)) changes.repeat(ds, t, instant, stream?.at(t) ?? []);
  }
  for (const id of ids.touched) changes.marks.push(idLine(id, standing(ids.assigned(id), dropped)));
  for (const [ds, t] of ids.claims.values()) changes.marks.push(claimLine(ds, t, standing(ids.claim(ds, t), dropped)));
  return changes;
}

/** Lines for the ids that a row holds. */
export function holderLines(row: Row): string[] {
  const claim = claimOf(row.x);
  const lines = row.id === 0 ? [] : [idLine(row.id, row)];
  if (claim !== null) lines.push(claimLine(claim[0], claim[1], row));
  return lines;
}

function standing(row: Row | null, dropped: ReadonlySet<number>): Row | null {
  return row === null || dropped.has(row.ds) ? null : row;
}

class Difference implements Changes {
  readonly marks: string[] = [];
  readonly copies: ChangedRow[] = [];
  readonly rows: ChangedRow[] = [];
  readonly closing: string[] = [];
  readonly hidden: PendingPoint[] = [];
  readonly covered: PendingPoint[] = [];
  readonly restored: PendingPoint[] = [];
  readonly buried: [ds: number, t: number][] = [];
  readonly standing = new Set<Row>();
  /** Removed rows whose points have come back. */
  readonly #back = new Set<Removed>();

  compare(
    ds: number,
    t: number,
    instant: Instant,
    after: readonly Row[],
    buried: readonly { n: number; rec: number }[],
  ): void {
    const live = instant.live();
    const slots = slotsOf(live, instant, after);
    const taken = new Set(slots.values());
    for (const row of after) {
      const slot = slots.get(row)!;
      if (live.get(slot) === row) continue;
      const moved = [...live].some(([from, old]) => from !== slot && old.rec === row.rec && old.n < FIRST_EDITED_TIE);
      (moved ? this.copies : this.rows).push({ row, slot, over: instant.points.has(slot) });
    }
    let key = instant.removed.reduce((most, one) => Math.max(most, one.key), -1);
    const known = instant.tombstones();
    for (const { n, rec } of buried) {
      if (known.some((one) => one.n === n && one.rec === rec)) continue;
      // its point stands and nothing takes its place
      const point = [...live].find(([, row]) => row.n === n && row.rec === rec);
      const gone = point === undefined || taken.has(point[0]);
      const removed = { n, rec, key: ++key, again: false, gone };
      known.push(removed);
      this.#mark(ds, t, removed);
    }
    for (const [slot, row] of live) {
      if (taken.has(slot) || known.some(({ n, rec }) => n === row.n && rec === row.rec)) continue;
      // moved within the instant, its old place not taken: like what is read differently now, it leaves no tombstone
      this.#mark(ds, t, { n: row.n, rec: row.rec, key: ++key, again: true, gone: false });
    }
    this.#cover(ds, t, instant, slots, taken);
    this.#hideAgain(ds, t, instant, taken);
  }

  /** What stands and stays as it is: further rows before the first one, as when it gave way to another. */
  repeat(ds: number, t: number, instant: Instant, after: readonly Row[]): void {
    for (const [slot, row] of instant.live()) {
      if (!after.includes(row)) continue;
      (row.n === 0 ? this.rows : this.copies).push({ row, slot, over: true });
      this.standing.add(row);
      this.marks.push(...holderLines(row));
    }
    for (const one of instant.removed) if (!this.#back.has(one)) this.marks.push(removedLine(ds, t, one));
  }

  /**
   * Points of removed rows that stand. Those that had been deleted are back: 1.x forgets deletions with its log, and a copy that is put
   * back has them, too. Of the others nobody may know here, because their tombstone was written late, by a request that had been given
   * up. All are hidden, and deleted once more.
   */
  #hideAgain(ds: number, t: number, instant: Instant, taken: ReadonlySet<number>): void {
    for (const one of instant.removed) {
      // what its record may bring again is no tombstone once its point is deleted
      if (one.again && one.gone) continue;
      const point = [...instant.points].find(([, row]) => row.n === one.n && row.rec === one.rec);
      if (point === undefined || taken.has(point[0])) continue;
      const removed = { ...one, gone: false };
      if (one.gone) {
        this.#back.add(one);
        this.marks.push(removedLine(ds, t, removed));
      }
      this.hidden.push({ ds, t, ...removed });
    }
  }

  #mark(ds: number, t: number, removed: Removed): void {
    this.marks.push(removedLine(ds, t, removed));
    this.buried.push([ds, t]);
    if (!removed.gone) this.hidden.push({ ds, t, ...removed });
  }

  /** Removed rows that were not deleted yet and have a row in their place now. */
  #cover(ds: number, t: number, instant: Instant, slots: ReadonlyMap<Row, number>, taken: ReadonlySet<number>): void {
    for (const one of instant.removed) {
      const place = { ds, t, ...one };
      // reading may hide it for a while after its point is deleted
      if (one.again && [...slots.keys()].some((row) => row.n === one.n && row.rec === one.rec)) {
        this.restored.push(place);
        // what is read as gone need not be on the disk, and would hide the row after a start
        if (one.gone) this.closing.push(removedLine(ds, t, one));
      }
      if (one.gone) continue;
      const point = [...instant.points].find(([, row]) => row.n === one.n && row.rec === one.rec);
      if (point !== undefined && !taken.has(point[0])) continue;
      this.closing.push(removedLine(ds, t, { ...one, gone: true }));
      this.covered.push(place);
    }
  }
}

/** Rows stay where they stand; new ones get the slot of their number. */
function slotsOf(live: ReadonlyMap<number, Row>, instant: Instant, after: readonly Row[]): Map<Row, number> {
  const slots = new Map<Row, number>();
  const byNumber = new Map([...live].map(([slot, row]) => [row.n, slot]));
  const taken = new Map([...instant.points].map(([slot, row]) => [slot, row.n]));
  for (const row of after) {
    const slot = byNumber.get(row.n) ?? slotFor(row.n, taken);
    taken.set(slot, row.n);
    slots.set(row, slot);
  }
  return slots;
}
