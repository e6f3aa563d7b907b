/** Single rows: by place, by assigned id, by the id that they have kept; and which instants are taken. */
import { Columns } from '../../columns.ts';
import { claimOf } from '../../extra.ts';
import type { Rows } from '../../port.ts';
import { millisecondsOf, nanoseconds } from '../instants.ts';
import { CLAIMS, HOME, IDS, REMOVED } from '../schema.ts';
import type { TableSink } from './csv.ts';
import { type Span, timesIn } from './range.ts';
import type { ReaderStore } from './reader-store.ts';
import { RowTable } from './rows.ts';
import { KEY, ofStreams, ROW, where } from './statements.ts';

/** Instants nearer than this to one another are looked up together, milliseconds. */
const NEAR = 60_000;

/** All rows at one instant, by n. */
export async function at({ known, requests, asker, from }: ReaderStore, ds: number, t: number): Promise<Rows> {
  const rows = new Columns(4);
  const measurement = known.measurement(ds);
  if (measurement === null) return rows.take();
  const statements = known.parts({ from: t, to: t }).map((part) => {
    const conditions = where(ofStreams([ds]), timesIn(part));
    return `SELECT ${ROW} FROM ${from(part.where, measurement)}${conditions}`;
  });
  const table = new RowTable(({ n, r, type, rec, q, id, x }) => {
    if (!known.hidden.has(ds, t, n, rec)) rows.push(ds, t, n, r, type, rec, q, id, x);
  });
  await requests.ask(statements, table, asker);
  return rows.take();
}

export async function byAssignedId(store: ReaderStore, id: number): Promise<Rows | null> {
  const { requests, asker, from } = store;
  const place = new PlaceTable();
  await requests.ask([`SELECT "ds","t" FROM ${from(HOME, IDS)} WHERE time = ${id}`], place, asker);
  return only(store, place, (rows, i) => rows.id[i] === id);
}

export async function byClaim(store: ReaderStore, ds: number, t: number): Promise<Rows | null> {
  const { requests, asker, from } = store;
  const place = new PlaceTable();
  const conditions = where(ofStreams([ds]), `time = ${nanoseconds(t)}`);
  await requests.ask([`SELECT "ds","t" FROM ${from(HOME, CLAIMS)}${conditions}`], place, asker);
  return only(store, place, (rows, i) => {
    const claim = claimOf(rows.x.get(i) ?? null);
    return claim !== null && claim[0] === ds && claim[1] === t;
  });
}

/** For each time: does a row stand there, or did one that was removed? `times` ascending. */
export async function occupied(store: ReaderStore, ds: number, times: readonly number[]): Promise<boolean[]> {
  const { known, requests, asker, from } = store;
  const taken = new Set<number>();
  if (known.isDropped(ds)) return times.map(() => false);
  const measurement = known.measurement(ds);
  const statements: string[] = [];
  for (const span of near(times)) {
    const tombstones = where(ofStreams([ds]), timesIn(span), '"again" = false');
    statements.push(`SELECT "rec" FROM ${from(HOME, REMOVED)}${tombstones}`);
    if (measurement === null) continue;
    for (const part of known.parts(span)) {
      const conditions = where(ofStreams([ds]), timesIn(part));
      statements.push(`SELECT ${KEY} FROM ${from(part.where, measurement)}${conditions}`);
    }
  }
  await requests.ask(statements, new OccupiedTable(known, ds, taken), asker);
  return times.map((t) => taken.has(t));
}

/** Times of rows and of tombstones. */
class OccupiedTable implements TableSink {
  readonly #taken: Set<number>;
  readonly #rows: RowTable;
  #time = 0;
  #tombstones = false;

  constructor({ hidden }: ReaderStore['known'], ds: number, taken: Set<number>) {
    this.#taken = taken;
    this.#rows = new RowTable(({ t, n, rec }) => {
      if (!hidden.has(ds, t, n, rec)) taken.add(t);
    });
  }

  header(columns: readonly string[]): void {
    this.#time = columns.indexOf('time');
    this.#tombstones = columns.includes('rec');
    if (!this.#tombstones) this.#rows.header(columns);
  }

  row(cells: readonly string[]): void {
    if (this.#tombstones) this.#taken.add(millisecondsOf(cells[this.#time]!));
    else this.#rows.row(cells);
  }
}

/** Ascending instants as spans, so that neighbours need one statement. */
function near(times: readonly number[]): Span[] {
  const spans: { from: number; to: number }[] = [];
  for (const t of times) {
    const span = spans.at(-1);
    if (span !== undefined && t - span.to < NEAR) span.to = Math.max(span.to, t);
    else spans.push({ from: t, to: t });
  }
  return spans;
}

/** The place that an id or a claim names; 0: none. */
class PlaceTable implements TableSink {
  ds = 0;
  t = 0;
  #ds = 0;
  #t = 0;

  header(columns: readonly string[]): void {
    this.#ds = columns.indexOf('ds');
    this.#t = columns.indexOf('t');
  }

  row(cells: readonly string[]): void {
    this.ds = Number(cells[this.#ds]);
    this.t = Number(cells[this.#t]);
  }
}

/** The row at the place that has the id; one that does not stand there yet, or any more, is none. */
async function only(
  store: ReaderStore,
  { ds, t }: PlaceTable,
  isMeant: (rows: Rows, i: number) => boolean,
): Promise<Rows | null> {
  if (ds === 0) return null;
  const rows = await at(store, ds, t);
  for (let i = 0; i < rows.length; i++) {
    if (!isMeant(rows, i)) continue;
    const row = new Columns(1);
    row.copy(rows, i);
    return row.take();
  }
  return null;
}
