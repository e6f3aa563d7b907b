/**
 * Scans Datastream after Datastream: the orders `id` and `-id`, and every order of a single Datastream. Each is read in pages;
 * the first pages of several Datastreams come with one request, of as many as the rows found so far suggest.
 */
import { Columns, type PlainRows } from '../../columns.ts';
import type { PageCollector } from '../../page-collector.ts';
import { nanoseconds } from '../instants.ts';
import { counts, total } from './counting.ts';
import type { Part } from './known.ts';
import { anyResult, matches, type Range, resultsIn } from './range.ts';
import type { ReaderStore } from './reader-store.ts';
import { RowTable } from './rows.ts';
import { ofStreams, ROW, where } from './statements.ts';

/** So much larger than the one before is a block of Datastreams at the most. */
const GROWTH = 8;
/** Datastreams in one request at the most. */
const WIDEST = 200;
/** Datastreams that are counted at a time to pass over them. */
const COUNTED = 500;
/** An offset from here on is passed over by counting within a Datastream, too. */
const FAR = 2000;

/** So many rows of one Datastream are looked for near its end first. */
const FEW = 1000;
const DAY = 24 * 3_600_000;
/** How near, in days. */
const NEAR_DAYS = [8, 60];

interface Scan {
  readonly store: ReaderStore;
  readonly range: Range;
  readonly descending: boolean;
  readonly collector: PageCollector;
}

/** A Datastream's rows in one part of time, as far as they were read. */
interface Leg {
  readonly ds: number;
  readonly part: Part;
  readonly rows: Columns;
  /** Rows that came, those that were left out here included. */
  read: number;
  /** Time of the last row that came, nanoseconds. */
  time: string | null;
  offset: number;
}

export async function* byStream(
  store: ReaderStore,
  streams: Int32Array,
  range: Range,
  descending: boolean,
  collector: PageCollector,
): AsyncGenerator<PlainRows> {
  const scan = { store, range, descending, collector };
  const order = descending ? streams.toReversed() : streams;
  const few = order.length === 1 && collector.wanted <= FEW;
  const parts = few ? nearFirst(store, order[0]!, range, descending) : store.known.parts(range);
  if (descending) parts.reverse();
  let wide = 1;
  for (let done = 0; done < order.length && !collector.finished; ) {
    if (collector.offset > 0 && order.length > 1) {
      done += await passOver(scan, order.subarray(done, done + COUNTED));
      if (done >= order.length) break;
    }
    const block = order.subarray(done, done + wide);
    const limit = pageLimit(scan, block.length);
    const legs = Array.from(block).flatMap((ds) => parts.map((part) => legOf(ds, part)));
    const far = block.length === 1 && collector.offset >= FAR;
    // where much is passed over, each part is counted before it is read; few rows are mostly in the first
    const apart = far || few;
    if (!apart) await readPages(scan, legs, limit);
    let found = 0;
    for (const leg of legs) {
      if (collector.finished) break;
      if (far && !(await passWithin(scan, leg))) continue;
      if (apart) await readPages(scan, [leg], limit);
      found += leg.rows.length;
      yield* handOut(leg, collector);
      for (let size = limit; leg.read === size && !collector.finished; ) {
        size = pageLimit(scan, 1);
        await readPages(scan, [leg], size);
        found += leg.rows.length;
        yield* handOut(leg, collector);
      }
    }
    done += block.length;
    const target = Math.min(store.windowRows, Math.max(1000, collector.wanted));
    const growth = Math.min(GROWTH, target / (found + 1));
    wide = Math.max(1, Math.min(WIDEST, Math.floor(block.length * growth)));
  }
  if (collector.length > 0) yield collector.take();
}

/**
 * The parts of a Datastream's times in their order, cut at some distance from its near end: every shard that a statement covers costs
 * the server time, and the newest rows are asked for most.
 */
function nearFirst({ known, now }: ReaderStore, ds: number, range: Range, descending: boolean): Part[] {
  const facts = known.facts.get(ds);
  const isKnown = facts !== undefined && facts.count > 0;
  // of the first rows nobody knows where they are before they are asked for
  if (!isKnown && !descending) return known.parts(range);
  const from = isKnown ? Math.max(range.from, facts.first) : range.from;
  const to = isKnown ? Math.min(range.to, facts.last) : range.to;
  const end = Math.min(to, now);
  const cuts = NEAR_DAYS.map((days) => (descending ? end - days * DAY : from + days * DAY)).sort((a, b) => a - b);
  const parts: Part[] = [];
  let begin = from;
  for (const cut of [...cuts, Number.POSITIVE_INFINITY]) {
    const last = Math.min(to, Math.floor(cut) - 1);
    if (last < begin) continue;
    parts.push(...known.parts({ from: begin, to: last }));
    begin = last + 1;
  }
  return parts;
}

function legOf(ds: number, part: Part): Leg {
  return { ds, part, rows: new Columns(0), read: 0, time: null, offset: 0 };
}

/** Rows for each of so many Datastreams, so that together they stay within the memory of a window. */
function pageLimit({ store, collector }: Scan, streams: number): number {
  const share = Math.floor((2 * store.windowRows) / streams);
  return Math.max(1, Math.min(collector.wanted, store.options.pageRows, share));
}

/** How many of the first Datastreams hold nothing but rows to pass over. */
async function passOver({ store, range, collector }: Scan, streams: Int32Array): Promise<number> {
  const sorted = Int32Array.from(streams).sort();
  const all = await total(store, sorted, range);
  if (all <= collector.offset) {
    collector.skip(all);
    return streams.length;
  }
  const found = await counts(store, sorted, range);
  let passed = 0;
  for (const ds of streams) {
    const rows = found.get(ds) ?? 0;
    if (rows > collector.offset) break;
    collector.skip(rows);
    passed++;
  }
  return passed;
}

/** Lets the server pass over what is to be passed over of one part. false: nothing is left of it. */
async function passWithin({ store, range, collector }: Scan, leg: Leg): Promise<boolean> {
  const { ds, part } = leg;
  if (collector.offset === 0 || store.known.hidden.within(ds) || !anyResult(range)) return true;
  const found = await counts(store, Int32Array.of(ds), { ...range, from: part.from, to: part.to });
  const rows = found.get(ds) ?? 0;
  if (rows > collector.offset) leg.offset = collector.offset;
  collector.skip(Math.min(rows, collector.offset));
  return leg.offset > 0 || (rows > 0 && collector.offset === 0);
}

/** The next page of each leg. */
async function readPages({ store, range, descending }: Scan, legs: readonly Leg[], limit: number): Promise<void> {
  const { known, requests, asker, from } = store;
  const byStream = new Map<number, Leg[]>();
  const statements: string[] = [];
  for (const leg of legs) {
    leg.rows.length = 0;
    leg.rows.x.clear();
    leg.read = 0;
    const measurement = known.measurement(leg.ds);
    if (measurement === null) continue;
    const list = byStream.get(leg.ds);
    if (list === undefined) byStream.set(leg.ds, [leg]);
    else list.push(leg);
    const { part, time } = leg;
    const begin = !descending && time !== null ? `time > ${time}` : `time >= ${nanoseconds(part.from)}`;
    const end = descending && time !== null ? `time < ${time}` : `time < ${nanoseconds(part.to + 1)}`;
    const conditions = where(ofStreams([leg.ds]), begin, end, resultsIn(range));
    const direction = descending ? 'DESC' : 'ASC';
    const offset = leg.offset > 0 ? ` OFFSET ${leg.offset}` : '';
    statements.push(
      `SELECT ${ROW} FROM ${from(part.where, measurement)}${conditions} ORDER BY time ${direction} LIMIT ${limit}${offset}`,
    );
    leg.offset = 0;
  }
  const table = new RowTable((row) => {
    const { ds, t, n, r, type, rec, q, id, x } = row;
    const leg = byStream.get(ds)?.find(({ part }) => t >= part.from && t <= part.to);
    if (leg === undefined) return;
    leg.read++;
    leg.time = row.time;
    if (matches(range, type, r) && !known.hidden.has(ds, t, n, rec)) leg.rows.push(ds, t, n, r, type, rec, q, id, x);
  });
  await requests.ask(statements, table, asker);
}

function* handOut({ rows }: Leg, collector: PageCollector): Generator<PlainRows> {
  for (let i = 0; i < rows.length && !collector.finished; i++) {
    collector.add(rows, i);
    if (collector.chunkFull) yield collector.take();
  }
}
