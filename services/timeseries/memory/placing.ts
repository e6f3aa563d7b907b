/** Rows and removed rows as they stand in another store, on streams in memory. */
import { CHUNK_PLACES, PlaceColumns } from '../places.ts';
import type { Places, Rows } from '../port.ts';
import type { Ids } from './ids.ts';
import { Stream } from './stream.ts';

export class Placing {
  readonly #streams: Map<number, Stream>;
  readonly #ids: Ids;
  readonly #dropped: ReadonlySet<number>;

  constructor(streams: Map<number, Stream>, ids: Ids, dropped: ReadonlySet<number>) {
    this.#streams = streams;
    this.#ids = ids;
    this.#dropped = dropped;
  }

  place(rows: Rows): void {
    for (let i = 0; i < rows.length; i++) {
      const ds = rows.ds[i]!;
      if (this.#dropped.has(ds)) continue;
      const [t, n, rec] = [rows.t[i]!, rows.n[i]!, rows.rec[i]!];
      const stream = this.#stream(ds);
      const standing = stream.at(t).find((row) => row.n === n);
      if (standing?.rec === rec) continue;
      if (standing !== undefined) {
        stream.delete(standing);
        this.#ids.release(standing);
      }
      const row = { ds, t, n, rec, r: rows.r[i]!, type: rows.type[i]!, q: rows.q[i]!, id: rows.id[i]! };
      const placed = { ...row, x: rows.x.get(i) ?? null };
      stream.add(placed);
      this.#ids.hold(placed);
    }
  }

  bury({ length, ds, t, n, rec }: Places): void {
    for (let i = 0; i < length; i++) {
      if (this.#dropped.has(ds[i]!)) continue;
      const stream = this.#stream(ds[i]!);
      const known = stream.removedAt(t[i]!).some((other) => other.n === n[i] && other.rec === rec[i]);
      if (!known) stream.bury(t[i]!, { n: n[i]!, rec: rec[i]! });
    }
  }

  *tombstones(after: { readonly ds: number; readonly t: number } | null): Generator<Places> {
    let places = new PlaceColumns();
    for (const ds of [...this.#streams.keys()].sort((a, b) => a - b)) {
      if (after !== null && ds < after.ds) continue;
      for (const { t, n, rec } of this.#streams.get(ds)?.removed() ?? []) {
        if (after !== null && ds === after.ds && t <= after.t) continue;
        places.push(ds, t, n, rec);
        if (places.length < CHUNK_PLACES) continue;
        yield places.take();
        places = new PlaceColumns();
      }
    }
    if (places.length > 0) yield places.take();
  }

  #stream(ds: number): Stream {
    const known = this.#streams.get(ds) ?? new Stream();
    this.#streams.set(ds, known);
    return known;
  }
}
