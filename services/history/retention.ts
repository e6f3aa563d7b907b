/**
 * Looks now and then for what is due and removes it [docs/semantics.md, What is kept]: Observations in the store a week at a
 * time, messages in closed segments of the journal. Between two steps a freeze can come; what it covers stays from then on.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { type Clock, CodedError } from '../model/index.ts';
import type { CatalogueReader } from '../registry/index.ts';
import type { LatestReader, TimeseriesStore } from '../timeseries/index.ts';
import type { Cleaning, FrameReport } from './cleaning.ts';
import type { Leftovers } from './leftovers.ts';
import type { Options } from './options.ts';
import { DAY_MS, type RetentionPolicies } from './policies.ts';
import { Left, Step } from './step.ts';

export interface RetentionPorts {
  readonly policies: RetentionPolicies;
  readonly catalogue: Pick<CatalogueReader, 'set'>;
  readonly store: Pick<TimeseriesStore, 'expire' | 'capabilities'>;
  readonly latest: Pick<LatestReader, 'extent'>;
  readonly cleaning: Cleaning;
  readonly leftovers: Leftovers;
  /** Rows have gone: latest values and extents that named them are asked again. */
  readonly expired: (datastreams: readonly number[], from: number | null, before: number) => Promise<void>;
  readonly clock: Clock;
  readonly options: Pick<Options, 'everyMinutes'>;
  readonly events?: RetentionEvents;
}

export interface RetentionEvents {
  rows?(count: number): void;
  frames?(report: FrameReport): void;
  /** Messages that orders of erasure cover, and that a freeze had held or that came later. */
  leftovers?(report: FrameReport): void;
  /** A run has ended that removed something. */
  removed?(rows: number, messages: number): void;
  failed?(error: unknown): void;
  /** What this store can't remove; said once. */
  unsupported?(reason: string): void;
}

export interface RunReport {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly rows: number;
  readonly frames: FrameReport;
  /** Why it did not come to its end; null: it did. */
  readonly failure: string | null;
}

/** Of rows so much time goes at once: a freeze waits for no more than that. */
const STEP = 7 * DAY_MS;
const AT_ONCE = 5000;

export class Retention {
  readonly #ports: RetentionPorts;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<RunReport> | null = null;
  readonly #step = new Step();
  #stopping = false;
  #saidUnsupported = false;
  #last: RunReport | null = null;

  constructor(ports: RetentionPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer = setInterval(() => void this.run(), this.#ports.options.everyMinutes * 60_000).unref();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#step.stop();
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  /** The last run that has ended; null: none has, since the start. */
  get last(): RunReport | null {
    return this.#last;
  }

  /** Resolves when nothing is being removed that was decided before. */
  async settled(): Promise<void> {
    const { cleaning, leftovers } = this.#ports;
    await Promise.all([this.#step.settled(), cleaning.settled(), leftovers.settled()]);
  }

  /** Removes what is due now. Never rejects. */
  run(): Promise<RunReport> {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #run(): Promise<RunReport> {
    const { clock, cleaning, leftovers, events } = this.#ports;
    let rows = 0;
    let frames: FrameReport = { records: 0, contentBytes: 0, fileBytes: 0 };
    let failure: string | null = null;
    try {
      for await (const gone of this.#expireRows()) {
        rows += gone;
        if (gone > 0) events?.rows?.(gone);
      }
      if (!this.#stopping) {
        const late = await leftovers.run(() => this.#stopping);
        if (late.records > 0) events?.leftovers?.(late);
      }
      if (!this.#stopping) frames = await cleaning.run(() => this.#stopping);
      if (frames.records > 0) events?.frames?.(frames);
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
      if (error instanceof Left) return { at: clock.now(), rows, frames, failure };
      // a store that is down is tried again with the next run, and others say that it is
      if (!(error instanceof CodedError && error.code === 'store.unavailable')) events?.failed?.(error);
    }
    if (rows + frames.records > 0) events?.removed?.(rows, frames.records);
    this.#last = { at: clock.now(), rows, frames, failure };
    return this.#last;
  }

  /** Datastreams of which rows may be due, by the time before which they are. */
  async due(): Promise<ReadonlyMap<number, readonly number[]>> {
    const { policies, catalogue, latest } = this.#ports;
    const due = new Map<number, number[]>();
    let looked = 0;
    for (const set of ['Datastreams', 'MultiDatastreams'] as const) {
      for (const id of [...catalogue.set(set).keys()]) {
        if (++looked % AT_ONCE === 0) await turn();
        const before = policies.keptFrom(id);
        if (before === Number.NEGATIVE_INFINITY) continue;
        const extent = latest.extent(id);
        if (extent === null || (extent !== undefined && extent.first >= before)) continue;
        const same = due.get(before);
        if (same === undefined) due.set(before, [id]);
        else same.push(id);
      }
    }
    return due;
  }

  async *#expireRows(): AsyncGenerator<number> {
    const { policies } = this.#ports;
    // what is due was found with the freezes of this moment: those that come later count in every step
    const known = policies.freezes();
    for (const [before, ids] of await this.due()) {
      let from = this.#oldest(ids, before);
      let still: readonly number[] = ids.toSorted((a, b) => a - b);
      let freezes = known;
      // the first step takes all that is older, whatever it is
      for (let open = true; from < before; open = false) {
        const to = Math.min(before, from + STEP);
        while (policies.freezes() !== freezes) {
          freezes = policies.freezes();
          still = await this.#stillDue(still, before);
        }
        if (this.#stopping) return;
        yield await this.#expire(still, open ? null : from, to);
        from = to;
      }
    }
  }

  async #stillDue(ids: readonly number[], before: number): Promise<number[]> {
    const still: number[] = [];
    for (const [i, id] of ids.entries()) {
      if (i % AT_ONCE === AT_ONCE - 1) await turn();
      if (this.#ports.policies.keptFrom(id) >= before) still.push(id);
    }
    return still;
  }

  async #expire(ids: readonly number[], from: number | null, before: number): Promise<number> {
    const { store, expired, events } = this.#ports;
    if (ids.length === 0) return 0;
    if (store.capabilities.edit !== null) {
      if (!this.#saidUnsupported) events?.unsupported?.(store.capabilities.edit);
      this.#saidUnsupported = true;
      return 0;
    }
    // named, not all but the others: a Datastream that is made meanwhile is nobody's business here
    const gone = await this.#step.take(store.expire({ datastreams: ids, from, before }));
    await expired(ids, from, before);
    return gone;
  }

  #oldest(ids: readonly number[], before: number): number {
    let oldest = before;
    for (const id of ids) oldest = Math.min(oldest, this.#ports.latest.extent(id)?.first ?? before - STEP);
    return oldest;
  }
}
