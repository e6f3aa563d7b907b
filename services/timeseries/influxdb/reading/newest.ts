/** The last row of each Datastream: looked for in the last days, then further back, because each shard costs time. */
import { Columns } from '../../columns.ts';
import { PageCollector } from '../../page-collector.ts';
import type { Rows } from '../../port.ts';
import { byStream } from './by-stream.ts';
import { groupsOf } from './groups.ts';
import { ALL_TIMES, type Range, type Span, timesIn } from './range.ts';
import type { ReaderStore } from './reader-store.ts';
import { type FoundRow, RowTable } from './rows.ts';
import { where } from './statements.ts';

const DAY = 24 * 3_600_000;
/** Times that are looked through one after the other, in days before now. What lies ahead goes with the first. */
const DAYS_BACK = [8, 60];
/** The other fields of a row, beside the last `record`. */
const FIELDS = '"value","state","kind","quality","extra","tie","id"';

export async function last(store: ReaderStore, datastreams: Int32Array): Promise<Rows> {
  const { known } = store;
  const found = new Map<number, Columns>();
  let missing = known.streams(datastreams);
  const edges = DAYS_BACK.map((days) => store.now - days * DAY);
  let to = ALL_TIMES.to;
  for (const from of [...edges, ALL_TIMES.from]) {
    if (missing.length === 0) break;
    await lastWithin(store, missing, { from, to }, found);
    missing = missing.filter((ds) => !found.has(ds));
    to = from - 1;
  }
  const rows = new Columns(found.size);
  for (const ds of [...found.keys()].sort((a, b) => a - b)) rows.copy(found.get(ds)!, 0);
  return rows.take();
}

async function lastWithin(
  store: ReaderStore,
  streams: Int32Array,
  span: Span,
  found: Map<number, Columns>,
): Promise<void> {
  const { known, requests, asker, from, options } = store;
  /** Whose last point is a removed row: the one before it is looked for. */
  const hidden = new Set<number>();
  const plain = streams.filter((ds) => !known.hidden.within(ds));
  const statements: string[] = [];
  for (const { measurement, condition } of groupsOf(known, plain, options.readSeries)) {
    for (const part of known.parts(span)) {
      const rows = `FROM ${from(part.where, measurement)}${where(condition, timesIn(part))}`;
      statements.push(`SELECT last("record"),${FIELDS} ${rows} GROUP BY "datastream"`);
    }
  }
  const asked = new Set(plain);
  const table = new RowTable((row) => {
    if (known.measurement(row.ds) !== row.name || !asked.has(row.ds)) return;
    if (known.hidden.has(row.ds, row.t, row.n, row.rec)) hidden.add(row.ds);
    else if (isLater(row, found.get(row.ds))) found.set(row.ds, single(row));
  });
  await requests.ask(statements, table, asker);
  // as it was when they were asked for: what is hidden changes meanwhile
  const doubtful = streams.filter((ds) => !asked.has(ds) || hidden.has(ds));
  for (const ds of doubtful) {
    const collector = new PageCollector(0, 1);
    const range: Range = { ...span, resultMin: null, resultMax: null };
    for await (const rows of byStream(store, Int32Array.of(ds), range, true, collector)) {
      const copy = new Columns(1);
      copy.copy(rows, 0);
      found.set(ds, copy);
    }
  }
}

function isLater({ t, n }: FoundRow, rows: Columns | undefined): boolean {
  return rows === undefined || t > rows.t[0]! || (t === rows.t[0]! && n > rows.n[0]!);
}

function single({ ds, t, n, r, type, rec, q, id, x }: FoundRow): Columns {
  const rows = new Columns(1);
  rows.push(ds, t, n, r, type, rec, q, id, x);
  return rows;
}
