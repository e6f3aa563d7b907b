/** What the writer knows of each Datastream: its names in InfluxDB, between which times rows may stand, and the newest ones. */
import type { Row } from '../memory/row.ts';
import { HeldIds } from './held-ids.ts';
import { seriesKey } from './lines.ts';
import type { SeriesNames } from './names.ts';
import { Recent } from './recent.ts';

export interface Series {
  readonly ds: number;
  readonly names: SeriesNames;
  /** Measurement and tags of its points, as line protocol has them. */
  readonly key: string;
  /** Nothing stands before `low` or after `high`, milliseconds; ±Infinity the wrong way round: nothing at all. */
  low: number;
  high: number;
  /** false: `high` is not asked of the server yet. */
  reached: boolean;
  /** The server has taken its entry in this process. What it only shows may be in its memory alone. */
  sure: boolean;
}

/** First and last time of rows that were removed, milliseconds. */
export interface Extent {
  low: number;
  high: number;
}

export class Registry {
  readonly #series = new Map<number, Series>();
  readonly dropped = new Set<number>();
  /** Dropped Datastreams whose points stand, with their measurement; null: not known. */
  readonly dropping = new Map<number, string | null>();
  /** Datastreams from which something was removed. */
  readonly removed = new Map<number, Extent>();
  readonly recent = new Recent();
  readonly ids = new HeldIds();

  get(ds: number): Series | undefined {
    return this.#series.get(ds);
  }

  values(): IterableIterator<Series> {
    return this.#series.values();
  }

  get size(): number {
    return this.#series.size;
  }

  /** `isNew`: it has never had a row. */
  add(ds: number, names: SeriesNames, isNew: boolean): Series {
    const low = isNew ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    const series: Series = { ds, names, key: seriesKey(ds, names), low, high: 0 - low, reached: isNew, sure: isNew };
    const buried = this.removed.get(ds);
    if (isNew && buried !== undefined) {
      series.low = buried.low;
      series.high = buried.high;
    }
    this.#series.set(ds, series);
    return series;
  }

  /** `gone`: its points are deleted, too. */
  drop(ds: number, gone: boolean): void {
    if (!gone) this.dropping.set(ds, this.#series.get(ds)?.names.measurement ?? null);
    this.dropped.add(ds);
    this.#series.delete(ds);
    this.removed.delete(ds);
    this.recent.forget(ds);
  }

  /** InfluxDB has taken a row where nothing stood. */
  added(row: Row): void {
    const series = this.#series.get(row.ds);
    if (series?.reached === true) this.recent.add(row, series.high);
    this.#extend(row.ds, row.t);
  }

  /** Something stands or stood at this time, or may. */
  reach(ds: number, t: number): void {
    this.recent.forget(ds);
    this.#extend(ds, t);
  }

  #extend(ds: number, t: number): void {
    const series = this.#series.get(ds);
    if (series === undefined) return;
    if (t < series.low) series.low = t;
    if (t > series.high) series.high = t;
  }

  buried(ds: number, t: number): void {
    const extent = this.removed.get(ds);
    if (extent === undefined) this.removed.set(ds, { low: t, high: t });
    else {
      extent.low = Math.min(extent.low, t);
      extent.high = Math.max(extent.high, t);
    }
    this.reach(ds, t);
  }

  /** Surely nothing stands there, and nothing was removed. A Datastream that is not known has never had a row. */
  isFree(ds: number, t: number): boolean {
    const series = this.#series.get(ds);
    if (series === undefined) return !this.removed.has(ds);
    return t > series.high || t < series.low;
  }
}
