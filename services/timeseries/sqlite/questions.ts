/** Questions with one answer. Each is a generator: it yields between short reads, so that others get their turn. */
import type { DatabaseSync } from 'node:sqlite';
import { Columns, type PlainRows } from '../columns.ts';
import type { Extent, RangeQuery } from '../port.ts';
import type { Span } from './calendar.ts';
import type { Partitions } from './partitions.ts';
import type { Question } from './protocol.ts';
import { covers, mayMatch, overlaps, rangeOf } from './range.ts';
import type { ReadablePartition, StreamFacts } from './readable-partition.ts';
import { Selection } from './selection.ts';

const EVERYTHING = { resultMin: null, resultMax: null, after: null } as const;

export function answer(partitions: Partitions, meta: DatabaseSync, question: Question): Generator<void, unknown> {
  switch (question.ask) {
    case 'count':
      return count(partitions, question.query);
    case 'byAssignedId':
      return single(() => byAssignedId(partitions, meta, question.id));
    case 'at':
      return single(() => at(partitions, question.ds, question.t));
    case 'extent':
      return extent(partitions, question.ds);
    case 'last':
      return last(partitions, question.datastreams);
  }
}

/** A look-up that is one step. */
function* single<T>(work: () => T): Generator<void, T> {
  yield;
  return work();
}

function* count(partitions: Partitions, query: RangeQuery): Generator<void, number> {
  const range = rangeOf(query);
  const selection = new Selection(query.datastreams);
  let total = 0;
  let lookups = 0;
  for (const span of partitions.within(range.from, range.to)) {
    for (const slice of partitions.open(span).slices()) {
      if (!overlaps(range, slice)) continue;
      if (selection.all && covers(range, slice)) {
        total += slice.count;
        continue;
      }
      for (const facts of selection.streamsIn(partitions.open(span), slice, range.from, range.to)) {
        if (covers(range, facts)) {
          total += facts.count;
        } else if (mayMatch(range, facts)) {
          total += partitions.open(span).count(slice.slice, facts.ds, range);
          if (++lookups % 100 === 0) yield;
        }
      }
      yield;
    }
  }
  return total;
}

function byAssignedId(partitions: Partitions, meta: DatabaseSync, id: number): PlainRows | null {
  const key = meta.prepare('SELECT ds, t, n FROM alias WHERE id = ?').get(id) as
    | { ds: number; t: number; n: number }
    | undefined;
  if (key === undefined) return null;
  const rows = instant(partitions.of(key.t), key.ds, key.t);
  const found = rows.n.slice(0, rows.length).indexOf(key.n);
  // an id without a row: its write did not come to its end
  if (found === -1) return null;
  const one = new Columns(1);
  one.copy(rows, found);
  return one.take();
}

function at(partitions: Partitions, ds: number, t: number): PlainRows {
  return instant(partitions.of(t), ds, t).take();
}

function* extent(partitions: Partitions, ds: number): Generator<void, Extent | null> {
  let rows = 0;
  let firstTime = Number.POSITIVE_INFINITY;
  let lastTime = Number.NEGATIVE_INFINITY;
  for (const span of partitions.all) {
    for (const facts of partitions.open(span).stream(ds)) {
      rows += facts.count;
      firstTime = Math.min(firstTime, facts.minT);
      lastTime = Math.max(lastTime, facts.maxT);
    }
    yield;
  }
  return rows === 0 ? null : { count: rows, firstTime, lastTime };
}

/** From the newest partition back, until every Datastream is found or the store ends. */
function* last(partitions: Partitions, datastreams: readonly number[]): Generator<void, PlainRows> {
  let missing = [...new Set(datastreams)].sort((a, b) => a - b);
  const rows = new Columns(missing.length);
  for (const span of partitions.all.toReversed()) {
    if (missing.length === 0) break;
    const found = yield* newestFacts(partitions, span, new Selection(missing));
    let lookups = 0;
    for (const [ds, slices] of found) {
      for (const { slice, maxT } of slices) {
        partitions
          .open(span)
          .page(slice, ds, { ...EVERYTHING, from: maxT, to: maxT, descending: true, limit: 1 }, rows);
      }
      if (++lookups % 250 === 0) yield;
    }
    missing = missing.filter((ds) => !found.has(ds));
  }
  return newestTies(rows);
}

/** For each Datastream the slices with its greatest time; several where ties of one instant stand in different slices. */
function* newestFacts(
  partitions: Partitions,
  span: Span,
  selection: Selection,
): Generator<void, Map<number, StreamFacts[]>> {
  const newest = new Map<number, StreamFacts[]>();
  for (const slice of partitions.open(span).slices()) {
    for (const facts of selection.streamsIn(partitions.open(span), slice, slice.minT, slice.maxT)) {
      const known = newest.get(facts.ds);
      if (known === undefined || facts.maxT > known[0]!.maxT) newest.set(facts.ds, [facts]);
      else if (facts.maxT === known[0]!.maxT) known.push(facts);
    }
    yield;
  }
  return newest;
}

/** One row per Datastream, by id: of several the one with the greatest n. */
function newestTies(rows: Columns): PlainRows {
  const order = Array.from(rows.ds.subarray(0, rows.length).keys());
  order.sort((a, b) => rows.ds[a]! - rows.ds[b]! || rows.n[a]! - rows.n[b]!);
  const newest = new Columns(rows.length);
  order.forEach((row, i) => {
    const next = order[i + 1];
    if (next === undefined || rows.ds[next] !== rows.ds[row]) newest.copy(rows, row);
  });
  return newest.take();
}

/** All rows at one instant of a Datastream, by n. Ties of one instant may stand in different slices. */
function instant(partition: ReadablePartition | null, ds: number, t: number): Columns {
  const rows = new Columns(4);
  if (partition === null) return rows;
  for (const { slice, minT, maxT } of partition.stream(ds)) {
    if (t < minT || t > maxT) continue;
    partition.page(slice, ds, { ...EVERYTHING, from: t, to: t, descending: false, limit: 2 ** 31 }, rows);
  }
  const byTie = Array.from(rows.n.subarray(0, rows.length).keys()).sort((a, b) => rows.n[a]! - rows.n[b]!);
  const sorted = new Columns(rows.length);
  for (const row of byTie) sorted.copy(rows, row);
  return sorted;
}
