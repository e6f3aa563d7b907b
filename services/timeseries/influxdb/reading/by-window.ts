/**
 * Scans many Datastreams in the order of time. InfluxDB sorts within a measurement only, so time is cut into windows that hold
 * a bounded number of rows; each is read measurement by measurement, sorted and handed out. A statement that reaches its limit
 * cuts the window short before the last millisecond that it brought: an instant is handed out as a whole.
 */
import { Columns, type PlainRows } from '../../columns.ts';
import type { PageCollector } from '../../page-collector.ts';
import { timeOrder } from '../../time-order.ts';
import { type Group, groupsOf, roundsOf } from './groups.ts';
import type { Part } from './known.ts';
import { matches, type Range, resultsIn, type Span, timesIn } from './range.ts';
import type { ReaderStore } from './reader-store.ts';
import { RowTable } from './rows.ts';
import { ROW, where } from './statements.ts';

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;
/** How often a Datastream is taken to have a row, until windows tell. */
const USUAL_MS = 10 * MINUTE;
/** So much wider than the one before is a window at the most; a smaller step where it was empty, as many rows may follow. */
const GROWTH = 8;
const EMPTY_GROWTH = 2;
/** A statement asks for so many rows at least. */
const LEAST_ROWS = 50;

interface Scan {
  readonly store: ReaderStore;
  readonly rounds: readonly (readonly Group[])[];
  readonly asked: ReadonlySet<number>;
  readonly statements: number;
  readonly range: Range;
  readonly descending: boolean;
  readonly collector: PageCollector;
}

export async function* byWindow(
  store: ReaderStore,
  streams: Int32Array,
  range: Range,
  descending: boolean,
  collector: PageCollector,
): AsyncGenerator<PlainRows> {
  const groups = groupsOf(store.known, streams, store.options.readSeries);
  const asked = new Set(streams);
  const scan = { store, rounds: roundsOf(groups), asked, statements: groups.length, range, descending, collector };
  if (groups.length > 0) {
    for (const stretch of stretches(scan, streams.length)) {
      if (collector.finished) break;
      yield* windows(scan, stretch);
    }
  }
  if (collector.length > 0) yield collector.take();
}

/** A part of time with the width of its first window. */
interface Stretch extends Part {
  readonly width: number;
}

/** In the order of the scan. Old, far and coming times are one window at first: they have few shards and mostly no rows. */
function stretches({ store, range, descending, collector }: Scan, streams: number): Stretch[] {
  const usual = firstWidth(target(store, collector), streams);
  const ahead = store.now + WEEK;
  const found: Stretch[] = [];
  for (const part of store.known.parts(range)) {
    const all = part.to - part.from + 1;
    if (part.where === 'history') found.push({ ...part, width: all });
    else if (!descending || part.to <= ahead) found.push({ ...part, width: usual });
    else {
      if (part.from <= ahead) found.push({ ...part, to: ahead, width: usual });
      const from = Math.max(part.from, ahead + 1);
      found.push({ ...part, from, width: part.to - from + 1 });
    }
  }
  return descending ? found.reverse() : found;
}

async function* windows(scan: Scan, stretch: Stretch): AsyncGenerator<PlainRows> {
  const { store, descending, collector } = scan;
  let { width } = stretch;
  let edge = descending ? stretch.to : stretch.from;
  while (!collector.finished && edge >= stretch.from && edge <= stretch.to) {
    const from = descending ? Math.max(stretch.from, edge - width + 1) : edge;
    const to = descending ? edge : Math.min(stretch.to, edge + width - 1);
    const { rows, covered } = await gather(scan, { where: stretch.where, from, to });
    const order = timeOrder(rows, covered.from, covered.to);
    if (descending) order.reverse();
    for (const row of order) {
      collector.add(rows, row);
      if (collector.chunkFull) yield collector.take();
      if (collector.finished) return;
    }
    edge = descending ? covered.from - 1 : covered.to + 1;
    const growth = rows.length === 0 ? EMPTY_GROWTH : Math.max(0.25, target(store, collector) / rows.length);
    width = Math.max(1, Math.ceil((covered.to - covered.from + 1) * Math.min(GROWTH, growth)));
  }
}

/** Rows that a window should hold. */
function target({ windowRows }: ReaderStore, { wanted }: PageCollector): number {
  return Math.min(windowRows, Math.max(500, wanted));
}

function firstWidth(rows: number, streams: number): number {
  return Math.min(WEEK, Math.max(MINUTE, Math.ceil((rows * USUAL_MS) / streams)));
}

/** All matching rows of the part of a window that the limits of the statements let through. */
async function gather(scan: Scan, window: Part): Promise<{ rows: Columns; covered: Span }> {
  const { store, statements, descending, collector } = scan;
  const share = Math.floor((2 * store.windowRows) / statements);
  for (let limit = Math.min(collector.wanted, Math.max(LEAST_ROWS, share)) + 1; ; limit *= 4) {
    const gathered = await read(scan, window, limit);
    if (gathered !== null) return gathered;
    const edge = descending ? window.to : window.from;
    // a single millisecond can't be cut: it is taken as a whole
    if (limit > store.windowRows) return (await read(scan, { ...window, from: edge, to: edge }, null))!;
  }
}

/** null: not even the first millisecond is complete. */
async function read(scan: Scan, window: Part, limit: number | null): Promise<{ rows: Columns; covered: Span } | null> {
  const { store, rounds, asked, range, descending } = scan;
  const { known, requests, asker, from } = store;
  const rows = new Columns(1024);
  const bounds = limit === null ? '' : ` ORDER BY time ${descending ? 'DESC' : 'ASC'} LIMIT ${limit}`;
  let covered: Span = window;
  for (const round of rounds) {
    /** Of each measurement: rows that came, and the time of the last one. */
    const seen = new Map<string, { read: number; t: number }>();
    const table = new RowTable(({ name, ds, t, n, r, type, rec, q, id, x }) => {
      let here = seen.get(name);
      if (here === undefined) {
        here = { read: 0, t };
        seen.set(name, here);
      }
      here.read++;
      here.t = t;
      if (known.measurement(ds) !== name || !asked.has(ds)) return;
      if (matches(range, type, r) && !known.hidden.has(ds, t, n, rec)) rows.push(ds, t, n, r, type, rec, q, id, x);
    });
    const conditions = round.map(({ measurement, condition }) => {
      const all = where(condition, timesIn(covered), resultsIn(range));
      return `SELECT ${ROW} FROM ${from(window.where, measurement)}${all}${bounds}`;
    });
    await requests.ask(conditions, table, asker);
    for (const { read: came, t } of seen.values()) {
      if (limit === null || came < limit) continue;
      covered = descending
        ? { from: Math.max(covered.from, t + 1), to: covered.to }
        : { from: covered.from, to: Math.min(covered.to, t - 1) };
    }
    if (covered.from > covered.to) return null;
  }
  return { rows: within(rows, covered), covered };
}

/** Those rows that lie in the span. */
function within(rows: Columns, { from, to }: Span): Columns {
  const { t, length } = rows;
  let outside = 0;
  for (let i = 0; i < length; i++) if (t[i]! < from || t[i]! > to) outside++;
  if (outside === 0) return rows;
  const kept = new Columns(length - outside);
  for (let i = 0; i < length; i++) if (t[i]! >= from && t[i]! <= to) kept.copy(rows, i);
  return kept;
}
