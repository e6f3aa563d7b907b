/**
 * The Observations of the API's bench, made from their number alone, so that every answer's count is known beforehand: one
 * Datastream with a year of 15-minute values, the others share the rest evenly over the same year.
 */
import type { RowBatch } from '../../services/model/index.ts';
import { YEAR_STREAM } from './api-catalogue.ts';
import { emptyBatch } from './bare-store.ts';

const QUARTER_HOUR = 900_000;
export const YEAR_ROWS = 35_040;
const YEAR_MS = YEAR_ROWS * QUARTER_HOUR;
/** Neighbours in time are no neighbours by id: a prime, so that each round reaches every Datastream. */
const SPREAD = 7919;
/** One in a hundred Datastreams has been silent for this long. */
const SILENT_MS = 30 * 86_400_000;
/** Of each Datastream in the year, at the least, so that only the silent ones have been silent that long. */
const LEAST_ROUNDS = 14;
/**
 * Results between these are rare: one in ten thousand. They lie in the middle of what every Datastream has in every part of
 * the year, so that no statistics help: nothing but a look at each row finds them. Uplinks of the bench have none of them.
 */
export const RARE = { above: 50.24, below: 50.26 } as const;

export interface Plan {
  readonly datastreams: number;
  readonly observations: number;
  /** The year ends here, milliseconds since 1970. */
  readonly end: number;
}

/** @throws RangeError where the numbers don't make such a city. */
export function planOf(datastreams: number, observations: number, now: number): Plan {
  const least = YEAR_ROWS + datastreams * LEAST_ROUNDS;
  if (observations < least || (datastreams - YEAR_STREAM) % SPREAD === 0)
    throw new RangeError(`${datastreams} Datastreams need at least ${least} Observations`);
  return { datastreams, observations, end: Math.floor(now / QUARTER_HOUR) * QUARTER_HOUR };
}

export const beginOf = ({ end }: Plan): number => end - YEAR_MS;

export function isSilent(ds: number): boolean {
  return ds % 100 === 7;
}

/** Silent Datastreams have no Observation from here on. */
export const silentSince = ({ end }: Plan): number => end - SILENT_MS;

export function silentOnes({ datastreams }: Plan): number {
  let count = 0;
  for (let ds = 1; ds <= datastreams; ds++) if (isSilent(ds)) count++;
  return count;
}

/** Batches of at most `size` rows, in order of time. Counts what is rare as it goes. */
export function* rowsOf(plan: Plan, size: number, found: { rare: number }): Generator<RowBatch> {
  yield* yearRows(plan, size, found);
  const others = plan.datastreams - YEAR_STREAM;
  const total = plan.observations - YEAR_ROWS;
  const rounds = Math.ceil(total / others);
  const step = Math.floor(YEAR_MS / rounds);
  for (let first = 0; first < total; first += size) {
    const rows = emptyBatch(Math.min(size, total - first));
    for (let i = 0; i < rows.length; i++) {
      // rounds are counted from the end, so that the one that is not whole is the oldest
      const k = total - 1 - first - i;
      const ds = YEAR_STREAM + 1 + ((k * SPREAD) % others);
      const offset = YEAR_MS - 1 - Math.floor(k / others) * step - ((ds * 977_777) % step);
      const at = isSilent(ds) ? Math.floor((offset * (YEAR_MS - SILENT_MS)) / YEAR_MS) : offset;
      put(rows, i, ds, beginOf(plan) + at, found);
    }
    yield rows;
  }
}

function* yearRows(plan: Plan, size: number, found: { rare: number }): Generator<RowBatch> {
  for (let first = 0; first < YEAR_ROWS; first += size) {
    const rows = emptyBatch(Math.min(size, YEAR_ROWS - first));
    for (let i = 0; i < rows.length; i++) put(rows, i, YEAR_STREAM, beginOf(plan) + (first + i) * QUARTER_HOUR, found);
    yield rows;
  }
}

type Filling = ReturnType<typeof emptyBatch>;

function put(rows: Filling, i: number, ds: number, t: number, found: { rare: number }): void {
  const r = Math.floor(scattered(ds, t) * 10_000) / 100;
  if (r > RARE.above && r < RARE.below) found.rare++;
  rows.ds[i] = ds;
  rows.t[i] = t;
  rows.r[i] = r;
  rows.rec[i] = 1;
}

/** 0 … 1, the same for the same row. */
function scattered(ds: number, t: number): number {
  let h = Math.imul(ds, 0x9e3779b1) ^ Math.imul(Math.floor(t / 1000), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
}
