/**
 * Deletions beside heavy writing, in the store alone. InfluxDB deletes nothing of what it is writing from its cache to a file at that
 * moment, and loses sight of what stands beside it. So Datastreams with few rows lose one of them soon after these were stored,
 * while others are written as fast as it goes; at the end the deleted rows are gone and all others are there.
 */
import { systemClock } from '../../services/model/index.ts';
import { influxStore, options, type TimeseriesStore } from '../../services/timeseries/index.ts';
import { emptyBatch } from '../bench/index.ts';
import type { InfluxServer } from '../influxd/index.ts';
import type { Chance } from './random.ts';
import { wait } from './stage.ts';

const DATABASE = 'deletions';
/** Datastreams that are written to all the time, rows at once, milliseconds between two of one. */
const BUSY = 50;
const BULK = 20_000;
const APART = 10;
/** Datastreams with few rows that come together, and rows of each: the first one is deleted. */
const QUIET = 20;
const ROWS = 3;
const SOON_MS = 800;
const SETTLE_MS = 300_000;
const DAY = 86_400_000;

export interface DeletionsReport {
  readonly written: number;
  readonly deleted: number;
  /** Deleted and there all the same. */
  readonly back: number;
  readonly kept: number;
  /** Stored, never deleted, and not found. */
  readonly lost: number;
}

interface Place {
  readonly ds: number;
  readonly t: number;
  readonly rec: number;
}

export async function deletions(
  server: InfluxServer,
  folder: string,
  chance: Chance,
  seconds: number,
): Promise<DeletionsReport> {
  const given = options.parse({ influxdb: { url: server.url, database: DATABASE, deletingShare: 0.9 } });
  const names = (ds: number) => ({ measurement: `quantity${ds % 3}`, place: `mast-${ds}` });
  const store = influxStore({ folder, options: given, clock: systemClock, names });
  await store.start();
  try {
    const begin = Math.floor(systemClock.now() / DAY) * DAY - 3 * DAY;
    const end = performance.now() + seconds * 1000;
    const busy = writing(store, begin, end);
    const { deleted, kept } = await deleting(store, begin, end, chance);
    const written = await busy;
    await settled(server);
    return {
      written: written + deleted.length + kept.length,
      deleted: deleted.length,
      back: deleted.length - (await missing(store, deleted)),
      kept: kept.length,
      lost: await missing(store, kept),
    };
  } finally {
    await store.stop();
  }
}

/** Returns how many rows it has written. */
async function writing(store: TimeseriesStore, begin: number, end: number): Promise<number> {
  let count = 0;
  for (let rec = 1; performance.now() < end; rec++) {
    const rows = emptyBatch(BULK);
    for (let i = 0; i < BULK; i++, count++) {
      rows.ds[i] = 1 + (count % BUSY);
      rows.t[i] = begin + Math.floor(count / BUSY) * APART;
      rows.rec[i] = rec;
    }
    await store.write(rows);
  }
  return count;
}

async function deleting(store: TimeseriesStore, begin: number, end: number, chance: Chance) {
  const deleted: Place[] = [];
  const kept: Place[] = [];
  let next = 1000;
  for (let rec = 1_000_000; performance.now() < end; rec += 2) {
    const places: Place[] = [];
    for (let k = 0; k < QUIET; k++, next++)
      for (let i = 0; i < ROWS; i++) places.push({ ds: next, t: begin + ((next % 977) + i) * 1000, rec });
    const rows = emptyBatch(places.length);
    places.forEach((place, i) => {
      rows.ds[i] = place.ds;
      rows.t[i] = place.t;
      rows.rec[i] = place.rec;
    });
    await store.write(rows);
    await wait(chance.between(0, SOON_MS));
    const gone = places.filter((_, i) => i % ROWS === 0);
    await store.edit([{ rec: rec + 1, edits: gone.map((place) => ({ op: 'remove', n: 0, ...place })) }]);
    deleted.push(...gone);
    kept.push(...places.filter((_, i) => i % ROWS !== 0));
  }
  return { deleted, kept };
}

/** Resolves when no point of a deleted row is waiting to be deleted. */
async function settled(server: InfluxServer): Promise<void> {
  const question = 'SELECT count("tie") FROM "history"."_stadtpegel_removed" WHERE "gone" = false';
  for (const end = performance.now() + SETTLE_MS; performance.now() < end; await wait(500)) {
    const { results } = (await server.query(question, DATABASE)) as { results: { series?: unknown[] }[] };
    if (results[0]?.series === undefined) return;
  }
  throw new Error('points of deleted rows are not deleted');
}

async function missing(store: TimeseriesStore, places: readonly Place[]): Promise<number> {
  let count = 0;
  for (const { ds, t } of places) if ((await store.at(ds, t)).length === 0) count++;
  return count;
}
