/**
 * Everything of one store into another one: rows with their ids and tie numbers, tombstones, deleted Datastreams. A week at a
 * time and in it by Datastream, because both kinds of store keep weeks in files of their own, and what comes in the order of
 * their tables is written fastest. Every part can be done again without harm, so it goes on from its last position.
 */
import { CodedError } from '../model/index.ts';
import { Columns, type RangeQuery, type TimeseriesStore } from '../timeseries/index.ts';

/** What is done. Rows from this time on, and of the Datastreams from this one on, are not known to be copied. */
export interface CopyPosition {
  readonly phase: 'rows' | 'tombstones' | 'dropped' | 'done';
  /** Begin and end of the window under way, milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly ds: number;
  /** Rows placed so far. */
  readonly rows: number;
}

export interface CopyProgress {
  /** Rows placed so far, of about `totalRows`. */
  readonly rows: number;
  readonly totalRows: number;
  readonly tombstones: number;
}

export interface CopyPorts {
  readonly signal: AbortSignal;
  readonly told?: (progress: CopyProgress) => void;
  /** Where an earlier attempt came to; null: at the begin. */
  readonly position?: CopyPosition | null;
  /** Everything up to this position is durable in the target. */
  readonly reached?: (position: CopyPosition) => Promise<void>;
  /** Rows at a time. */
  readonly batchRows?: number;
}

const WEEK = 7 * 86_400_000;
/** Monday 1970-01-05, where the weeks of the stores begin. */
const MONDAY = 4 * 86_400_000;
/** Where there are no rows the steps grow up to this. */
const WIDEST = 520 * WEEK;
const BATCH_ROWS = 100_000;

/** Throws CodedError hub.busy when it is ended by its signal, and whatever the stores throw. */
export async function copyStore(
  source: TimeseriesStore,
  target: TimeseriesStore,
  ports: CopyPorts,
): Promise<CopyProgress> {
  return await new StoreCopy(source, target, ports).run();
}

class StoreCopy {
  readonly #source: TimeseriesStore;
  readonly #target: TimeseriesStore;
  readonly #ports: CopyPorts;
  #position: CopyPosition | null;
  #rows: number;
  #totalRows = 0;
  #tombstones = 0;

  constructor(source: TimeseriesStore, target: TimeseriesStore, ports: CopyPorts) {
    this.#source = source;
    this.#target = target;
    this.#ports = ports;
    this.#position = ports.position ?? null;
    this.#rows = this.#position?.rows ?? 0;
  }

  async run(): Promise<CopyProgress> {
    const phase = this.#position?.phase ?? 'rows';
    const known = await this.#source.extents(null);
    for (let i = 0; i < known.length; i++) this.#totalRows += known.count[i]!;
    if (phase === 'rows') await this.#copyRows(known);
    if (phase === 'rows' || phase === 'tombstones') await this.#copyTombstones();
    if (phase !== 'done') await this.#copyDropped();
    await this.#reach({ phase: 'done', from: 0, to: 0, ds: 0 });
    return this.#progress();
  }

  async #copyRows({ length, ds, firstTime, lastTime }: Awaited<ReturnType<TimeseriesStore['extents']>>): Promise<void> {
    if (length === 0) return;
    const dropped = new Set(await this.#source.dropped());
    const streams = Array.from({ length }, (_, i) => ds[i]!).filter((id) => !dropped.has(id));
    let first = Number.POSITIVE_INFINITY;
    let end = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < length; i++) {
      first = Math.min(first, firstTime[i]!);
      end = Math.max(end, lastTime[i]! + 1);
    }
    let resumed = this.#position;
    let width = WEEK;
    for (let from = resumed?.from ?? weekOf(first); from < end; ) {
      const to = resumed?.to ?? from + width;
      const behind = resumed?.ds ?? 0;
      resumed = null;
      const wanted = behind === 0 && dropped.size === 0 ? null : streams.filter((id) => id >= behind);
      const copied = await this.#copyWindow(wanted, from, to);
      // weeks without rows are passed over in longer and longer steps
      width = copied > 0 ? WEEK : Math.min(width * 2, WIDEST);
      from = to;
    }
  }

  /** Returns how many rows it had. */
  async #copyWindow(datastreams: number[] | null, from: number, to: number): Promise<number> {
    const { batchRows = BATCH_ROWS } = this.#ports;
    const query: RangeQuery = { datastreams, from, to, order: 'id', offset: 0, limit: Number.POSITIVE_INFINITY };
    let copied = 0;
    let batch = new Columns(batchRows);
    // one batch is written while the next one is read
    let writing: Promise<unknown> = Promise.resolve();
    const write = async (): Promise<void> => {
      await writing;
      const rows = batch.take();
      batch = new Columns(batchRows);
      writing = this.#target.place(rows).then(() => {
        this.#rows += rows.length;
        return this.#reach({ phase: 'rows', from, to, ds: rows.ds[rows.length - 1]! });
      });
      writing.catch(() => undefined);
    };
    for await (const rows of this.#source.scan(query)) {
      this.#checkSignal();
      for (let i = 0; i < rows.length; i++) batch.copy(rows, i);
      copied += rows.length;
      if (batch.length >= batchRows) await write();
    }
    if (batch.length > 0) await write();
    await writing;
    await this.#reach({ phase: 'rows', from: to, to: to + WEEK, ds: 0 });
    return copied;
  }

  async #copyTombstones(): Promise<void> {
    for await (const places of this.#source.tombstones(null)) {
      this.#checkSignal();
      await this.#target.bury(places);
      this.#tombstones += places.length;
      this.#ports.told?.(this.#progress());
    }
    await this.#reach({ phase: 'dropped', from: 0, to: 0, ds: 0 });
  }

  async #copyDropped(): Promise<void> {
    const dropped = await this.#source.dropped();
    if (dropped.length === 0) return;
    await this.#target.edit([{ rec: 0, edits: dropped.map((ds) => ({ op: 'drop', ds })) }]);
  }

  async #reach(position: Omit<CopyPosition, 'rows'>): Promise<void> {
    await this.#ports.reached?.({ ...position, rows: this.#rows });
    this.#ports.told?.(this.#progress());
  }

  #progress(): CopyProgress {
    return { rows: this.#rows, totalRows: this.#totalRows, tombstones: this.#tombstones };
  }

  #checkSignal(): void {
    if (this.#ports.signal.aborted) throw new CodedError('hub.busy', 'The copying was ended before it was complete.');
  }
}

function weekOf(t: number): number {
  return Math.floor((t - MONDAY) / WEEK) * WEEK + MONDAY;
}
