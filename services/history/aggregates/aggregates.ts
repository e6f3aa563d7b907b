/**
 * Hours and days of Datastreams, computed by the hub [docs/semantics.md, Aggregates]. `closed` is the end of the last hour that
 * was computed for all Datastreams; what changes before it is noted (`stale.ts`) and computed again.
 *
 * An hour is closed in three steps: from now on rows that come into it are noted; it is computed, Datastreams a few at a time;
 * `closed` moves. A kill in between makes the hub do it again, and what stands already is not written twice.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, CodedError, type EditBatch, type EntityId, type RowBatch } from '../../model/index.ts';
import type { CatalogueReader, ChangeFeed, Registry } from '../../registry/index.ts';
import type { LatestReader, ObservationSource, RangeQuery, TimeseriesStore } from '../../timeseries/index.ts';
import type { AggregateProgress, Policies } from '../port.ts';
import { breathing } from './breath.ts';
import { Calendar, HOUR, hourOf } from './calendar.ts';
import { type AggregateChange, computed } from './computing.ts';
import { Levels } from './levels.ts';
import type { AggregateOptions } from './options.ts';
import type { AggregateFigures, AggregateReader } from './port.ts';
import { type Span, without } from './spans.ts';
import { type Notes, StaleHours } from './stale.ts';
import { Unchecked } from './unchecked.ts';
import { AggregateWriter } from './writing.ts';

export interface AggregatesPorts {
  readonly catalogue: Pick<CatalogueReader, 'set' | 'indexes'>;
  readonly registry: Pick<Registry, 'change'> & Pick<ChangeFeed, 'onApplied'>;
  readonly policies: Pick<Policies, 'classOf' | 'keptFrom'>;
  readonly store: Pick<TimeseriesStore, 'aggregate' | 'extents' | 'capabilities'>;
  /** Store and overlay as one. */
  readonly observations: Pick<ObservationSource, 'scan'> & {
    /** Resolves when the store has what was accepted of this range. */
    settled(range: Pick<RangeQuery, 'datastreams' | 'from' | 'to'>): Promise<void>;
  };
  readonly latest: Pick<LatestReader, 'extent'>;
  /** The journal's ledger. */
  readonly ledger: Notes & {
    checkpoint(name: string): number;
    setCheckpoint(name: string, record: number): void;
  };
  readonly clock: Clock;
  /** Ages are counted from its time. Left out: `clock`. */
  readonly ages?: Clock;
  readonly options: AggregateOptions;
  /** Has the store what was accepted, but for the last moments? While it has not, aggregates wait. */
  readonly ready: () => boolean;
  /** Is there room for so many edits that wait for the store, with as much again for others? */
  readonly room: (edits: number) => boolean;
  readonly events?: AggregateEvents;
}

export interface AggregateEvents {
  failed?(error: unknown): void;
}

/** Under which name the ledger keeps `closed`, in hours since 1970. */
const CHECKPOINT = 'aggregates';
const DAY = 24 * HOUR;
/** Datastreams at once where the span is short. */
const MOST_DATASTREAMS = 1000;
/** The spans of a week share one question. */
const WEEK = 7 * DAY;
const WAIT_MS = 20;

export class Aggregates implements AggregateReader, AggregateProgress {
  readonly calendar: Calendar;
  readonly #ports: AggregatesPorts;
  readonly #levels: Levels;
  readonly #stale: StaleHours;
  readonly #unchecked: Unchecked;
  readonly #writer: AggregateWriter;
  #closed = 0;
  /** Rows before this time are noted: `closed`, or the end of the hour that is being closed. */
  #noted = 0;
  #written = 0;
  #running: Promise<void> | null = null;
  #stopping = false;
  #timer: NodeJS.Timeout | null = null;
  #unsubscribe: (() => void) | null = null;

  constructor(ports: AggregatesPorts) {
    const { catalogue, policies, clock, options, ledger, registry } = ports;
    this.#ports = ports;
    this.calendar = new Calendar(options.timeZone);
    this.#levels = new Levels({ catalogue, policies, clock: ports.ages ?? clock, calendar: this.calendar });
    this.#stale = new StaleHours(ledger, options.staleSpans);
    this.#unchecked = new Unchecked({ ...ports, levels: this.#levels });
    this.#writer = new AggregateWriter(registry, this.calendar, (definition) => this.#propertyOf(definition));
  }

  /** Ledger and registry have been started, the pipeline has not: it tells what it stores. */
  start(): void {
    const { ledger, registry, catalogue, options } = this.#ports;
    this.#stale.load();
    this.#closed = ledger.checkpoint(CHECKPOINT) * HOUR;
    if (this.#closed === 0) this.#close(this.#due);
    this.#noted = this.#closed;
    this.#unchecked.add(catalogue.set('Datastreams').keys());
    this.#unsubscribe = registry.onApplied((news) => this.#unchecked.follow(news, catalogue, this.#stale));
    this.#timer = setInterval(() => void this.run(), options.lateSeconds * 1000).unref();
  }

  /** The part under way is finished. To be called before the registry and the pipeline stop. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#unsubscribe?.();
    await this.#running;
  }

  /** Computes what is due now. Resolves when it is durable, or when it must wait; never rejects. */
  run(): Promise<void> {
    this.#running ??= this.#round()
      .catch((error) => {
        // the store is behind, or there is no room: the next round goes on
        if (!(error instanceof CodedError && error.code === 'hub.busy')) this.#ports.events?.failed?.(error);
      })
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }

  // What ingest tells, before the checkpoint moves behind it.

  /** Rows that the store has now, or had already. */
  storedRows({ length, ds, t }: Pick<RowBatch, 'length' | 'ds' | 't'>): void {
    for (let i = 0; i < length; i++) this.#noteRow(ds[i]!, t[i]!);
  }

  /** Edits that the store has now. */
  storedEdits(batches: readonly EditBatch[]): void {
    for (const { edits } of batches)
      for (const edit of edits) {
        if (edit.op === 'drop') this.#stale.forget(edit.ds);
        else {
          const { ds, t } = edit.op === 'put' ? edit.row : edit;
          this.#noteRow(ds, t);
        }
      }
  }

  changed(datastream: EntityId, from: number, to: number): void {
    if (from < this.#noted) this.#note(datastream, from, Math.min(to, this.#noted));
  }

  // What others ask.

  neededFrom(datastream: EntityId): number {
    const source = this.#levels.source(datastream);
    if (source === undefined) return Number.POSITIVE_INFINITY;
    const wanted = this.#levels.wanted(source);
    if (wanted.length === 0) return Number.POSITIVE_INFINITY;
    if (this.#unchecked.has(datastream)) return Number.NEGATIVE_INFINITY;
    const open = wanted.includes('daily') ? this.calendar.dayOf(this.#closed) : this.#closed;
    const [first] = this.#stale.of(datastream);
    if (first === undefined) return open;
    const stale = wanted.includes('daily') ? this.calendar.dayOf(first.from) : first.from;
    return Math.min(open, Math.max(stale, this.#stale.wholeFrom(datastream)));
  }

  async settled(datastreams: readonly EntityId[], from: number, to: number): Promise<void> {
    await this.#ports.observations.settled({ datastreams, from, to });
  }

  spans(datastream: EntityId, level: 'hourly' | 'daily', from: number, to: number): readonly Span[] {
    const levels = this.#levels;
    const source = levels.source(datastream);
    if (source === undefined || !levels.wants(source, level) || this.#unchecked.has(datastream)) return [];
    const first = level === 'hourly' ? Math.ceil(from / HOUR) * HOUR : this.calendar.dayFrom(Math.max(from, FIRST));
    const begin = Math.max(first, levels.keptFrom(source, level));
    const end = levels.startOf(level, Math.min(to, this.#closed));
    if (begin >= end) return [];
    const stale = this.#stale.of(datastream);
    if (level === 'hourly') return without({ from: begin, to: end }, stale);
    const days = stale.map((span) => ({
      from: this.calendar.dayOf(span.from),
      to: this.calendar.dayFrom(span.to),
    }));
    return without({ from: begin, to: end }, days);
  }

  streamOf(datastream: EntityId, level: 'hourly' | 'daily'): EntityId | undefined {
    return this.#levels.streamOf(datastream, level);
  }

  rowsFrom(datastream: EntityId): number {
    return this.#levels.rowsFrom(datastream);
  }

  get figures(): AggregateFigures {
    const stale = this.#stale;
    return {
      closedUpTo: this.#closed,
      staleHours: stale.hours,
      staleDatastreams: stale.size,
      written: this.#written,
    };
  }

  /** End of the last hour that is over, the grace included. */
  get #due(): number {
    const { clock, options } = this.#ports;
    return hourOf(clock.now() - options.graceMinutes * 60_000);
  }

  #noteRow(datastream: EntityId, t: number): void {
    if (t < this.#noted && !this.#stale.covers(datastream, t)) this.#note(datastream, t, t + 1);
  }

  #note(datastream: EntityId, from: number, to: number): void {
    const source = this.#levels.source(datastream);
    if (source !== undefined && this.#levels.wanted(source).length > 0)
      this.#stale.add(datastream, from, to, this.#levels.rowsFrom(datastream));
  }

  async #round(): Promise<void> {
    if (!this.#mayGoOn) return;
    // a clock that was put back: what is not over is not closed
    if (this.#due < this.#closed) this.#close(this.#due);
    await this.#unchecked.check(this.#stale, this.#closed, () => this.#stopping);
    await this.#closeDue();
    await this.#mend();
  }

  async #closeDue(): Promise<void> {
    while (this.#closed < this.#due && this.#mayGoOn) {
      const from = this.#closed;
      const to = Math.min(this.#due, from + DAY);
      this.#noted = to;
      const breathe = breathing();
      let slice: EntityId[] = [];
      for (const id of [...this.#ports.catalogue.set('Datastreams').keys()]) {
        await breathe();
        if (!this.#mayHaveRows(id, from, to)) continue;
        slice.push(id);
        if (slice.length < this.#atOnce(to - from)) continue;
        await this.#compute(slice, from, to, to);
        if (!this.#mayGoOn) return;
        slice = [];
      }
      if (slice.length > 0) await this.#compute(slice, from, to, to);
      this.#close(to);
    }
  }

  /** Oldest hours first; hours that are due in between go before. */
  async #mend(): Promise<void> {
    // what is noted while this goes on waits for the next round, so that late readings come together
    let hours = this.#stale.hours;
    while (hours > 0 && this.#mayGoOn) {
      const { from, datastreams } = this.#stale.oldest(this.#window);
      if (from >= this.#closed) return;
      const to = Math.min(this.#closed, from + this.#window);
      const atOnce = this.#atOnce(to - from);
      for (let at = 0; at < datastreams.length && this.#mayGoOn; at += atOnce) {
        const ids = datastreams.slice(at, at + atOnce);
        hours -= this.#stale.hoursOf(ids, from, to);
        await this.#compute(ids, from, to, this.#closed);
        await this.#closeDue();
      }
    }
  }

  get #mayGoOn(): boolean {
    return !this.#stopping && this.#ports.ready();
  }

  /** Also where a day ends that its rows lie in. */
  #mayHaveRows(id: EntityId, from: number, to: number): boolean {
    const source = this.#levels.source(id);
    if (source === undefined) return false;
    const wanted = this.#levels.wanted(source);
    if (wanted.length === 0) return false;
    const extent = this.#ports.latest.extent(id);
    if (extent === null) return false;
    const begin = wanted.includes('daily') ? this.calendar.dayOf(from) : from;
    return extent === undefined || (extent.last >= begin && extent.first < to);
  }

  /** Of a store that answers for short spans only, no more than that with the days at both ends. */
  get #window(): number {
    const { span } = this.#ports.store.capabilities;
    return span === null ? WEEK : Math.max(HOUR, Math.min(WEEK, hourOf(span.milliseconds) - 2 * DAY));
  }

  #atOnce(span: number): number {
    // the rest of a day at either end is read along
    const most = Math.floor(this.#ports.options.bucketsAtOnce / ((span + DAY) / HOUR));
    return Math.max(1, Math.min(MOST_DATASTREAMS, most));
  }

  async #compute(ids: readonly EntityId[], from: number, to: number, closed: number): Promise<void> {
    const sources = ids.flatMap((id) => this.#levels.source(id) ?? []);
    this.#stale.begin(ids);
    try {
      if (sources.length > 0) {
        const wholeFrom = (id: EntityId) => this.#stale.wholeFrom(id);
        const ports = { ...this.#ports, levels: this.#levels, calendar: this.calendar, wholeFrom };
        await this.#write(await computed(ports, sources, { from, to, closed }));
      }
    } catch (error) {
      this.#stale.failed(ids);
      throw error;
    }
    this.#stale.done(ids, from, to);
  }

  async #write(found: readonly AggregateChange[]): Promise<void> {
    const { options, store } = this.#ports;
    const { aggregatesAtOnce } = options;
    // where rows cannot be changed, an hour stays as it was computed first
    const changes = store.capabilities.edit === null ? found : found.filter(({ standing }) => standing === null);
    for (let at = 0; at < changes.length; at += aggregatesAtOnce) {
      const part = changes.slice(at, at + aggregatesAtOnce);
      // one that takes the place of another is two edits
      while (!this.#stopping && !this.#ports.room(part.length * 2)) await pause(WAIT_MS);
      // what is missing is found again by the next start
      if (this.#stopping) throw new CodedError('hub.busy', 'the hub stops');
      await this.#writer.write(part);
      this.#written += part.length;
    }
  }

  #close(to: number): void {
    this.#closed = to;
    this.#noted = to;
    this.#ports.ledger.setCheckpoint(CHECKPOINT, to / HOUR);
  }

  #propertyOf(definition: string): EntityId | undefined {
    for (const property of this.#ports.catalogue.set('ObservedProperties').values())
      if (property.definition === definition) return property.id;
    return undefined;
  }
}

/** Before all times that there are. */
const FIRST = Date.UTC(1600, 0, 1);
