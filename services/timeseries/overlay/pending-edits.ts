/** Edits of the API that the store does not have yet, by Datastream, by assigned @iot.id, and by the id that a row has kept. */
import type { Edit, EditBatch, EditedRow } from '../../model/index.ts';
import { type Occupant, sameOrigin } from '../ties.ts';

export interface PendingPut {
  readonly row: EditedRow;
  readonly rec: number;
  /** Nothing of it can be in the store, and it takes nobody's place there. */
  readonly certain: boolean;
}

/** A row that is gone, though the store may still have it: the one that `rec` brought with tie number `n`, or all of them. */
export interface PendingRemoval {
  readonly rec: number;
  readonly n: number | undefined;
  /** The record that says so. */
  readonly by: number;
}

/** What waits for one Datastream. */
export interface PendingStream {
  /** By time, in the order of the records. */
  readonly puts: Map<number, PendingPut[]>;
  /** By time. */
  readonly removals: Map<number, PendingRemoval[]>;
  /** The record that deletes the whole Datastream; 0: none. */
  dropped: number;
}

export class PendingEdits {
  /** In the order of their records. */
  readonly #batches: EditBatch[] = [];
  readonly #byRecord = new Map<number, EditBatch>();
  readonly #streams = new Map<number, PendingStream>();
  readonly #byId = new Map<number, PendingPut[]>();
  readonly #byClaim = new Map<string, PendingPut[]>();
  #dropped = 0;
  #count = 0;
  /** Edits of the first batch that are forgotten already. */
  #undone = 0;

  /** `isCertain`: see PendingPut. Mostly it is the last record; a journal that is read again brings those before. */
  add(batch: EditBatch, isCertain: (row: EditedRow) => boolean): void {
    if (this.#byRecord.has(batch.rec)) return;
    this.#byRecord.set(batch.rec, batch);
    let place = this.#batches.length;
    while (place > 0 && this.#batches[place - 1]!.rec > batch.rec) place--;
    // the first one may be half forgotten: its edits come again, and doing them again changes nothing
    if (place === 0 && this.#undone > 0) {
      const { rec, edits } = this.#batches[0]!;
      for (const edit of edits.slice(0, this.#undone)) this.#apply(edit, rec, () => false);
      this.#count += this.#undone;
      this.#undone = 0;
    }
    this.#batches.splice(place, 0, batch);
    this.#count += batch.edits.length;
    for (const edit of batch.edits) this.#apply(edit, batch.rec, isCertain);
  }

  /** The store has everything up to this record. Forgets `most` edits at the most; false: there are more. */
  forget(upTo: number, most = Number.POSITIVE_INFINITY): boolean {
    let left = most;
    let done = 0;
    for (const { rec, edits } of this.#batches) {
      if (rec > upTo || left === 0) break;
      const until = Math.min(edits.length, this.#undone + left);
      left -= until - this.#undone;
      this.#count -= until - this.#undone;
      while (this.#undone < until) this.#undo(edits[this.#undone++]!, rec);
      if (until < edits.length) break;
      this.#undone = 0;
      this.#byRecord.delete(rec);
      done++;
    }
    this.#batches.splice(0, done);
    return this.firstRecord > upTo;
  }

  /** Edits, not records. */
  get count(): number {
    return this.#count;
  }

  /** Is a deletion of a whole Datastream among them? */
  get hasDrops(): boolean {
    return this.#dropped > 0;
  }

  get streams(): ReadonlyMap<number, PendingStream> {
    return this.#streams;
  }

  of(record: number): EditBatch | undefined {
    return this.#byRecord.get(record);
  }

  /** Those of records up to this one, in order. */
  upTo(record: number): readonly EditBatch[] {
    let end = 0;
    while (end < this.#batches.length && this.#batches[end]!.rec <= record) end++;
    return this.#batches.slice(0, end);
  }

  get firstRecord(): number {
    return this.#batches[0]?.rec ?? Number.POSITIVE_INFINITY;
  }

  get lastRecord(): number {
    return this.#batches.at(-1)?.rec ?? 0;
  }

  /** The put that stands, by its assigned @iot.id. */
  byId(id: number): PendingPut | undefined {
    return this.#byId.get(id)?.findLast((put) => this.stands(put));
  }

  /** The put that stands and has kept the @iot.id of (ds, t). */
  byClaim(ds: number, t: number): PendingPut | undefined {
    return this.#byClaim.get(`${ds} ${t}`)?.findLast((put) => this.stands(put));
  }

  /** Is this row gone, though the store may still have it? */
  isGone(ds: number, t: number, row: Occupant): boolean {
    const stream = this.#streams.get(ds);
    if (stream === undefined) return false;
    return stream.dropped !== 0 || isRemoved(row, stream.removals.get(t));
  }

  stands({ row, rec }: PendingPut): boolean {
    return !this.isGone(row.ds, row.t, { n: row.n, rec });
  }

  #apply(edit: Edit, rec: number, isCertain: (row: EditedRow) => boolean): void {
    if (edit.op === 'put') this.#put({ row: edit.row, rec, certain: isCertain(edit.row) });
    else if (edit.op === 'remove') {
      push(this.#streamOf(edit.ds).removals, edit.t, { rec: edit.rec, n: edit.n, by: rec });
    } else {
      const stream = this.#streamOf(edit.ds);
      if (stream.dropped === 0) this.#dropped++;
      stream.dropped = rec;
    }
  }

  #put(put: PendingPut): void {
    const { ds, t, id, x } = put.row;
    push(this.#streamOf(ds).puts, t, put);
    if (id !== 0) push(this.#byId, id, put);
    if (x?.k !== undefined) push(this.#byClaim, `${x.k[0]} ${x.k[1]}`, put);
  }

  #undo(edit: Edit, rec: number): void {
    const ds = edit.op === 'put' ? edit.row.ds : edit.ds;
    const stream = this.#streams.get(ds);
    if (stream === undefined) return;
    if (edit.op === 'put') {
      const { t, id, x } = edit.row;
      pull(stream.puts, t, rec);
      if (id !== 0) pull(this.#byId, id, rec);
      if (x?.k !== undefined) pull(this.#byClaim, `${x.k[0]} ${x.k[1]}`, rec);
    } else if (edit.op === 'remove') {
      pull(stream.removals, edit.t, rec);
    } else if (stream.dropped !== 0) {
      stream.dropped = 0;
      this.#dropped--;
    }
    if (stream.puts.size === 0 && stream.removals.size === 0 && stream.dropped === 0) this.#streams.delete(ds);
  }

  #streamOf(ds: number): PendingStream {
    let stream = this.#streams.get(ds);
    if (stream === undefined) {
      stream = { puts: new Map(), removals: new Map(), dropped: 0 };
      this.#streams.set(ds, stream);
    }
    return stream;
  }
}

/** `n` of the row: its tie number. */
export function isRemoved(row: Occupant, removals: readonly PendingRemoval[] | undefined): boolean {
  if (removals === undefined) return false;
  return removals.some(
    ({ rec, n }) => rec === row.rec && (n === undefined || sameOrigin({ n, rec }, { n: row.n, rec })),
  );
}

/** What a record said: a put by its own record, a removal `by` another one. */
type Said = { readonly rec: number; readonly by?: number };

function recordOf({ rec, by }: Said): number {
  return by ?? rec;
}

function push<K, V extends Said>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else {
    // in the order of the records that said so
    let place = list.length;
    while (place > 0 && recordOf(list[place - 1]!) > recordOf(value)) place--;
    list.splice(place, 0, value);
  }
}

/** Takes away what a record brought. */
function pull<K, V extends Said>(map: Map<K, V[]>, key: K, record: number): void {
  const list = map.get(key)?.filter((value) => recordOf(value) !== record) ?? [];
  if (list.length === 0) map.delete(key);
  else map.set(key, list);
}
