/** What waits and concerns a query, by instants: which rows will stand there, and which rows of the store are gone. */
import { EDITED_TIES, RESULT } from '../../model/index.ts';
import { needsAssignedId } from '../identity.ts';
import type { RangeQuery, RowOrder } from '../port.ts';
import { type Occupant, sameOrigin } from '../ties.ts';
import { isRemoved, type PendingEdits, type PendingPut, type PendingRemoval } from './pending-edits.ts';
import { CERTAINTY, type PendingRows, type RunIndex } from './pending-rows.ts';

export interface PendingRow extends Occupant {
  readonly id: number;
  readonly type: number;
  /** NaN: no number. */
  readonly r: number;
  readonly q: number;
  readonly x: string | null;
}

/** What waits at one instant of one Datastream. */
export interface Instant {
  readonly ds: number;
  readonly t: number;
  /** Rows that will stand here, in the query's order; more than those that match its result bounds. */
  rows: PendingRow[];
  readonly removals: readonly PendingRemoval[];
  /** Records of readings whose tie number is not decided: they show when the store has them, to later questions. */
  undecided: readonly number[];
  /** Its row is a reading whose place may be taken: the store has to say. */
  readonly open: boolean;
  /** The store has none of its rows, and none of the store's rows changes by it. */
  readonly certain: boolean;
}

export interface Candidates {
  /** In the query's order. */
  readonly instants: readonly Instant[];
  /** Datastreams of the query whose deletion waits. */
  readonly dropped: ReadonlySet<number>;
  /** When the store has everything up to this record, it has all of these. */
  readonly lastRecord: number;
}

export type Range = Pick<RangeQuery, 'datastreams' | 'from' | 'to' | 'order'>;

export interface Waiting {
  readonly edits: PendingEdits;
  /** The older run first. */
  readonly runs: readonly { readonly rows: PendingRows; readonly index: RunIndex }[];
}

/** One thing that waits, before instants are made of it. */
interface Item {
  readonly ds: number;
  readonly t: number;
  readonly put?: PendingPut;
  readonly removal?: PendingRemoval;
  readonly run?: PendingRows;
  readonly at?: number;
}

/** null: nothing that waits concerns the range. `many`: more than `most` things do, and no instants are made of them. */
export function collect({ edits, runs }: Waiting, range: Range, most: number): Candidates | 'many' | null {
  const items: Item[] = [];
  const dropped = new Set<number>();
  let lastRecord = 0;
  const wanted = membership(range.datastreams);
  const note = (item: Item, rec: number): void => {
    items.push(item);
    if (rec > lastRecord) lastRecord = rec;
  };
  const addStream = (ds: number): void => {
    const stream = edits.streams.get(ds);
    if (stream === undefined) return;
    if (stream.dropped !== 0) {
      dropped.add(ds);
      lastRecord = Math.max(lastRecord, stream.dropped);
      return;
    }
    for (const [t, puts] of stream.puts) if (within(t, range)) for (const put of puts) note({ ds, t, put }, put.rec);
    for (const [t, removals] of stream.removals)
      if (within(t, range)) for (const removal of removals) note({ ds, t, removal }, removal.by);
  };
  const { datastreams } = range;
  if (datastreams !== null && datastreams.length <= edits.streams.size) datastreams.forEach(addStream);
  else for (const ds of edits.streams.keys()) if (wanted(ds)) addStream(ds);

  for (const { rows, index } of runs) {
    const visit = (at: number): void => {
      const t = rows.t[at]!;
      if (rows.certainty[at] === CERTAINTY.hidden || !within(t, range)) return;
      const ds = rows.ds[at]!;
      if (wanted(ds) && !dropped.has(ds)) note({ ds, t, run: rows, at }, rows.rec[at]!);
    };
    if (datastreams !== null && datastreams.length * 8 < rows.length)
      for (const ds of datastreams) index.rowsOf(ds, visit);
    else for (let at = 0; at < rows.length && items.length <= most; at++) visit(at);
  }
  if (items.length === 0 && dropped.size === 0) return null;
  if (items.length > most) return 'many';
  const order = instantOrder(range.order);
  // stable: what came first at an instant stays first
  items.sort(order);
  return { instants: instantsOf(items, range.order), dropped, lastRecord };
}

/** Does a row of the store not show, because it is gone, stands here as well, or has to make way? */
export function hides(instant: Instant, row: Occupant): boolean {
  if (isRemoved(row, instant.removals)) return true;
  if (row.n < EDITED_TIES && instant.undecided.includes(row.rec)) return true;
  return instant.rows.some((own) => own.n === row.n || sameOrigin(own, row));
}

export function matchesResult(
  row: { readonly type: number; readonly r: number },
  { resultMin = null, resultMax = null }: Pick<RangeQuery, 'resultMin' | 'resultMax'>,
): boolean {
  if (resultMin === null && resultMax === null) return true;
  if (row.type !== RESULT.number) return false;
  return (resultMin === null || row.r >= resultMin) && (resultMax === null || row.r <= resultMax);
}

/** Compares instants as an order of rows does. */
export function instantOrder(order: RowOrder): (a: InstantKey, b: InstantKey) => number {
  switch (order) {
    case 'time':
      return (a, b) => a.t - b.t || a.ds - b.ds;
    case '-time':
      return (a, b) => b.t - a.t || b.ds - a.ds;
    case 'id':
      return (a, b) => a.ds - b.ds || a.t - b.t;
    case '-id':
      return (a, b) => b.ds - a.ds || b.t - a.t;
  }
}
interface InstantKey {
  readonly ds: number;
  readonly t: number;
}

/** Items of one instant stand side by side. */
function instantsOf(items: readonly Item[], order: RowOrder): Instant[] {
  const instants: Instant[] = [];
  for (let start = 0; start < items.length; ) {
    const { ds, t } = items[start]!;
    let end = start + 1;
    while (end < items.length && items[end]!.ds === ds && items[end]!.t === t) end++;
    instants.push(
      end === start + 1 && items[start]!.run !== undefined
        ? readingAt(ds, t, items[start]!.run!, items[start]!.at!)
        : instantOf(ds, t, items.slice(start, end), order),
    );
    start = end;
  }
  return instants;
}

const NONE: readonly never[] = [];

/** The usual case: one reading and nothing beside it. */
function readingAt(ds: number, t: number, run: PendingRows, at: number): Instant {
  const named = !needsAssignedId(ds, t, 0);
  return {
    ds,
    t,
    rows: named ? [rowOfReading(run, at)] : [],
    removals: NONE,
    undecided: named ? NONE : [run.rec[at]!],
    open: named && run.certainty[at] === CERTAINTY.open,
    certain: true,
  };
}

function instantOf(ds: number, t: number, items: readonly Item[], order: RowOrder): Instant {
  const removals = items.flatMap(({ removal }) => removal ?? []);
  const rows: PendingRow[] = [];
  let certain = removals.length === 0;
  for (const { put } of items) {
    if (put === undefined || isRemoved({ n: put.row.n, rec: put.rec }, removals)) continue;
    rows.push(rowOfPut(put));
    if (!put.certain) certain = false;
  }
  rows.sort(order.startsWith('-') ? (a, b) => b.n - a.n : (a, b) => a.n - b.n);
  let open = false;
  const [reading] = items;
  // beside puts and removals its tie number is not decided yet
  if (reading?.run !== undefined && items.every(({ run }) => run !== undefined) && !needsAssignedId(ds, t, 0)) {
    rows.push(rowOfReading(reading.run, reading.at!));
    open = reading.run.certainty[reading.at!] === CERTAINTY.open;
  }
  const undecided: number[] = [];
  for (const { run, at } of items)
    if (run !== undefined && run.rec[at!] !== rows[0]?.rec) undecided.push(run.rec[at!]!);
  return { ds, t, rows, removals, undecided, open, certain };
}

export function rowOfPut({ row, rec }: PendingPut): PendingRow {
  const { n, id, type, r, q, x } = row;
  const isNumber = type === RESULT.number || type === RESULT.boolean;
  return {
    n,
    id,
    type,
    r: isNumber ? (r ?? Number.NaN) : Number.NaN,
    q,
    x: x === null ? null : JSON.stringify(x),
    rec,
  };
}

function rowOfReading(run: PendingRows, at: number): PendingRow {
  return {
    n: 0,
    id: 0,
    type: run.type[at]!,
    r: run.r[at]!,
    q: run.q[at]!,
    x: run.x.get(at) ?? null,
    rec: run.rec[at]!,
  };
}

function within(t: number, { from, to }: Range): boolean {
  return (from === null || t >= from) && (to === null || t < to);
}

function membership(datastreams: readonly number[] | null): (ds: number) => boolean {
  if (datastreams === null) return () => true;
  if (datastreams.length === 1) return (ds) => ds === datastreams[0];
  // made only when something waits
  let set: Set<number> | null = null;
  return (ds) => {
    set ??= new Set(datastreams);
    return set.has(ds);
  };
}
