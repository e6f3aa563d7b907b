/** Counts: from memory where it knows, else by the server; row by row where rows are hidden or a bound can't be written. */
import type { RangeQuery } from '../../port.ts';
import type { Packed } from '../../threads/requests.ts';
import { gatherFacts } from './gathering.ts';
import { exactGroupsOf, groupsOf, streamOf } from './groups.ts';
import { anyResult, matches, type Range, rangeOf, resultsIn, type Span, saysAll, timesIn } from './range.ts';
import type { ReaderStore } from './reader-store.ts';
import { RowTable } from './rows.ts';
import { ROW, where } from './statements.ts';

export async function count(store: ReaderStore, query: Packed<RangeQuery>): Promise<number> {
  return total(store, store.known.streams(query.datastreams), rangeOf(query));
}

/** Rows of all these Datastreams together: three times as fast as of each. */
export async function total(store: ReaderStore, streams: Int32Array, range: Range): Promise<number> {
  const { known } = store;
  const everything = anyResult(range) && known.everyTime(range);
  let rows = 0;
  const unknown = streams.filter((ds) => {
    const facts = everything ? known.facts.get(ds) : undefined;
    rows += facts?.count ?? 0;
    return facts === undefined;
  });
  const { exact, plain } = split(store, unknown, range);
  rows += await sumByServer(store, plain, range);
  const found = new Map<number, number>();
  await byRow(store, exact, range, found);
  for (const some of found.values()) rows += some;
  return rows;
}

/** Rows of each Datastream that has some. */
export async function counts(store: ReaderStore, streams: Int32Array, range: Range): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  if (anyResult(range) && store.known.everyTime(range)) {
    for (const [ds, facts] of await gatherFacts(store, streams)) found.set(ds, facts.count);
    return found;
  }
  const { known } = store;
  const said = saysAll(range);
  const exact =
    said && !known.hidden.any ? new Int32Array(0) : streams.filter((ds) => !said || known.hidden.within(ds));
  const plain = exact.length === 0 ? streams : streams.filter((ds) => said && !known.hidden.within(ds));
  await byServer(store, plain, range, found);
  await byRow(store, exact, range, found);
  return found;
}

/** Those that have to be counted row by row, because the server doesn't know which rows count, and the others. */
function split({ known }: ReaderStore, streams: Int32Array, range: Range): { exact: Int32Array; plain: Int32Array } {
  if (!saysAll(range)) return { exact: streams, plain: new Int32Array(0) };
  if (!known.hidden.any) return { exact: new Int32Array(0), plain: streams };
  return {
    exact: streams.filter((ds) => known.hidden.within(ds)),
    plain: streams.filter((ds) => !known.hidden.within(ds)),
  };
}

/**
 * A row that was written over and has no number any more keeps the field `value` of before; `kind` tells that. Such rows are
 * counted apart and taken off.
 */
function countsOf(measurement: string, condition: string | null, part: Span, range: Range): string[] {
  const results = resultsIn(range);
  const counted = `SELECT count("record") FROM ${measurement}${where(condition, timesIn(part), results)}`;
  if (results === null) return [counted];
  const noNumbers = where(condition, timesIn(part), results, '"kind" > 0');
  return [counted, `SELECT count("record") AS "${NO_NUMBERS}" FROM ${measurement}${noNumbers}`];
}

const NO_NUMBERS = 'noNumbers';

function countColumn(columns: readonly string[]): { at: number; sign: number } {
  const at = columns.indexOf(NO_NUMBERS);
  return at === -1 ? { at: columns.indexOf('count'), sign: 1 } : { at, sign: -1 };
}

async function sumByServer(
  { known, requests, asker, from, options }: ReaderStore,
  streams: Int32Array,
  range: Range,
): Promise<number> {
  const statements: string[] = [];
  for (const { measurement, condition } of exactGroupsOf(known, streams, options.readSeries)) {
    for (const part of known.parts(range)) {
      statements.push(...countsOf(from(part.where, measurement), condition, part, range));
    }
  }
  let rows = 0;
  let column = { at: 0, sign: 1 };
  const sink = {
    header: (columns: readonly string[]): void => {
      column = countColumn(columns);
    },
    row: (cells: readonly string[]): void => {
      rows += column.sign * Number(cells[column.at]);
    },
  };
  await requests.ask(statements, sink, asker);
  return rows;
}

async function byServer(
  { known, requests, asker, from, options }: ReaderStore,
  streams: Int32Array,
  range: Range,
  found: Map<number, number>,
): Promise<void> {
  const statements: string[] = [];
  for (const { measurement, condition } of groupsOf(known, streams, options.readSeries)) {
    for (const part of known.parts(range)) {
      const each = countsOf(from(part.where, measurement), condition, part, range);
      statements.push(...each.map((statement) => `${statement} GROUP BY "datastream"`));
    }
  }
  const asked = new Set(streams);
  let tags = 0;
  let column = { at: 0, sign: 1 };
  const sink = {
    header: (columns: readonly string[]): void => {
      tags = columns.indexOf('tags');
      column = countColumn(columns);
    },
    row: (cells: readonly string[]): void => {
      const ds = streamOf(cells[tags]!);
      if (asked.has(ds)) found.set(ds, (found.get(ds) ?? 0) + column.sign * Number(cells[column.at]));
    },
  };
  await requests.ask(statements, sink, asker);
}

async function byRow(
  { known, requests, asker, from, options }: ReaderStore,
  streams: Int32Array,
  range: Range,
  found: Map<number, number>,
): Promise<void> {
  const statements: string[] = [];
  for (const { measurement, condition } of groupsOf(known, streams, options.readSeries)) {
    for (const part of known.parts(range)) {
      const conditions = where(condition, timesIn(part), resultsIn(range));
      statements.push(`SELECT ${ROW} FROM ${from(part.where, measurement)}${conditions}`);
    }
  }
  const asked = new Set(streams);
  const table = new RowTable(({ ds, t, n, rec, type, r }) => {
    if (asked.has(ds) && matches(range, type, r) && !known.hidden.has(ds, t, n, rec))
      found.set(ds, (found.get(ds) ?? 0) + 1);
  });
  await requests.ask(statements, table, asker);
}
