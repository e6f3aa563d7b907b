/** Which Datastreams a query asks for, and what one slice knows of them. */
import { mayMatch, type Range } from './range.ts';
import type { SliceColumns } from './slice-columns.ts';

/** A list shorter than this part of a slice is looked up one by one. */
const FEW = 1 / 16;
/** Up to this id a longer list becomes a table of yes and no, a byte for each id; beyond it is merged. */
const TABLE = 2 ** 22;

export class Selection {
  readonly #list: Int32Array | null;
  #table: Uint8Array | null = null;

  /** Ascending, from 1; null: all. */
  constructor(datastreams: Int32Array | null) {
    this.#list = datastreams;
  }

  get all(): boolean {
    return this.#list === null;
  }

  /** Calls `each` with the index of each asked Datastream that the slice has, ascending. */
  eachIn(slice: SliceColumns, each: (i: number) => void): void {
    const list = this.#list;
    const { ds, length } = slice;
    if (list === null) {
      for (let i = 0; i < length; i++) each(i);
    } else if (list.length < length * FEW) {
      for (const asked of list) {
        const i = slice.find(asked);
        if (i !== -1) each(i);
      }
    } else if (list.length > 0 && list.at(-1)! < TABLE) {
      const table = this.#asTable(list);
      for (let i = 0; i < length; i++) if (table[ds[i]!] === 1) each(i);
    } else {
      let k = 0;
      for (let i = 0; i < length && k < list.length; i++) {
        const here = ds[i]!;
        while (k < list.length && list[k]! < here) k++;
        if (list[k] === here) each(i);
      }
    }
  }

  /** Rows of the asked Datastreams in this slice. */
  countIn(slice: SliceColumns): number {
    const { ds, counts, length } = slice;
    const list = this.#list;
    let total = 0;
    if (list === null || list.length === 0 || list.length < length * FEW || list.at(-1)! >= TABLE) {
      this.eachIn(slice, (i) => {
        total += counts[i]!;
      });
      return total;
    }
    // the usual long list, without a call for each Datastream
    const table = this.#asTable(list);
    for (let i = 0; i < length; i++) if (table[ds[i]!] === 1) total += counts[i]!;
    return total;
  }

  /** Indices of the asked Datastreams whose rows in this slice may match, ascending. */
  matchingIn(slice: SliceColumns, range: Range): number[] {
    const found: number[] = [];
    const anyResult = range.resultMin === null && range.resultMax === null;
    this.eachIn(slice, (i) => {
      if (slice.maxTime(i) < range.from || slice.minTime(i) > range.to) return;
      // without an object for each: there may be a hundred thousand
      if (anyResult || mayMatch(range, slice.facts(i))) found.push(i);
    });
    return found;
  }

  #asTable(list: Int32Array): Uint8Array {
    if (this.#table !== null) return this.#table;
    const table = new Uint8Array(list.at(-1)! + 1);
    for (const ds of list) table[ds] = 1;
    this.#table = table;
    return table;
  }
}
