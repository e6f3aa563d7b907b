/**
 * Old rows go for good [docs/semantics.md, What is kept], in short steps beside other work. A partition of which everything is
 * due goes as a file; of others rows go Datastream by Datastream, their pages are overwritten and given back. Each step is
 * durable, `meta.db` first: after a crash ids are gone whose rows are still found here, so doing it again ends it.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Expiry } from '../port.ts';
import type { Packed } from '../threads/requests.ts';
import type { Span } from './calendar.ts';
import { openForReading } from './database.ts';
import { onFile } from './fault.ts';
import type { Meta } from './meta.ts';
import type { SliceChange } from './slice-change.ts';
import type { WritablePartition } from './writable-partition.ts';

export interface ExpiringPorts {
  readonly meta: Meta;
  /** Partitions that there are now, the oldest first. */
  readonly spans: () => readonly Span[];
  readonly fileOf: (name: string) => string;
  readonly open: (name: string) => WritablePartition;
  /** Lets go of a partition whose memory may be ahead of its file. */
  readonly discard: (name: string) => void;
  /** The partition's file goes. */
  readonly remove: (name: string) => void;
  readonly changed: (name: string, changes: readonly SliceChange[]) => void;
}

/** So few named Datastreams are looked up one by one; else all that a partition holds are looked through. */
const FEW_STREAMS = 500;
const STATS_PER_STEP = 5000;
const STREAMS_PER_STEP = 1000;
const ROWS_PER_STEP = 10_000;
const PAGES_PER_STEP = 500;

/** What a partition holds of what is due. */
interface Held {
  /** Datastreams, ascending. */
  readonly due: readonly number[];
  readonly rows: number;
  /** Nothing else stands there. */
  readonly all: boolean;
}

/** Yields between durable steps; returns how many rows went. */
export function* expire(ports: ExpiringPorts, expiry: Packed<Expiry>): Generator<void, number> {
  const covers = coverage(expiry);
  const from = expiry.from ?? Number.MIN_SAFE_INTEGER;
  const { before } = expiry;
  let gone = 0;
  for (const span of ports.spans()) {
    if (span.from >= before || span.to <= from) continue;
    yield;
    if (!ports.spans().some(({ name }) => name === span.name)) continue;
    const file = ports.fileOf(span.name);
    const db = openForReading(file, 1);
    try {
      const version = dataVersion(file, db);
      // what may go as a file is looked through
      const whole = span.from >= from && span.to <= before;
      const few = !whole && expiry.datastreams !== null && expiry.datastreams.length <= FEW_STREAMS;
      const held = few
        ? heldOf(file, db, Array.from(expiry.datastreams).filter(covers), from, before)
        : yield* heldIn(file, db, covers, from, before);
      if (held.due.length === 0) continue;
      if (held.all && whole) {
        yield* releaseIds(ports.meta, held.due, from, before);
        // what was written meanwhile may be somebody else's
        if (dataVersion(file, db) === version) {
          db.close();
          ports.remove(span.name);
          gone += held.rows;
          continue;
        }
      }
      gone += yield* expireRows(ports, span.name, held.due, from, before);
    } finally {
      if (db.isOpen) db.close();
    }
  }
  return gone;
}

function coverage({ datastreams, except = [] }: Packed<Expiry>): (ds: number) => boolean {
  const spared = new Set(except);
  if (datastreams === null) return (ds) => !spared.has(ds);
  const named = new Set(datastreams);
  return (ds) => named.has(ds) && !spared.has(ds);
}

/** Of a few Datastreams. Whether others have rows there is not looked for. */
function heldOf(file: string, db: DatabaseSync, datastreams: readonly number[], from: number, before: number): Held {
  return onFile(file, () => {
    const rows = db.prepare(
      'SELECT 1 FROM slices s CROSS JOIN stats x ON x.slice = s.slice AND x.ds = ? AND x.count > 0 AND x.min_t < ? AND x.max_t >= ? LIMIT 1',
    );
    const removed = db.prepare('SELECT 1 FROM removed WHERE ds = ? AND t < ? AND t >= ? LIMIT 1');
    const has = (ds: number) => rows.get(ds, before, from) !== undefined || removed.get(ds, before, from) !== undefined;
    return { due: datastreams.filter(has), rows: 0, all: false };
  });
}

/** Of all that stand in the partition. */
function* heldIn(
  file: string,
  db: DatabaseSync,
  covers: (ds: number) => boolean,
  from: number,
  before: number,
): Generator<void, Held> {
  const due = new Set<number>();
  let rows = 0;
  let all = true;
  const page = db.prepare(
    'SELECT slice, ds, count, min_t, max_t FROM stats WHERE (slice, ds) > (?, ?) ORDER BY slice, ds LIMIT ?',
  );
  page.setReturnArrays(true);
  for (let after: [number, number] = [0, 0], more = true; more; ) {
    const found = onFile(file, () => page.all(...after, STATS_PER_STEP)) as unknown as number[][];
    for (const [, ds, count, first, last] of found as [number, number, number, number, number][]) {
      if (count === 0) continue;
      if (!covers(ds)) all = false;
      else if (first < before && last >= from) {
        due.add(ds);
        rows += count;
      }
    }
    more = found.length === STATS_PER_STEP;
    const last = found.at(-1);
    if (last !== undefined) after = [last[0]!, last[1]!];
    yield;
  }
  const buried = onFile(file, () =>
    db.prepare('SELECT ds, min(t) AS first, max(t) AS last FROM removed GROUP BY ds').all(),
  ) as unknown as { ds: number; first: number; last: number }[];
  for (const { ds, first, last } of buried) {
    if (!covers(ds)) all = false;
    else if (first < before && last >= from) due.add(ds);
  }
  return { due: [...due].sort((a, b) => a - b), rows, all };
}

/** Ids of rows that are about to go, and ids that these rows had kept. */
function* releaseIds(meta: Meta, datastreams: readonly number[], from: number, before: number): Generator<void> {
  const release = idsOf(meta);
  for (let i = 0; i < datastreams.length; i++) {
    meta.begin();
    release(datastreams[i]!, from, before);
    if (i % STREAMS_PER_STEP !== STREAMS_PER_STEP - 1) continue;
    meta.commit();
    yield;
  }
  meta.commit();
}

function idsOf({ db }: Meta): (ds: number, from: number, before: number) => void {
  const aliases = db.prepare('DELETE FROM alias WHERE ds = ? AND t >= ? AND t < ?');
  const claims = db.prepare('DELETE FROM claim WHERE to_ds = ? AND to_t >= ? AND to_t < ?');
  return (ds, from, before) => {
    aliases.run(ds, from, before);
    claims.run(ds, from, before);
  };
}

function* expireRows(
  { meta, open, discard, changed }: ExpiringPorts,
  name: string,
  datastreams: readonly number[],
  from: number,
  before: number,
): Generator<void, number> {
  const release = idsOf(meta);
  let total = 0;
  for (let next = 0; next < datastreams.length; ) {
    const partition = open(name);
    try {
      onFile(partition.file, () => {
        let left = ROWS_PER_STEP;
        partition.begin();
        meta.begin();
        partition.overwriting(true);
        while (next < datastreams.length && left > 0) {
          const ds = datastreams[next]!;
          release(ds, from, before);
          const gone = partition.slices.expire(ds, from, before, left);
          if (gone === 0) {
            partition.removed.expire(ds, from, before);
            next++;
          }
          total += gone;
          // a look costs something too
          left -= gone + 20;
        }
        const changes = partition.save();
        meta.commit();
        partition.commit();
        partition.overwriting(false);
        changed(name, changes);
      });
    } catch (error) {
      meta.rollback();
      discard(name);
      throw error;
    }
    yield;
  }
  while (open(name).giveBack(PAGES_PER_STEP)) yield;
  return total;
}

/** Another number whenever another connection has changed the file since. */
function dataVersion(file: string, db: DatabaseSync): number {
  return onFile(file, () => (db.prepare('PRAGMA data_version').get() as { data_version: number }).data_version);
}
