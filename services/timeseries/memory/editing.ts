/** Edits of the API [docs/semantics.md, Rows and ids], on streams in memory. */
import { type Edit, type EditedRow, RESULT } from '../../model/index.ts';
import { claimOf } from '../extra.ts';
import { needsAssignedId } from '../identity.ts';
import { displacedRow, FIRST_EDITED_TIE, lastFreeTie, nextTie, sameOrigin } from '../ties.ts';
import type { Ids } from './ids.ts';
import type { Row } from './row.ts';
import { Stream } from './stream.ts';

export class Editing {
  readonly #streams: Map<number, Stream>;
  readonly #ids: Ids;
  readonly #dropped: Set<number>;

  constructor(streams: Map<number, Stream>, ids: Ids, dropped: Set<number>) {
    this.#streams = streams;
    this.#ids = ids;
    this.#dropped = dropped;
  }

  apply(edit: Edit, rec: number): void {
    if (edit.op === 'drop') this.#drop(edit.ds);
    else if (this.#dropped.has(edit.op === 'put' ? edit.row.ds : edit.ds)) return;
    else if (edit.op === 'put') this.#put(edit.row, rec);
    else this.#remove(edit.ds, edit.t, edit.rec, edit.n);
  }

  #put(row: EditedRow, rec: number): void {
    const { ds, t, id, type, r, q, x } = row;
    let { n } = row;
    const stream = this.#stream(ds);
    const taken = stream.occupants(t);
    if (taken.some((other) => sameOrigin(other, { n, rec }))) return;
    const holder = stream.at(t).find((other) => other.n === n);
    if (holder !== undefined && n < FIRST_EDITED_TIE) this.#giveWay(stream, holder);
    else if (holder !== undefined) {
      // two rows of the API keep their order; the tombstone tells that this one came when its record is read again
      stream.bury(t, { n, rec });
      n = lastFreeTie(stream.occupants(t));
    }
    const text = x === null ? null : JSON.stringify(x);
    const given = id !== 0 || x?.k !== undefined ? id : needsAssignedId(ds, t, n) ? this.#ids.give(rec, ds, t) : 0;
    const number = type <= RESULT.boolean ? (r ?? Number.NaN) + 0 : Number.NaN;
    this.#add(stream, { ds, t, n, r: number, type, rec, q, id: given, x: text });
  }

  /** The row of another record becomes a further tie and keeps its id, or gets one. */
  #giveWay(stream: Stream, row: Row): void {
    const n = nextTie(stream.occupants(row.t));
    stream.delete(row);
    this.#ids.release(row);
    const id = row.id !== 0 || claimOf(row.x) !== null ? row.id : this.#ids.give(row.rec, row.ds, row.t);
    this.#add(stream, { ...row, n, id });
  }

  #remove(ds: number, t: number, rec: number, n: number | undefined): void {
    const stream = this.#stream(ds);
    const meant = (other: { n: number; rec: number }): boolean =>
      other.rec === rec && (n === undefined || sameOrigin(other, { n, rec }));
    let rows = stream.at(t).filter(meant);
    if (rows.length === 0 && n !== undefined) rows = displacedRow(stream.at(t), stream.removedAt(t), { n, rec });
    if (rows.length === 0 && !stream.removedAt(t).some(meant)) {
      stream.bury(t, { n: n ?? nextTie(stream.occupants(t)), rec });
    }
    for (const row of rows) {
      stream.delete(row);
      stream.bury(t, row);
      this.#ids.release(row);
    }
  }

  #drop(ds: number): void {
    for (const row of this.#streams.get(ds)?.rows ?? []) this.#ids.release(row);
    this.#streams.delete(ds);
    this.#dropped.add(ds);
  }

  #add(stream: Stream, row: Row): void {
    stream.add(row);
    this.#ids.hold(row);
  }

  #stream(ds: number): Stream {
    const known = this.#streams.get(ds) ?? new Stream();
    this.#streams.set(ds, known);
    return known;
  }
}
