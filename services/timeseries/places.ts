/** Places of rows under construction, as growing columns, like `columns.ts` for whole rows. */
import type { Places } from './port.ts';

/** Places at the most in one chunk. */
export const CHUNK_PLACES = 2000;

/** A removed row: Datastream, time, tie number, record. */
export type BuriedKey = readonly [ds: number, t: number, n: number, rec: number];

/** Places whose columns are typed arrays of their own. */
export interface PlainPlaces extends Places {
  readonly ds: Int32Array<ArrayBuffer>;
  readonly t: Float64Array<ArrayBuffer>;
  readonly n: Int32Array<ArrayBuffer>;
  readonly rec: Float64Array<ArrayBuffer>;
}

export class PlaceColumns {
  readonly #ds: number[] = [];
  readonly #t: number[] = [];
  readonly #n: number[] = [];
  readonly #rec: number[] = [];

  get length(): number {
    return this.#ds.length;
  }

  push(ds: number, t: number, n: number, rec: number): void {
    this.#ds.push(ds);
    this.#t.push(t);
    this.#n.push(n);
    this.#rec.push(rec);
  }

  take(): PlainPlaces {
    return {
      length: this.#ds.length,
      ds: Int32Array.from(this.#ds),
      t: Float64Array.from(this.#t),
      n: Int32Array.from(this.#n),
      rec: Float64Array.from(this.#rec),
    };
  }
}

/** A plain copy of `count` places from `start` on, which can be posted to another thread. */
export function copyOfPlaces(places: Places, start = 0, count = places.length): PlainPlaces {
  const column = (values: ArrayLike<number>) => Array.prototype.slice.call(values, start, start + count) as number[];
  return {
    length: Math.min(count, places.length - start),
    ds: Int32Array.from(column(places.ds)),
    t: Float64Array.from(column(places.t)),
    n: Int32Array.from(column(places.n)),
    rec: Float64Array.from(column(places.rec)),
  };
}
