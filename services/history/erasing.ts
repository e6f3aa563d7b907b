/**
 * Carries out erasure orders, one after another, in the background [docs/semantics.md, What is kept]. From the order on nothing
 * that it covers is stored. Then, once the store has what came before: rows and their aggregates, latest values, dead letters,
 * and the content of the journal. Each step can be done again; a hub that was killed begins with the first.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { FileJournal, JournalRecord } from '../journal/index.ts';
import { RECORD } from '../journal/index.ts';
import { type Clock, CodedError } from '../model/index.ts';
import type { CatalogueReader } from '../registry/index.ts';
import type { TimeseriesStore } from '../timeseries/index.ts';
import type { Frames } from './frames.ts';
import type { ErasureRecord, Orders } from './orders.ts';
import type { AggregateProgress } from './port.ts';
import { type ErasureCounts, noCounts, receiptOf, type Unreached } from './receipt.ts';

export interface ErasingPorts {
  readonly orders: Orders;
  readonly frames: Frames;
  readonly journal: Pick<FileJournal, 'closedSegments' | 'scrub' | 'endSegment' | 'last'>;
  readonly catalogue: Pick<CatalogueReader, 'indexes' | 'set'>;
  readonly store: Pick<TimeseriesStore, 'expire' | 'capabilities'>;
  /** In words, for the receipt: `sqlite`, `influxdb 1.x at …`. */
  readonly storeName: string;
  readonly aggregates: AggregateProgress | null;
  /** Up to this record the store has everything. */
  readonly stored: () => number;
  /** Rows have gone; resolves when the file of the latest values has forgotten them, too. */
  readonly expired: (datastreams: readonly number[], from: number | null, before: number) => Promise<void>;
  /** Removes dead letters; returns how many there were. */
  readonly forget: (records: readonly number[]) => number;
  /** Places that the hub can't reach, with the reason: folders of backups. */
  readonly elsewhere?: () => readonly Unreached[];
  readonly clock: Clock;
  readonly events?: ErasingEvents;
}

export interface ErasingEvents {
  done?(id: string, counts: ErasureCounts): void;
  /** It is tried again. */
  failed?(error: unknown): void;
}

/** How far an erasure is. */
export interface Progress {
  readonly step: 'waiting for the store' | 'observations' | 'journal' | 'held by a freeze' | 'waiting';
  /** Segments of the journal that are done, of how many. */
  readonly segments: { readonly done: number; readonly of: number };
}

const LOOK_AGAIN_MS = 200;
const TRY_AGAIN_MS = 2000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export class Erasing {
  readonly #ports: ErasingPorts;
  readonly #progress = new Map<string, Progress>();
  readonly #stop = new AbortController();
  #working: Promise<void> | null = null;
  #step: Promise<unknown> = Promise.resolve();

  constructor(ports: ErasingPorts) {
    this.#ports = ports;
  }

  /** Goes on with what is open, in the background. */
  start(): void {
    this.wake();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#working;
  }

  /** There may be an order. */
  wake(): void {
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
  }

  /** Resolves when all orders are carried out that a restored backup brought back: before anything is served. */
  async first(): Promise<void> {
    this.wake();
    while (this.#ports.orders.erasures.some(({ done, first }) => first && done === null) && !this.#stop.signal.aborted)
      await this.#rest(LOOK_AGAIN_MS);
  }

  progress(id: string): Progress | null {
    return this.#progress.get(id) ?? null;
  }

  /** Resolves when nothing is being removed that was decided before. */
  async settled(): Promise<void> {
    await this.#step.catch(() => undefined);
  }

  /** An order is open and nothing of it is held. */
  get open(): number {
    return this.#ports.orders.erasures.filter(({ done }) => done === null).length;
  }

  async #work(): Promise<void> {
    for (;;) {
      const open = this.#ports.orders.erasures.filter(({ done }) => done === null);
      const [next] = [...open.filter(({ first }) => first), ...open];
      if (next === undefined || this.#stop.signal.aborted) return;
      try {
        await this.#carryOut(next);
        this.#progress.delete(next.id);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#ports.events?.failed?.(error);
        await this.#rest(TRY_AGAIN_MS);
      }
    }
  }

  async #carryOut(order: ErasureRecord): Promise<void> {
    const { orders, clock, elsewhere, storeName, events } = this.#ports;
    const counts = noCounts();
    const unreached: Unreached[] = [];
    this.#tell(order.id, 'waiting for the store');
    // a restored journal may end before the order
    const upTo = Math.min(order.record, this.#ports.journal.last);
    while (this.#ports.stored() < upTo) await this.#rest(LOOK_AGAIN_MS);
    await this.#free(order);
    this.#tell(order.id, 'observations');
    await this.#rows(order, counts, unreached);
    await this.#messages(order, counts);
    unreached.push(...(elsewhere?.() ?? []), EXPORTS);
    await orders.done(order.id, receiptOf(order, storeName, counts, unreached, clock.now()));
    events?.done?.(order.id, counts);
  }

  async #rows({ datastreams, from, to }: ErasureRecord, counts: ErasureCounts, unreached: Unreached[]): Promise<void> {
    const { store, storeName, aggregates, expired } = this.#ports;
    if (datastreams.length === 0) return;
    if (store.capabilities.edit !== null) {
      unreached.push({ place: `Observations in the store (${storeName})`, why: store.capabilities.edit });
    } else {
      counts.observations += await this.#removed(datastreams, from, to);
      for (const { id, floor, ceiling } of this.#aggregatesOf(datastreams, from, to)) {
        counts.aggregates += await this.#removed([id], floor, ceiling);
        await expired([id], floor, ceiling);
      }
    }
    await expired(datastreams, from, to);
    // what an hour or a day at the edge has left is computed anew
    for (const id of datastreams) {
      if (from !== null) aggregates?.changed(id, from, from + 1);
      aggregates?.changed(id, to - 1, to);
    }
  }

  #removed(datastreams: readonly number[], from: number | null, before: number): Promise<number> {
    const step = this.#ports.store.expire({ datastreams, from, before });
    this.#step = step;
    return step;
  }

  /** Hours and days that hold a part of it. */
  *#aggregatesOf(datastreams: readonly number[], from: number | null, to: number) {
    const { catalogue } = this.#ports;
    for (const source of datastreams) {
      for (const id of catalogue.indexes.aggregatesOfDatastream.get(source) ?? []) {
        // days begin where the clocks of the city say: one hour more or less does not hurt, because they are computed anew
        const span = catalogue.set('MultiDatastreams').get(id)?.aggregate?.level === 'daily' ? DAY + HOUR : HOUR;
        yield { id, floor: from === null ? null : from - span + 1, ceiling: to };
      }
    }
  }

  async #messages(order: ErasureRecord, counts: ErasureCounts): Promise<void> {
    const { journal, clock, forget } = this.#ports;
    this.#tell(order.id, 'journal');
    await journal.endSegment(clock.now());
    const segments = (await journal.closedSegments()).filter(({ first }) => first <= order.record);
    for (let i = 0; i < segments.length; ) {
      await this.#free(order);
      this.#tell(order.id, 'journal', i, segments.length);
      const part = { messages: [] as number[], shared: 0, changes: 0 };
      const step = journal.scrub(segments[i]!.first, (record) => this.#verdict(record, part), true);
      this.#step = step;
      const report = await step;
      if (report === null) {
        const still = (await journal.closedSegments()).some(({ first }) => first === segments[i]!.first);
        // somebody copies the journal: afterwards
        if (still) await this.#rest(LOOK_AGAIN_MS);
        else i++;
        continue;
      }
      counts.messages += part.messages.length;
      counts.sharedMessages += part.shared;
      counts.changes += part.changes;
      counts.damagedBytes += report.damagedBytes;
      counts.deadLetters += forget(part.messages);
      i++;
    }
  }

  #verdict(record: JournalRecord, part: { messages: number[]; shared: number; changes: number }) {
    const { frames } = this.#ports;
    const verdict = frames.ordered(record);
    if (verdict === 'keep') return verdict;
    if (record.kind !== RECORD.message) part.changes++;
    else {
      part.messages.push(record.number);
      if (frames.isShared(record)) part.shared++;
    }
    return verdict;
  }

  /** Waits while a freeze holds a part of it: one that came after the order. */
  async #free(order: ErasureRecord): Promise<void> {
    while (coveringFreeze(this.#ports.orders, order) !== null) {
      this.#tell(order.id, 'held by a freeze');
      await this.#rest(LOOK_AGAIN_MS);
    }
  }

  #tell(id: string, step: Progress['step'], done = 0, of = 0): void {
    this.#progress.set(id, { step, segments: { done, of } });
  }

  /** Rejects when the hub stops. */
  async #rest(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.#stop.signal, ref: false });
  }
}

const EXPORTS: Unreached = {
  place: 'Copies that readers took',
  why: 'What was read over the API, streamed to subscribers or exported before the order is not in the hub any more.',
};

/** A freeze that holds a part of it; null: none does. */
export function coveringFreeze(
  { freezes }: Pick<Orders, 'freezes'>,
  { datastreams, devices, from, to }: Pick<ErasureRecord, 'datastreams' | 'devices' | 'from' | 'to'>,
): string | null {
  const mine = new Set(datastreams);
  const keys = new Set(devices);
  for (const freeze of freezes) {
    const meets = (freeze.from ?? -Infinity) < to && (from ?? -Infinity) < (freeze.to ?? Infinity);
    const shared =
      freeze.datastreams === null ||
      freeze.datastreams.some((id) => mine.has(id)) ||
      freeze.devices.some((key) => keys.has(key));
    if (meets && shared) return freeze.id;
  }
  return null;
}

/** Throws CodedError request.conflict that names the freeze. */
export function refuseFrozen(orders: Pick<Orders, 'freezes'>, scope: Parameters<typeof coveringFreeze>[1]): void {
  const freeze = coveringFreeze(orders, scope);
  if (freeze === null) return;
  throw new CodedError('request.conflict', `freeze ${freeze} holds a part of this: it is evidence until it is lifted`);
}
