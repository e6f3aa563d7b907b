/** Rows of devices as their records are read now [docs/semantics.md, Decoding again], on streams in memory. */
import { QUALITY, RESULT } from '../../model/index.ts';
import type { Revision } from '../port.ts';
import type { Ids } from './ids.ts';
import type { Row } from './row.ts';
import type { Stream } from './stream.ts';

export class Revising {
  readonly #streams: ReadonlyMap<number, Stream>;
  readonly #ids: Ids;

  constructor(streams: ReadonlyMap<number, Stream>, ids: Ids) {
    this.#streams = streams;
    this.#ids = ids;
  }

  revise({ set, remove }: Revision): { changed: number; removed: number } {
    let changed = 0;
    for (let i = 0; i < set.length; i++) {
      const row = this.#standing(set.ds[i]!, set.t[i]!, set.n[i]!, set.rec[i]!);
      if (row === undefined) continue;
      const type = set.type[i]!;
      const r = type <= RESULT.boolean ? set.r[i]! + 0 : Number.NaN;
      const next = { ...row, type, r, q: set.q[i]!, x: set.x.get(i) ?? null };
      if (row.type === type && Object.is(row.r, r) && row.q === next.q && row.x === next.x) continue;
      this.#replace(row, next);
      changed++;
    }
    let removed = 0;
    for (let i = 0; i < remove.length; i++) {
      const row = this.#standing(remove.ds[i]!, remove.t[i]!, remove.n[i]!, remove.rec[i]!);
      if (row === undefined) continue;
      this.#streams.get(row.ds)!.delete(row);
      this.#ids.release(row);
      removed++;
    }
    return { changed, removed };
  }

  #standing(ds: number, t: number, n: number, rec: number): Row | undefined {
    const row = this.#streams
      .get(ds)
      ?.at(t)
      .find((other) => other.n === n && other.rec === rec);
    return row === undefined || (row.q & QUALITY.edited) !== 0 ? undefined : row;
  }

  #replace(row: Row, next: Row): void {
    const stream = this.#streams.get(row.ds)!;
    stream.delete(row);
    this.#ids.release(row);
    stream.add(next);
    this.#ids.hold(next);
  }
}
