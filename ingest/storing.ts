/**
 * Rows and edits on their way into the store, rows first. One transaction at a time is under way; the next one gathers meanwhile. The checkpoint
 * moves only behind what is durable, so after a crash everything younger is read from the journal again.
 *
 * When the store cannot keep up (slow, down), rows leave memory: the hub goes on acknowledging and publishing, and `storing`
 * reads the journal again from where the store stands until it has caught up with the live end.
 */
import type { EditBatch, RowBatch } from '../services/model/index.ts';
import type { PendingRows, WriteReport } from '../services/timeseries/index.ts';
import { storeCheckpoint } from './checkpoint.ts';
import type { IngestCounters } from './counters.ts';
import type { Options } from './options.ts';
import type { IngestPorts } from './ports.ts';
import { BatchBuilder, pick } from './stages/batch.ts';
import { splitAtEdits } from './stages/behind-edits.ts';
import { findTies } from './stages/conflicts.ts';

/** Edits that cross to the store at once. */
const EDITS_AT_ONCE = 1000;

/** Reads the journal again and gives its rows; made by `pipeline.ts`, which owns the translators. */
export interface Replay {
  /** Translates the records from `from` on until the durable end, waiting for `room` in between; returns the last number. */
  run(from: number, rows: BatchBuilder, room: (upTo: number) => Promise<void>): Promise<number>;
  /** Told whenever the store has more, or has caught up. */
  stored(): void;
  /** These rows of a batch were there before, or had been removed: they are no rows of their own. */
  refused(batch: RowBatch, indexes: readonly number[]): void;
  /** The store takes nothing for now. */
  failed(): void;
}

export class Storing {
  private readonly ports: IngestPorts;
  private readonly options: Options;
  private readonly counters: IngestCounters;
  private readonly replay: Replay;
  private readonly rows = new BatchBuilder();
  /** Rows that the store is taking; null: none. */
  private underway: PendingRows | null = null;
  /** Live rows are taken only while this is true; otherwise `catchUp` brings them. */
  private live = false;
  /** Everything up to this record stands in `rows` or in the store. */
  private gathered = 0;
  private writing: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private catching: Promise<void> | null = null;
  private stopping = false;
  private lastWriteMs = 0;
  private failures = 0;
  private checkpoint = '';
  /** Everything up to this record is in the store; known from `open` on. */
  stored = 0;

  constructor(ports: IngestPorts, options: Options, counters: IngestCounters, replay: Replay) {
    this.ports = ports;
    this.options = options;
    this.counters = counters;
    this.replay = replay;
    ports.overlay.showRuns(() =>
      this.underway === null ? [this.rows.gathering] : [this.underway, this.rows.gathering],
    );
  }

  /** Learns how far this store has come. Ledger, journal and store have been started before. */
  open(): void {
    const { ledger, journal, overlay, store } = this.ports;
    this.checkpoint = storeCheckpoint(store);
    // a journal that was lost counts anew
    this.stored = Math.min(ledger.checkpoint(this.checkpoint), journal.last);
    overlay.stored(this.stored);
  }

  /** Begins with what the journal has beyond the checkpoint, in the background. `from`: an earlier record for other readers. */
  start(from: number): void {
    this.gathered = Math.min(from, this.stored + 1) - 1;
    this.beginCatchUp();
  }

  /** Writes what is gathered and stops; what the store does not take now is taken at the next start. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    await this.catching;
    if (this.failures === 0) {
      while (this.waits && this.failures === 0) await this.write();
    }
    await this.writing;
  }

  /** Records that the store has not taken yet. */
  get behind(): number {
    return Math.max(0, this.ports.journal.last - this.stored);
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  get isLive(): boolean {
    return this.live;
  }

  /** Does the store take what it is given? */
  get works(): boolean {
    return this.failures === 0;
  }

  /** The rows of a committed group follow, up to this record. False: they are not wanted now. */
  wants(): boolean {
    if (this.live && this.rows.length > this.options.pendingRows) {
      this.live = false;
      this.ports.events?.fellBehind?.(this.gathered + 1);
      this.beginCatchUp();
    }
    return this.live;
  }

  add(
    ds: number,
    t: number,
    type: number,
    r: number,
    text: string | null,
    q: number,
    rec: number,
    certainty: number,
  ): void {
    this.rows.add(ds, t, type, r, text, q, rec, certainty);
  }

  /** All rows up to this record have been added. */
  gatheredUpTo(record: number): void {
    this.gathered = record;
    this.schedule();
  }

  /**
   * Writes rows that stand outside the journal's order (dead letters decoded after all), and waits until they are stored.
   * True: each of them is a row now; false: some were there before, or had been removed.
   */
  async writeAside(rows: BatchBuilder): Promise<boolean> {
    if (rows.length === 0) return true;
    const batch = rows.take();
    let added = 0;
    const write = async () => {
      added = await this.writeRows(batch);
    };
    while (!(await this.attempt(write)))
      if (this.stopping) throw new Error('the hub stops before the store took these rows');
    return added === batch.length;
  }

  private beginCatchUp(): void {
    if (this.catching !== null || this.stopping) return;
    this.catching = this.catchUp()
      .catch((error) => this.ports.events?.failed?.(error))
      .finally(() => {
        this.catching = null;
        if (!this.live && !this.stopping) this.beginCatchUp();
      });
  }

  private async catchUp(): Promise<void> {
    const began = performance.now();
    const first = this.gathered + 1;
    for (;;) {
      const room = async (upTo: number): Promise<void> => {
        this.gathered = upTo;
        this.schedule();
        while (this.rows.length > this.options.pendingRows / 2 && !this.stopping) await this.write();
      };
      const last = await this.replay.run(this.gathered + 1, this.rows, room);
      this.gathered = Math.max(this.gathered, last);
      if (this.stopping) return;
      // nothing came in while this turn of the event loop looks: from here on live rows follow without a gap
      if (this.ports.journal.last <= this.gathered) break;
    }
    this.live = true;
    const reached = this.gathered;
    if (reached < first) {
      this.schedule();
      return;
    }
    // only what the store has is caught up
    while (this.stored < reached && !this.stopping) await this.write();
    this.replay.stored();
    if (!this.stopping) this.ports.events?.caughtUp?.(reached - first + 1, performance.now() - began);
  }

  private schedule(): void {
    if (this.timer !== null || this.writing !== null || this.stopping) return;
    if (!this.waits) {
      this.advance(this.gathered);
      return;
    }
    // a writer that is busy a fifth of the time makes its transactions large enough to be cheap
    const wait = Math.min(this.options.commitMaxMs, Math.max(this.options.commitMs, this.lastWriteMs * 4));
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.write();
    }, wait);
  }

  private write(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.writing ??= this.writeOnce().finally(() => {
      this.writing = null;
      this.schedule();
    });
    return this.writing;
  }

  /** Does anything wait for the store, of the records that are gathered? */
  private get waits(): boolean {
    return this.rows.length > 0 || this.ports.overlay.editsUpTo(this.gathered).length > 0;
  }

  private async writeOnce(): Promise<void> {
    const { overlay, store } = this.ports;
    const upTo = this.gathered;
    if (!this.waits) {
      this.advance(upTo);
      return;
    }
    const batch = this.rows.take();
    this.underway = batch;
    overlay.writing(upTo);
    const began = performance.now();
    const edits = overlay.editsUpTo(upTo);
    const { before, behind } = splitAtEdits(batch, edits);
    const steps = [() => this.writeRows(before)] as (() => Promise<unknown>)[];
    // an edit may be of a row that comes with this batch
    for (const part of inParts(edits)) steps.push(() => store.edit(part));
    if (behind !== null) steps.push(() => this.writeRows(behind));
    for (const step of steps) while (!(await this.attempt(step))) if (this.stopping) return;
    this.lastWriteMs = performance.now() - began;
    await overlay.release(upTo);
    this.underway = null;
    this.advance(upTo);
  }

  private async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      if (this.failures > 0) this.ports.events?.storeWorks?.();
      this.failures = 0;
      this.ports.overlay.trouble(null);
      return true;
    } catch (error) {
      this.failures += 1;
      this.ports.overlay.trouble(error as Error);
      this.replay.failed();
      const waitMs = Math.min(100 * 2 ** this.failures, 10_000);
      this.ports.events?.storeFailed?.(error as Error, waitMs);
      if (!this.stopping) await new Promise((resolve) => setTimeout(resolve, waitMs));
      return false;
    }
  }

  /** Returns how many of them are new rows of the store. */
  private async writeRows(batch: RowBatch): Promise<number> {
    if (batch.length === 0) return 0;
    const report = await this.ports.store.write(batch);
    return report.inserted + (await this.settle(batch, report));
  }

  /** Returns how many further readings of their instants were stored. */
  private async settle(batch: RowBatch, report: WriteReport): Promise<number> {
    const { journal, store } = this.ports;
    this.counters.replayed += report.replayed;
    if (report.conflicts.length === 0) return 0;
    const sources = new Map(this.ports.sources.map((source) => [source.id, source]));
    const ties = await findTies({ journal, sources }, batch, report.conflicts);
    this.counters.repeated += report.conflicts.length - ties.length;
    const further = new Set(ties);
    const refused = report.conflicts.map(({ index }) => index).filter((index) => !further.has(index));
    if (refused.length > 0) this.replay.refused(batch, refused);
    if (ties.length === 0) return 0;
    const tied = await store.write(pick(batch, ties), { mode: 'tie' });
    this.counters.ties += tied.inserted;
    this.counters.replayed += tied.replayed;
    return tied.inserted;
  }

  private advance(record: number): void {
    this.ports.overlay.stored(Math.max(record, this.stored));
    if (record > this.stored) {
      this.stored = record;
      this.ports.ledger.setCheckpoint(this.checkpoint, record);
    }
    this.replay.stored();
  }
}

/** Edits in their order, a few records or a part of one at a time: the main thread copies them for the store's. */
function* inParts(batches: readonly EditBatch[]): Generator<EditBatch[]> {
  let part: EditBatch[] = [];
  let size = 0;
  for (const { rec, edits } of batches) {
    for (let from = 0; from < edits.length; ) {
      const some = edits.slice(from, from + EDITS_AT_ONCE - size);
      part.push({ rec, edits: some });
      from += some.length;
      size += some.length;
      if (size < EDITS_AT_ONCE) continue;
      yield part;
      part = [];
      size = 0;
    }
  }
  if (part.length > 0) yield part;
}
