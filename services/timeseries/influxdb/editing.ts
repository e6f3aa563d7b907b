/**
 * Edits of the API, rows that are read differently now, and rows that come from another store: what stands at their instants is
 * loaded, changed by the memory adapter's rules, and what is different goes out [change.ts].
 */
import type { EditBatch } from '../../model/index.ts';
import { Columns, type PlainRows } from '../columns.ts';
import { Editing as MemoryEditing } from '../memory/editing.ts';
import { Placing } from '../memory/placing.ts';
import { Revising } from '../memory/revising.ts';
import type { Row } from '../memory/row.ts';
import { copyOfPlaces, type PlainPlaces } from '../places.ts';
import type { RejectedEdit } from '../port.ts';
import { RefusedPuts } from '../refused-puts.ts';
import { Fault } from '../threads/fault.ts';
import { touchesInstants } from './barrier.ts';
import { type ChangedRow, type Changes, changesOf, holderLines, type Memory, memoryOf } from './change.ts';
import { droppedLine, type Holder } from './lines.ts';
import { Moving, stepsOf } from './moving.ts';
import type { Persisting, RefusedRow } from './persisting.ts';
import { slotFor } from './slots.ts';

/** So many edits, rows or places share their look-ups and requests; then others get their turn. */
const STEP = 1000;

type Wanted = Map<number, Set<number>>;

/** Rows that must be taken before anything else of a change is done. */
interface Tried {
  rows(changes: Changes): Pick<Changes, 'copies' | 'rows'>;
  /** The change is computed anew without them. False: it is the same without them. */
  refused(rows: readonly RefusedRow[]): boolean;
}

export class Editing {
  readonly #persisting: Persisting;

  constructor(persisting: Persisting) {
    this.#persisting = persisting;
  }

  /** Yields between steps that are durable. */
  async *edit(batches: readonly EditBatch[]): AsyncGenerator<void, readonly RejectedEdit[]> {
    const rejected: RejectedEdit[] = [];
    const puts = new RefusedPuts();
    for (const [i, step] of stepsOf(batches, STEP).entries()) {
      if (i > 0) yield;
      rejected.push(...(await this.#edit(new Moving(step, puts))));
    }
    return rejected;
  }

  async *revise(set: PlainRows, remove: PlainPlaces): AsyncGenerator<void, { changed: number; removed: number }> {
    const total = { changed: 0, removed: 0 };
    const none = { set: sliceOf(set, 0, 0), remove: copyOfPlaces(remove, 0, 0) };
    const parts = [
      ...pieces(set.length).map(([from, to]) => ({ ...none, set: sliceOf(set, from, to) })),
      ...pieces(remove.length).map(([from, to]) => ({ ...none, remove: copyOfPlaces(remove, from, to - from) })),
    ];
    for (const part of parts) {
      const wanted: Wanted = new Map();
      for (const places of [part.set, part.remove])
        for (let i = 0; i < places.length; i++) want(wanted, places.ds[i]!, places.t[i]!);
      const { result, refused } = await this.#change(wanted, [], ({ streams, ids }) =>
        new Revising(streams, ids).revise(part),
      );
      if (refused.length > 0) throw refusal(refused);
      total.changed += result.changed;
      total.removed += result.removed;
      yield;
    }
    return total;
  }

  /** Rows as they stand in another store. Those behind everything that their Datastream has go straight out. */
  async *place(rows: PlainRows): AsyncGenerator<void, void> {
    const { session } = this.#persisting;
    await session.ensure();
    await this.#persisting.register(new Set(rows.ds));
    const { registry } = session;
    const wanted: Wanted = new Map();
    const high = new Map<number, number>();
    for (let i = 0; i < rows.length; i++) {
      const [ds, t] = [rows.ds[i]!, rows.t[i]!];
      const series = registry.get(ds);
      if (series === undefined) continue;
      const last = high.get(ds) ?? series.high;
      if (t > last || t < Math.min(series.low, last)) high.set(ds, Math.max(t, last));
      else want(wanted, ds, t);
    }
    const straight: ChangedRow[] = [];
    const slow = new Columns(16);
    for (let i = 0; i < rows.length; i++) {
      const [ds, t, n] = [rows.ds[i]!, rows.t[i]!, rows.n[i]!];
      if (registry.get(ds) === undefined) continue;
      if (wanted.get(ds)?.has(t) === true) slow.copy(rows, i);
      else straight.push({ row: rowAt(rows, i), slot: slotFor(n, new Map()), over: false });
    }
    const marks = straight.flatMap(({ row }) => holderLines(row));
    const all: Wanted = new Map();
    for (const { row } of straight) want(all, row.ds, row.t);
    const refused = await this.#persisting.deleting.beside(touchesInstants(all), () =>
      this.#persisting.during(all.keys(), () => this.#persisting.changes({ ...NOTHING, marks, rows: straight })),
    );
    if (slow.length > 0) {
      const plain = slow.take();
      const changed = await this.#change(wanted, [], ({ streams, ids }) =>
        new Placing(streams, ids, new Set()).place(plain),
      );
      refused.push(...changed.refused);
    }
    if (refused.length > 0) throw refusal(refused);
  }

  async *bury(places: PlainPlaces): AsyncGenerator<void, void> {
    for (const [from, to] of pieces(places.length)) {
      const part = copyOfPlaces(places, from, to - from);
      const wanted: Wanted = new Map();
      for (let i = 0; i < part.length; i++) want(wanted, part.ds[i]!, part.t[i]!);
      await this.#change(wanted, [], ({ streams, ids }) =>
        new Placing(streams, ids, this.#persisting.session.registry.dropped).bury(part),
      );
      yield;
    }
  }

  async #edit(moving: Moving): Promise<RejectedEdit[]> {
    const persisting = this.#persisting;
    const { session } = persisting;
    await session.ensure();
    const { registry } = session;
    const { edits } = moving;
    const drops = new Set(edits.flatMap(({ edit }) => (edit.op === 'drop' ? [edit.ds] : [])));
    const wanted: Wanted = new Map();
    const news = new Set<number>();
    for (const { edit } of edits) {
      if (edit.op === 'drop') continue;
      const { ds, t } = edit.op === 'put' ? edit.row : edit;
      // what is put into a Datastream that goes now is of no use to anybody
      if (registry.dropped.has(ds) || drops.has(ds)) continue;
      want(wanted, ds, t);
      if (edit.op === 'put') news.add(ds);
    }
    const fresh = [...drops].filter((ds) => !registry.dropped.has(ds));
    const gone = new Set([...registry.dropped, ...drops]);
    // those that are known, too: they may stand in the server's memory alone
    const lines = [...drops].map((ds) => droppedLine(ds, registry.dropped.has(ds) && !registry.dropping.has(ds)));
    const { refused } = await this.#change(
      wanted,
      lines,
      ({ streams, ids }) => {
        const editing = new MemoryEditing(streams, ids, gone);
        for (const { edit, rec } of moving.left()) if (edit.op !== 'drop') editing.apply(edit, rec);
      },
      news,
      moving,
    );
    if (fresh.length > 0) persisting.dropped(fresh);
    return [...moving.rejected, ...moving.blame(refused)];
  }

  /** `lines`: further ones of the hub's own. `news`: Datastreams that may get their first row. */
  async #change<T>(
    wanted: Wanted,
    lines: readonly string[],
    work: (memory: Memory) => T,
    news: Iterable<number> = [],
    tried: Tried | null = null,
  ): Promise<{ result: T; refused: RefusedRow[] }> {
    const persisting = this.#persisting;
    const { session, loading, deleting } = persisting;
    await session.ensure();
    await session.connection.lateWrites.settled();
    await deleting.room();
    await persisting.register(news);
    const done = await deleting.beside(touchesInstants(wanted), async () => {
      const { registry, current, connection } = session;
      const instants = await loading.instants(wanted, registry, current, connection.dialect);
      const holders = new Map<number, Holder | null>();
      const compute = async (): Promise<{ result: T; changes: Changes }> => {
        for (;;) {
          const memory = memoryOf(instants, holders);
          const result = work(memory);
          const unknown = [...memory.ids.unknown];
          const found = unknown.length === 0 ? null : await loading.holders(unknown, registry.ids, connection.dialect);
          if (found === null || found.size === 0)
            return { result, changes: changesOf(instants, memory, registry.dropped, () => true) };
          for (const id of unknown) {
            const holder = found.get(id);
            holders.set(id, holder === undefined || registry.dropped.has(holder.ds) ? null : holder);
          }
        }
      };
      return persisting.during(wanted.keys(), async () => {
        let { result, changes } = await compute();
        const first = tried?.rows(changes) ?? NOTHING;
        const refusedFirst = await persisting.rows(first);
        if (refusedFirst.length > 0 && tried?.refused(refusedFirst) === true) ({ result, changes } = await compute());
        else changes = without(changes, first);
        const all = { ...changes, marks: [...lines, ...changes.marks] };
        return { result, refused: await persisting.changes(all) };
      });
    });
    deleting.wake();
    return done;
  }
}

const NOTHING: Changes = {
  marks: [],
  copies: [],
  rows: [],
  closing: [],
  hidden: [],
  covered: [],
  restored: [],
  buried: [],
  standing: new Set(),
};

/** What has gone out already is not written once more. */
function without(changes: Changes, { copies, rows }: Pick<Changes, 'copies' | 'rows'>): Changes {
  const done = new Set([...copies, ...rows]);
  if (done.size === 0) return changes;
  const isLeft = (changed: ChangedRow) => !done.has(changed);
  return { ...changes, copies: changes.copies.filter(isLeft), rows: changes.rows.filter(isLeft) };
}

function want(wanted: Wanted, ds: number, t: number): void {
  const times = wanted.get(ds);
  if (times === undefined) wanted.set(ds, new Set([t]));
  else times.add(t);
}

function pieces(length: number): [from: number, to: number][] {
  return Array.from({ length: Math.ceil(length / STEP) }, (_, k) => [k * STEP, Math.min(length, (k + 1) * STEP)]);
}

function rowAt(rows: PlainRows, i: number): Row {
  const type = rows.type[i]!;
  const r = type <= 1 ? rows.r[i]! + 0 : Number.NaN;
  const [ds, t, n, rec, q, id] = [rows.ds[i]!, rows.t[i]!, rows.n[i]!, rows.rec[i]!, rows.q[i]!, rows.id[i]!];
  return { ds, t, n, r, type, rec, q, id, x: rows.x.get(i) ?? null };
}

function sliceOf(rows: PlainRows, from: number, to: number): PlainRows {
  const part = new Columns(Math.max(1, to - from));
  for (let i = from; i < to; i++) part.copy(rows, i);
  return part.take();
}

function refusal(refused: readonly RefusedRow[]): Fault {
  const [{ row, detail }] = refused as [RefusedRow];
  return new Fault(
    'store.rejected',
    `InfluxDB refuses ${refused.length} rows, the first one of Datastream ${row.ds} at ${new Date(row.t).toISOString()}: ${detail}`,
  );
}
