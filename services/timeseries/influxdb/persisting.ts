/** Changes go to InfluxDB, step by step [change.ts], and to the reader's thread. */

import { intervalEnd } from '../extra.ts';
import type { Row } from '../memory/row.ts';
import { Fault } from '../threads/fault.ts';
import type { ChangedRow, Changes } from './change.ts';
import { Deleting } from './deleting.ts';
import type { Where } from './generations.ts';
import { rowLine, seriesLine } from './lines.ts';
import { Loading } from './loading.ts';
import { type SeriesNames, safeNames } from './names.ts';
import { placesOf } from './pending.ts';
import type { FromWriter } from './reading/protocol.ts';
import { HOME, whereOf } from './schema.ts';
import type { Parcel } from './sending.ts';
import { type Session, seriesColumns } from './session.ts';

/** Lines for both policies, each with what it stands for. */
export class Outgoing<Meant> {
  readonly #lines: Record<Where, string[]> = { current: [], history: [] };
  readonly #meant: Record<Where, Meant[]> = { current: [], history: [] };

  add(where: Where, line: string, meant: Meant): void {
    this.#lines[where].push(line);
    this.#meant[where].push(meant);
  }

  get parcels(): Parcel[] {
    return (['current', 'history'] as const).map((where) => ({ where, lines: this.#lines[where] }));
  }

  meant(parcel: number, line: number): Meant {
    return this.#meant[parcel === 0 ? 'current' : 'history'][line]!;
  }
}

/** A row that InfluxDB refuses. */
export interface RefusedRow {
  readonly row: Row;
  readonly detail: string;
}

export class Persisting {
  readonly session: Session;
  readonly loading: Loading;
  readonly deleting: Deleting;
  readonly tell: (message: FromWriter) => void;
  readonly #names = new Map<number, SeriesNames | null>();
  #batch = 0;

  constructor(session: Session, say: (message: FromWriter) => void) {
    this.session = session;
    this.tell = say;
    this.loading = new Loading(session.requests, session.settings.options.influxdb);
    this.deleting = new Deleting(session, this.loading, say);
  }

  /** Told before the first row of a Datastream comes. */
  learn(names: readonly (readonly [ds: number, names: SeriesNames | null])[]): void {
    for (const [ds, given] of names) if (this.session.registry.get(ds) === undefined) this.#names.set(ds, given);
  }

  /** Series of Datastreams that have none stand in InfluxDB before their rows. */
  async register(streams: Iterable<number>): Promise<void> {
    const { registry } = this.session;
    const asked = [...streams].filter((ds) => !registry.dropped.has(ds));
    const unsure = asked.flatMap((ds) => registry.get(ds) ?? []).filter(({ sure }) => !sure);
    const found = asked.filter((ds) => registry.get(ds) === undefined);
    const names = found.map((ds) => safeNames(ds, this.#names.get(ds) ?? null));
    const lines = unsure.map((series) => seriesLine(series.ds, series.names));
    lines.push(...names.map((each, i) => seriesLine(found[i]!, each)));
    await this.marks(lines);
    for (const series of unsure) series.sure = true;
    if (found.length === 0) return;
    found.forEach((ds, i) => {
      registry.add(ds, names[i]!, true);
      this.#names.delete(ds);
    });
    this.tell({ kind: 'series', series: seriesColumns(found, names) });
  }

  /** Lines of the hub's own measurements. */
  async marks(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const [refused] = await this.session.send([{ where: HOME, lines }]);
    const [detail] = refused!.values();
    if (detail === undefined) return;
    throw new Fault(
      'store.missing',
      `InfluxDB refuses the hub's own points: ${detail}. Nothing is stored until it takes them.`,
    );
  }

  /** Runs what changes rows of these Datastreams; the reader knows when that begins and ends. */
  async during<T>(touched: Iterable<number>, work: () => Promise<T>): Promise<T> {
    const batch = this.begins();
    const streams = Int32Array.from(touched);
    try {
      return await work();
    } finally {
      this.ends(batch, addedOf([]), streams);
    }
  }

  begins(): number {
    this.tell({ kind: 'begins', batch: ++this.#batch });
    return this.#batch;
  }

  /** `touched`: Datastreams of which more has changed than what was added. */
  ends(batch: number, added: Added, touched: Int32Array): void {
    this.tell({ kind: 'ends', batch, added, touched });
  }

  /** All steps; resolves with the rows that InfluxDB refused. */
  async changes(changes: Changes): Promise<RefusedRow[]> {
    const { registry, pending } = this.session;
    for (const [ds, t] of changes.buried) registry.buried(ds, t);
    for (const { row } of [...changes.copies, ...changes.rows]) if (row.id !== 0) registry.ids.add(row.id);
    await this.marks(changes.marks);
    for (const point of changes.hidden) pending.add(point);
    if (changes.hidden.length > 0) this.tell({ kind: 'removed', places: placesOf(changes.hidden) });
    const refused = await this.rows(changes);
    await this.marks(changes.closing);
    for (const point of changes.covered) pending.delete(point);
    const restored = new Set(changes.restored);
    const gone = changes.covered.filter((point) => !restored.has(point));
    if (restored.size > 0) this.tell({ kind: 'restored', places: placesOf(changes.restored) });
    if (gone.length > 0) this.tell({ kind: 'gone', places: placesOf(gone) });
    if (changes.hidden.length > 0) this.deleting.wake();
    return refused;
  }

  /** Steps 2 and 3; resolves with the rows that InfluxDB refused. */
  async rows({ copies, rows }: Pick<Changes, 'copies' | 'rows'>): Promise<RefusedRow[]> {
    const refused = await this.#rows(copies);
    // a row is not written over while its copy is refused
    const kept = new Set(refused.map(({ row }) => `${row.ds}@${row.t}`));
    const isKept = ({ row }: ChangedRow) => kept.has(`${row.ds}@${row.t}`);
    for (const { row } of rows.filter(isKept)) {
      refused.push({ row, detail: 'The row that it takes the place of is refused.' });
    }
    refused.push(...(await this.#rows(rows.filter((changed) => !isKept(changed)))));
    return refused;
  }

  /** These Datastreams are gone for everybody who asks; their points follow. */
  dropped(streams: readonly number[]): void {
    for (const ds of streams) {
      this.session.registry.drop(ds, false);
      this.session.pending.drop(ds);
      this.#names.delete(ds);
    }
    this.tell({ kind: 'dropped', ds: Int32Array.from(streams) });
    this.deleting.wake();
  }

  /** The line of a row. */
  line({ row, slot, over }: ChangedRow): string {
    const { key, names } = this.session.registry.get(row.ds)!;
    return rowLine(key, row, slot, names.elements ?? null, over);
  }

  async #rows(rows: readonly ChangedRow[]): Promise<RefusedRow[]> {
    if (rows.length === 0) return [];
    const { current, registry } = this.session;
    const outgoing = new Outgoing<Row>();
    for (const changed of rows) {
      outgoing.add(whereOf(changed.row.t, current), this.line(changed), changed.row);
    }
    let refused: RefusedRow[];
    try {
      const results = await this.session.send(outgoing.parcels);
      refused = results.flatMap((lines, k) =>
        [...lines].map(([line, detail]) => ({ row: outgoing.meant(k, line), detail })),
      );
    } catch (error) {
      for (const { row } of rows) registry.reach(row.ds, row.t);
      throw error;
    }
    const out = new Set(refused.map(({ row }) => row));
    for (const { row, slot, over } of rows) {
      if (out.has(row) || over || slot !== row.n) registry.reach(row.ds, row.t);
      else registry.added(row);
    }
    return refused;
  }
}

/** Rows that were added, as the reader wants to know them. */
export interface Added {
  readonly ds: Int32Array;
  readonly t: Float64Array;
  /** End of the interval, else NaN. */
  readonly end: Float64Array;
}

export function addedOf(rows: Iterable<{ readonly ds: number; readonly t: number; readonly x: string | null }>): Added {
  const all = [...rows];
  return {
    ds: Int32Array.from(all, (row) => row.ds),
    t: Float64Array.from(all, (row) => row.t),
    end: Float64Array.from(all, (row) => intervalEnd(row.x) ?? Number.NaN),
  };
}
