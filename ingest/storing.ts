/**
 * Rows and edits on their way into the store, rows first. One transaction at a time is under way; the next one gathers
 * meanwhile. The checkpoint moves only behind what is durable, so after a crash everything younger is read from the journal
 * again.
 *
 * When the store cannot keep up (slow, down), rows leave memory: the hub goes on acknowledging and publishing, and `storing`
 * reads the journal again from where the store stands until it has caught up with the live end. So it does when another
 * store stands in the place of the one that it knew.
 */
import type { PendingRows } from '../services/timeseries/index.ts';
import { STORE_CHECKPOINTS, storeCheckpoint } from './checkpoint.ts';
import type { IngestCounters } from './counters.ts';
import type { Options } from './options.ts';
import type { IngestPorts } from './ports.ts';
import { BatchBuilder, pick } from './stages/batch.ts';
import { splitAtEdits } from './stages/behind-edits.ts';
import { inParts } from './store/edit-parts.ts';
import { Episode } from './store/episode.ts';
import { type StoreInTurn, storeInTurn } from './store/in-turn.ts';
import { Lag } from './store/lag.ts';
import { StoreLink } from './store/link.ts';
import type { Replay, Turn } from './store/replay.ts';
import { Turns } from './store/turns.ts';
import { StoreWriter } from './store/writer.ts';

/** Rows that cross to the store at once: the main thread copies them for the store's. */
const ROWS_AT_ONCE = 1 << 16;
/** After a defect, so that it does not fill a processor. */
const DEFECT_WAIT_MS = 1000;

export class Storing {
  private readonly ports: IngestPorts;
  private readonly options: Options;
  private readonly replay: Replay;
  private readonly link: StoreLink;
  private readonly writer: StoreWriter;
  private readonly figures: Lag;
  private readonly rows = new BatchBuilder(ROWS_AT_ONCE);
  /** Rows that the store is taking; null: none. */
  private underway: PendingRows | null = null;
  /** Live rows are taken only while this is true; otherwise `catchUp` brings them. */
  private live = false;
  /** Everything up to this record stands in `rows` or in the store. */
  private gathered = 0;
  /** Edits that the journal brought into the overlay since the last write. */
  private readEdits = 0;
  private writing: Promise<void> | null = null;
  /** Everything that is done to the store goes one after another, so that the ties of an instant have one order. */
  private readonly turns = new Turns();
  /** The change of rows that was made last. */
  private revision: Promise<unknown> = Promise.resolve();
  /** For what others write. */
  readonly inTurn: StoreInTurn;
  private timer: NodeJS.Timeout | null = null;
  private catching: Promise<void> | null = null;
  private stopping = false;
  private lastWriteMs = 0;
  private checkpoint = '';
  private readonly episode: Episode;
  /** Counts the stores that this hub has had. */
  private generation = 0;
  /** Everything up to this record is in the store; known from `open` on. */
  stored = 0;

  constructor(ports: IngestPorts, options: Options, counters: IngestCounters, replay: Replay) {
    this.ports = ports;
    this.options = options;
    this.replay = replay;
    const { clock, events = {}, overlay, journal } = ports;
    this.link = new StoreLink({
      clock,
      events,
      maxWaitMs: options.storeWaitMs,
      stoppedMs: options.storeStoppedMs,
      isAnother: () => this.isAnother,
      isAway: () => ports.store.trouble?.isAway === true,
      trouble: (error) => {
        overlay.trouble(error);
        if (error === null) {
          this.figures.works();
          this.nearer();
        } else {
          this.behindAgain();
          replay.failed();
        }
      },
    });
    this.writer = new StoreWriter({
      ...ports,
      counters,
      isSuspicious: () => this.link.isSuspicious,
      waiting: () => {
        const gathering = this.rows.gathering[0] as PendingRows;
        return pick(gathering, gathering.length === 0 ? [] : [0]);
      },
      refused: (batch, indexes) => replay.refused(batch, indexes),
      refusedEdits: (edits) => replay.refusedEdits(edits),
    });
    this.inTurn = storeInTurn({
      store: ports.store,
      turns: this.turns,
      counters,
      keeping: ports.keeping,
      frozen: ports.frozen,
      revising: (work) => {
        this.writer.forget();
        this.revision = work;
      },
      editing: (batches) => this.writer.again(batches),
    });
    this.episode = new Episode({
      stored: () => this.stored,
      ended: (records, milliseconds) => {
        if (!this.stopping) events.caughtUp?.(records, milliseconds);
      },
    });
    this.figures = new Lag({
      clock,
      link: this.link,
      last: () => journal.last,
      stored: () => this.stored,
      isCaughtUp: () => this.episode.isOver,
      lateMs: options.storeLateMs,
    });
    overlay.showRuns(() => (this.underway === null ? this.rows.gathering : [this.underway, ...this.rows.gathering]));
  }

  /** Learns how far this store has come. Ledger, journal and store have been started before. */
  open(): void {
    const { ledger, journal, overlay, store } = this.ports;
    this.checkpoint = storeCheckpoint(store);
    // a journal that was lost, or its end, gives these numbers again
    ledger.lowerCheckpoints(STORE_CHECKPOINTS, journal.last);
    this.stored = ledger.checkpoint(this.checkpoint);
    overlay.reopened(this.stored);
  }

  /** Begins with what the journal has beyond the checkpoint, in the background. `from`: an earlier record for other readers. */
  start(from: number): void {
    this.gathered = Math.min(from, this.stored + 1) - 1;
    this.behindAgain();
    this.beginCatchUp();
  }

  /** No attempt follows the one that is under way. */
  end(): void {
    this.stopping = true;
    this.link.close();
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** Writes what is gathered and stops; what the store does not take in time is taken at the next start. */
  async stop(): Promise<void> {
    this.end();
    await this.catching;
    while (this.waits && this.link.works) await this.write();
    await this.writing;
  }

  /** Records that the store has not taken yet. */
  get behind(): number {
    return Math.max(0, this.ports.journal.last - this.stored);
  }

  get lag() {
    return this.figures.report();
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  get isLive(): boolean {
    return this.live;
  }

  /** Does the store take what it is given? */
  get works(): boolean {
    return this.link.works;
  }

  /** The rows of a committed group follow, up to this record. False: they are not wanted now. */
  wants(): boolean {
    if (this.live && this.rows.length + (this.underway?.length ?? 0) > this.options.pendingRows) {
      this.live = false;
      if (this.episode.isOver) this.ports.events?.fellBehind?.(this.gathered + 1);
      this.behindAgain();
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

  /** This record is durable; the store lacks it. `at`: its receipt. */
  accepted(record: number, at: number): void {
    this.figures.note(record, at);
  }

  /** Resolves when everything that waits for the store now has ended there: what comes later asks anew what is kept. */
  underWay(): Promise<void> {
    return this.turns.take(async () => undefined);
  }

  /** Resolves when no rows are being changed or removed that messages read again yield differently. */
  async revised(): Promise<void> {
    await this.revision.catch(() => undefined);
  }

  /** A store that was replaced while nothing was written is noticed here. */
  look(): void {
    if (!this.stopping && this.isAnother) void this.turns.take(async () => this.isAnother && this.reopen(true));
  }

  private get isAnother(): boolean {
    return storeCheckpoint(this.ports.store) !== this.checkpoint;
  }

  private beginCatchUp(): void {
    if (this.catching !== null || this.stopping) return;
    this.catching = this.catchUp()
      .catch((error) => {
        this.ports.events?.failed?.(error);
        // a disk that cannot be read now must not be asked in a circle
        return this.link.wait(DEFECT_WAIT_MS);
      })
      .finally(() => {
        this.catching = null;
        if (!this.live && !this.stopping) this.beginCatchUp();
      });
  }

  private async catchUp(): Promise<void> {
    for (;;) {
      const { generation } = this;
      const isOver = () => this.stopping || this.generation !== generation;
      const turn: Turn = {
        rows: this.rows,
        isOver,
        added: (upTo, at, edits) => {
          if (upTo <= this.gathered || isOver()) return;
          this.gathered = upTo;
          this.readEdits += edits;
          if (upTo > this.stored) this.figures.note(upTo, at);
          this.schedule();
        },
        isFull: () => this.isFull,
        room: async () => {
          while (this.isFull && !isOver()) await this.write();
        },
      };
      const last = await this.replay.run(this.gathered + 1, turn);
      if (this.stopping) return;
      if (this.generation !== generation) continue;
      this.gathered = Math.max(this.gathered, last);
      // nothing came in while this turn of the event loop looks: from here on live rows follow without a gap
      if (this.ports.journal.last <= this.gathered) break;
    }
    this.live = true;
    this.nearer();
    this.schedule();
  }

  private get isFull(): boolean {
    const { pendingRows, pendingEdits } = this.options;
    return this.rows.length > pendingRows / 2 || this.readEdits > pendingEdits / 4;
  }

  private schedule(): void {
    if (this.timer !== null || this.writing !== null || this.stopping) return;
    if (!this.waits) {
      this.advance(this.gathered);
      return;
    }
    const { commitMs, commitMaxMs } = this.options;
    // a writer that is busy a fifth of the time makes its transactions large enough to be cheap; behind, it has no rest
    const calm = this.live ? Math.min(commitMaxMs, Math.max(commitMs, this.lastWriteMs * 4)) : commitMs;
    const wait = this.rows.hasFull ? 0 : calm;
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.write();
    }, wait);
  }

  private write(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.writing ??= this.turns
      .take(() => this.writeOnce())
      .catch(async (error) => {
        this.ports.events?.failed?.(error);
        await this.link.wait(DEFECT_WAIT_MS);
        await this.turns.take(() => this.reopen(false));
      })
      .finally(() => {
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
    const { overlay } = this.ports;
    const { writer } = this;
    if (!this.waits) {
      this.advance(this.gathered);
      return;
    }
    const batch = this.rows.take();
    // of the last record further rows may wait
    const upTo = this.rows.length > 0 ? (batch.rec[batch.length - 1] as number) - 1 : this.gathered;
    this.underway = batch;
    this.readEdits = 0;
    overlay.writing(upTo);
    const began = performance.now();
    const rows = await writer.kept(batch);
    const edits = writer.keptEdits(overlay.editsUpTo(upTo));
    const { before, behind } = splitAtEdits(
      rows,
      edits.map(({ batch: kept }) => kept),
    );
    const steps: (() => Promise<unknown>)[] = [];
    if (before.length > 0) steps.push(() => writer.rows(before));
    // an edit may be of a row that comes with this batch
    for (const part of inParts(edits)) steps.push(() => writer.edits(part));
    if (behind !== null) steps.push(() => writer.rows(behind));
    for (const step of steps) if (!(await this.insist(step))) return;
    this.lastWriteMs = performance.now() - began;
    await overlay.release(upTo);
    this.underway = null;
    this.advance(upTo);
  }

  /** Tries until it works. False: the hub stops, or another store stands there now. */
  private async insist(work: () => Promise<unknown>): Promise<boolean> {
    for (;;) {
      // a reader may have been told of it first; what was written went to the one or the other
      const outcome = this.isAnother ? 'replaced' : await this.link.attempt(work);
      if (outcome === 'replaced' || this.isAnother) {
        await this.reopen(true);
        return false;
      }
      if (outcome === 'done') return true;
      if (this.stopping) return false;
    }
  }

  /** Forgets what is on its way and begins where the store that stands there now needs it. */
  private async reopen(replaced: boolean): Promise<void> {
    this.generation++;
    this.live = false;
    this.underway = null;
    this.rows.clear();
    this.open();
    this.gathered = this.stored;
    this.behindAgain();
    if (replaced) this.ports.events?.storeReplaced?.(this.behind);
    this.replay.failed();
    await this.replay.replaced().catch((error) => this.ports.events?.failed?.(error));
    this.beginCatchUp();
  }

  private advance(record: number): void {
    this.ports.overlay.stored(Math.max(record, this.stored));
    if (record > this.stored) {
      this.stored = record;
      this.ports.ledger.setCheckpoint(this.checkpoint, record);
    }
    this.nearer();
    this.replay.stored();
  }

  private behindAgain(): void {
    this.episode.begin();
    this.figures.changed();
  }

  /** The store has more, works again, or the journal's end has been read. */
  private nearer(): void {
    if (this.live && this.link.works) this.episode.nearer(this.gathered);
    this.figures.changed();
  }
}
