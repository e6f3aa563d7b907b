/** The limit that the store sets: rows of 30,000 interleaved Datastreams into the embedded store and nothing else. */
import { type RowBatch, systemClock } from '../../services/model/index.ts';
import { options, sqliteStore } from '../../services/timeseries/index.ts';

export const SERIES = 30_000;
const BATCH = 75_000;
const MINUTE = 60_000;

/** Rows per second, each batch durable before the next. */
export async function bareStore(folder: string, seconds: number): Promise<number> {
  const store = sqliteStore({ folder, options: options.parse({}), clock: systemClock });
  await store.start();
  const start = mondayOf(systemClock.now());
  const began = performance.now();
  let rows = 0;
  for (; performance.now() - began < seconds * 1000; rows += BATCH) await store.write(interleaved(rows, BATCH, start));
  const perSecond = rows / ((performance.now() - began) / 1000);
  await store.stop();
  return perSecond;
}

/** Row k is the reading of Datastream k % SERIES in minute k / SERIES, as they come in: interleaved. */
export function interleaved(from: number, length: number, start: number): RowBatch {
  const rows = emptyBatch(length);
  for (let i = 0; i < length; i++) {
    const k = from + i;
    const ds = ((k * 7919) % SERIES) + 1;
    rows.ds[i] = ds;
    rows.t[i] = start + Math.floor(k / SERIES) * MINUTE + (ds % 60) * 1000;
    rows.r[i] = Math.round(200 + 50 * Math.sin(k / 1e5) + (ds % 100)) / 10;
    rows.rec[i] = Math.floor(k / 3) + 1;
  }
  return rows;
}

export function emptyBatch(length: number) {
  return {
    length,
    ds: new Int32Array(length),
    t: new Float64Array(length),
    r: new Float64Array(length),
    type: new Uint8Array(length),
    rec: new Float64Array(length),
    q: new Uint8Array(length),
    x: new Map<number, string>(),
  };
}

/** Midnight of the last Monday: a run stays within one week, so that it shows one partition as it grows. */
export function mondayOf(now: number): number {
  const day = new Date(now);
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
}
