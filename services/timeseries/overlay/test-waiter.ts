/** A store with things on their way to it, for tests of the overlay; and what it should show, worked out the long way. */
import { type Edit, type EditBatch, RESULT, type RowExtra } from '../../model/index.ts';
import { Columns } from '../columns.ts';
import { LatestValues } from '../latest.ts';
import { memoryStore } from '../memory/index.ts';
import type { RangeQuery, Rows, TimeseriesStore } from '../port.ts';
import { batchOf, everything, type ReadRow, scanAll, type TestRow } from '../test-rows.ts';
import { sameOrigin } from '../ties.ts';
import { CERTAINTY, Overlay, type PendingRows } from './index.ts';

export interface WaitingRow extends TestRow {
  readonly ds: number;
  readonly t: number;
  readonly rec: number;
  readonly r: number;
}

/** Things wait in the order of their records; `move` hands them to the store as ingest does. */
export class Waiter {
  readonly store: TimeseriesStore;
  readonly latest = new LatestValues();
  readonly overlay: Overlay;
  rows: WaitingRow[] = [];
  edits: EditBatch[] = [];
  readonly dropped = new Set<number>();
  #runs: PendingRows[] = [];
  #record = 0;

  constructor(store: TimeseriesStore = memoryStore(), { maxEdits = 1000, waitMs = 1000 } = {}) {
    this.store = store;
    this.overlay = new Overlay({ store, latest: this.latest, maxEdits, waitMs });
    this.overlay.showRuns(() => this.#runs);
  }

  /** A device's reading is committed; returns its record. */
  reading(ds: number, t: number, r: number): number {
    const rec = ++this.#record;
    const certainty = this.latest.isFree(ds, t) ? CERTAINTY.free : CERTAINTY.open;
    this.latest.offer(ds, t, RESULT.number, r, r, 0, t, rec);
    const row = { ds, t, r, rec };
    this.rows.push(row);
    this.#runs = [...this.#runs, { ...batchOf([row]), certainty: Uint8Array.of(certainty) }];
    return rec;
  }

  edit(edits: readonly Edit[]): number {
    const batch = { rec: ++this.#record, edits };
    this.edits.push(batch);
    this.overlay.edited(batch);
    this.latest.edit(batch, Number.MAX_SAFE_INTEGER);
    return batch.rec;
  }

  put(ds: number, t: number, r: number, n: number, id: number, x: RowExtra | null = null): number {
    return this.edit([{ op: 'put', row: { ds, t, n, id, type: RESULT.number, r, q: 0, x } }]);
  }

  get last(): number {
    return this.#record;
  }

  /** Hands everything up to the record to the store. `turn`: awaited between the steps. */
  async move(upTo: number, turn: () => Promise<unknown> = async () => undefined): Promise<void> {
    const rows = this.rows.filter(({ rec }) => rec <= upTo);
    const edits = this.edits.filter(({ rec }) => rec <= upTo);
    this.overlay.writing(upTo);
    const { conflicts } = await this.store.write(batchOf(rows));
    await turn();
    await this.store.write(batchOf(conflicts.map(({ index }) => rows[index]!)), { mode: 'tie' });
    await turn();
    for (const batch of edits) {
      await this.store.edit([batch]);
      await turn();
    }
    this.rows = this.rows.filter(({ rec }) => rec > upTo);
    this.edits = this.edits.filter(({ rec }) => rec > upTo);
    this.#runs = this.#runs.filter((run) => run.rec[0]! > upTo);
    this.overlay.stored(upTo);
  }

  /** What should be seen now, by (ds, t, n). */
  async shown(): Promise<ReadRow[]> {
    const edits = this.edits.flatMap(({ rec, edits }) => edits.map((edit) => ({ rec, edit })));
    const dropped = new Set(edits.flatMap(({ edit }) => (edit.op === 'drop' ? [edit.ds] : [])));
    const removals = edits.flatMap(({ edit }) => (edit.op === 'remove' ? [edit] : []));
    const isGone = (row: { ds: number; t: number; n: number; rec: number }) =>
      dropped.has(row.ds) ||
      removals.some(
        (gone) =>
          gone.ds === row.ds &&
          gone.t === row.t &&
          gone.rec === row.rec &&
          (gone.n === undefined || sameOrigin({ n: gone.n, rec: gone.rec }, row)),
      );
    const puts = edits.flatMap(({ rec, edit }) => (edit.op === 'put' ? [{ ...edit.row, rec }] : []));
    const standing = puts.filter((put) => !isGone(put));
    const stored = (await scanAll(this.store)).filter(
      (row) =>
        !isGone(row) &&
        !standing.some((put) => put.ds === row.ds && put.t === row.t && (put.n === row.n || sameOrigin(put, row))),
    );
    const readings: ReadRow[] = [];
    for (const [i, row] of this.rows.entries()) {
      const beside = (other: { ds: number; t: number }) => other.ds === row.ds && other.t === row.t;
      const isAlone = !puts.some(beside) && !removals.some(beside) && !this.rows.slice(0, i).some(beside);
      if (!isAlone || dropped.has(row.ds) || (await this.store.occupied(row.ds, [row.t]))[0]) continue;
      readings.push({ ...row, n: 0, id: 0, type: RESULT.number, q: 0, x: '' });
    }
    const rows = [
      ...stored,
      ...standing.map((put) => ({ ...put, r: put.r ?? Number.NaN, x: put.x === null ? '' : JSON.stringify(put.x) })),
      ...readings,
    ];
    return rows.sort((a, b) => a.ds - b.ds || a.t - b.t || a.n - b.n);
  }
}

/** The answer to a query out of all rows. */
export function answer(rows: readonly ReadRow[], query: RangeQuery): ReadRow[] {
  const { datastreams, from, to, resultMin, resultMax, order, offset, limit } = query;
  const found = rows.filter(
    ({ ds, t, r, type }) =>
      (datastreams === null || datastreams.includes(ds)) &&
      (from === null || t >= from) &&
      (to === null || t < to) &&
      ((resultMin == null && resultMax == null) ||
        (type === RESULT.number && r >= (resultMin ?? -Infinity) && r <= (resultMax ?? Infinity))),
  );
  const sign = order.startsWith('-') ? -1 : 1;
  const byTime = order.endsWith('time');
  found.sort((a, b) => sign * ((byTime ? a.t - b.t || a.ds - b.ds : a.ds - b.ds || a.t - b.t) || a.n - b.n));
  return found.slice(offset, offset + limit);
}

/** A store whose scans read a few rows at a time and see what is written in between, as those of files do. */
export function slowScans(store: TimeseriesStore, turn: () => Promise<unknown>): TimeseriesStore {
  async function* scan(query: RangeQuery): AsyncGenerator<Rows> {
    let after: ReadRow | null = null;
    let { offset, limit } = query;
    while (limit > 0) {
      await turn();
      const all = answer(await scanAll(store, { ...everything }), { ...query, offset: 0, limit: Infinity });
      const rest: ReadRow[] = after === null ? all : all.filter((row) => isBehind(row, after!, query));
      const page: ReadRow[] = rest.slice(offset, offset + Math.min(3, limit));
      if (page.length === 0) return;
      offset = 0;
      limit -= page.length;
      after = page.at(-1)!;
      const columns = new Columns();
      for (const { ds, t, n, r, type, rec, q, id, x } of page)
        columns.push(ds, t, n, r, type, rec, q, id, x === '' ? null : x);
      yield columns.take();
    }
  }
  return new Proxy(store, {
    get(target, name) {
      if (name === 'scan') return scan;
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function isBehind(row: ReadRow, after: ReadRow, query: RangeQuery): boolean {
  const [first] = answer([row, after], { ...query, offset: 0, limit: 1 });
  return first === after && !(row.ds === after.ds && row.t === after.t && row.n === after.n);
}
