/**
 * Carries out erasure orders in the background [docs/semantics.md, What is kept]; one that a freeze holds, or that fails, lets
 * others go first. From the order on nothing that it covers is stored. Then, once the store has what came before: rows and their
 * aggregates, latest values, dead letters, and the content of the journal. Each step can be done again; a hub that was killed
 * begins with the first.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { FileJournal, JournalRecord, Verdict } from '../journal/index.ts';
import { RECORD } from '../journal/index.ts';
import { type Clock, CodedError } from '../model/index.ts';
import type { CatalogueReader } from '../registry/index.ts';
import type { TimeseriesStore } from '../timeseries/index.ts';
import type { Frames } from './frames.ts';
import type { ErasureRecord, FreezeRecord, Orders } from './orders.ts';
import type { AggregateProgress } from './port.ts';
import { type ErasureCounts, noCounts, receiptOf, type Unreached } from './receipt.ts';
import { Step } from './step.ts';

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
  /** Resolves when no row is on its way to the store that was looked at before the order. */
  readonly underWay: () => Promise<void>;
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
  /** The hub serves nothing yet because of this order, which a restored backup brought back; said now and then. */
  first?(id: string, progress: Progress | null): void;
}

/** How far an erasure is. */
export interface Progress {
  readonly step: 'waiting for the store' | 'observations' | 'journal' | 'held by a freeze' | 'waiting';
  /** Segments of the journal that are done, of how many. */
  readonly segments: { readonly done: number; readonly of: number };
}

const LOOK_AGAIN_MS = 200;
const TRY_AGAIN_MS = 2000;
const SAY_AGAIN_MS = 10_000;
/** Freezes that a receipt names. */
const NAMED = 20;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export class Erasing {
  readonly #ports: ErasingPorts;
  readonly #progress = new Map<string, Progress>();
  readonly #stop = new AbortController();
  /** Orders that were begun and are not done yet, by their ids: what was removed, and the record that the store has to have. */
  readonly #begun = new Map<string, { readonly counts: ErasureCounts; readonly upTo: number }>();
  /** How often an order has failed. */
  readonly #failures = new Map<string, number>();
  readonly #step = new Step();
  #working: Promise<void> | null = null;

  constructor(ports: ErasingPorts) {
    this.#ports = ports;
  }

  /** Goes on with what is open, in the background. */
  start(): void {
    this.wake();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#step.stop();
    await this.#working;
  }

  /** There may be an order. */
  wake(): void {
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
  }

  /**
   * Resolves when all orders are carried out that a restored backup brought back: before anything is served. One that waited for
   * the end of a freeze when the backup was restored goes on waiting, and the hub serves what it served then.
   */
  async first(): Promise<void> {
    this.wake();
    let said = performance.now();
    for (;;) {
      const open = this.#open().filter((order) => order.first && !this.#isHeld(order));
      const [next] = open;
      if (next === undefined) return;
      if (performance.now() - said > SAY_AGAIN_MS) {
        said = performance.now();
        this.#ports.events?.first?.(next.id, this.progress(next.id));
      }
      await this.#rest(LOOK_AGAIN_MS);
    }
  }

  progress(id: string): Progress | null {
    return this.#progress.get(id) ?? null;
  }

  /** Resolves when nothing is being removed that was decided before. */
  async settled(): Promise<void> {
    await this.#step.settled();
  }

  /** Those that came with a backup first, then those that have failed less often, then the older ones. */
  #open(): ErasureRecord[] {
    const failures = ({ id }: ErasureRecord) => this.#failures.get(id) ?? 0;
    return this.#ports.orders.erasures
      .filter(({ done }) => done === null)
      .sort((a, b) => Number(b.first) - Number(a.first) || failures(a) - failures(b));
  }

  async #work(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const open = this.#open();
      if (open.length === 0) return;
      const next = open.find((order) => !this.#isHeld(order));
      for (const order of open) if (this.#isHeld(order)) this.#tell(order.id, 'held by a freeze');
      try {
        if (next === undefined) await this.#rest(LOOK_AGAIN_MS);
        else await this.#carryOut(next);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        if (error instanceof Held || next === undefined) continue;
        this.#failures.set(next.id, (this.#failures.get(next.id) ?? 0) + 1);
        this.#ports.events?.failed?.(error);
        await this.#rest(TRY_AGAIN_MS).catch(() => undefined);
      }
    }
  }

  async #carryOut(order: ErasureRecord): Promise<void> {
    const { orders, journal, clock, elsewhere, storeName, events, stored, underWay } = this.#ports;
    const { id } = order;
    const unreached: Unreached[] = [];
    this.#tell(id, 'waiting for the store');
    // what was on its way to the disk when the order came counts, too
    const begun = this.#begun.get(id) ?? { counts: noCounts(), upTo: await journal.endSegment(clock.now()) };
    this.#begun.set(id, begun);
    const { counts, upTo } = begun;
    while (stored() < upTo) await this.#rest(LOOK_AGAIN_MS);
    await this.#unlessStopped(underWay());
    this.#checkFree(order);
    this.#tell(id, 'observations');
    await this.#rows(order, counts, unreached);
    const held = await this.#messages(order, counts);
    if (held > 0) unreached.push(heldMessages(held, orders.freezesOf(id)));
    unreached.push(...(elsewhere?.() ?? []), EXPORTS);
    await orders.done(id, receiptOf(order, storeName, counts, unreached, clock.now()));
    for (const known of [this.#progress, this.#begun, this.#failures]) known.delete(id);
    events?.done?.(id, counts);
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
    return this.#step.take(this.#ports.store.expire({ datastreams, from, before }));
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

  /** Returns how many freezes of other spans hold, because they also hold what comes late. */
  async #messages(order: ErasureRecord, counts: ErasureCounts): Promise<number> {
    const { journal, clock, forget } = this.#ports;
    this.#tell(order.id, 'journal');
    await journal.endSegment(clock.now());
    // also what came after the order: it may bring readings of the span
    const segments = await journal.closedSegments();
    let held = 0;
    for (let i = 0; i < segments.length; ) {
      this.#checkFree(order);
      this.#tell(order.id, 'journal', i, segments.length);
      const part = { messages: [] as number[], shared: 0, changes: 0, held: 0 };
      const scrub = journal.scrub(segments[i]!.first, (record) => this.#verdict(record, order, part), true);
      const report = await this.#step.take(scrub);
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
      held += part.held;
      i++;
    }
    return held;
  }

  #verdict(record: JournalRecord, order: ErasureRecord, part: Part): Verdict {
    const { frames } = this.#ports;
    const verdict = frames.ordered(record, order);
    if (verdict === 'held') part.held++;
    if (verdict === 'keep' || verdict === 'held') return 'keep';
    if (record.kind !== RECORD.message) part.changes++;
    else {
      part.messages.push(record.number);
      if (frames.isShared(record)) part.shared++;
    }
    return verdict;
  }

  #isHeld(order: ErasureRecord): boolean {
    return coveringFreeze(this.#ports.orders.freezesOf(order.id), order) !== null;
  }

  /** Throws Held where a freeze has come that holds a part of it. */
  #checkFree(order: ErasureRecord): void {
    if (this.#isHeld(order)) throw new Held();
  }

  #tell(id: string, step: Progress['step'], done = 0, of = 0): void {
    this.#progress.set(id, { step, segments: { done, of } });
  }

  /** Rejects when the hub stops. */
  async #rest(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.#stop.signal, ref: false });
  }

  async #unlessStopped(work: Promise<void>): Promise<void> {
    let over = false;
    void work.then(
      () => {
        over = true;
      },
      () => undefined,
    );
    const rest = async () => {
      while (!over) await this.#rest(LOOK_AGAIN_MS);
    };
    await Promise.race([work, rest()]);
  }
}

/** A freeze has come: another order may go on meanwhile. */
class Held extends Error {}

interface Part {
  readonly messages: number[];
  shared: number;
  changes: number;
  held: number;
}

function heldMessages(count: number, freezes: readonly FreezeRecord[]): Unreached {
  const named = freezes.slice(0, NAMED).map(({ id }) => id);
  const more = freezes.length > NAMED ? ` and ${freezes.length - NAMED} more` : '';
  return {
    place: `${count} messages in the journal`,
    why: `Freezes hold them, because they came near to what these hold as evidence. Freezes that hold now: ${named.join(', ')}${more}. The messages go when no freeze holds them any more.`,
  };
}

const EXPORTS: Unreached = {
  place: 'Copies that readers took',
  why: 'What was read over the API, streamed to subscribers or exported before the order is not in the hub any more.',
};

/** A freeze that holds a part of it; null: none does. */
export function coveringFreeze(
  freezes: readonly FreezeRecord[],
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
  const freeze = coveringFreeze(orders.freezes, scope);
  if (freeze === null) return;
  throw new CodedError('request.conflict', `freeze ${freeze} holds a part of this: it is evidence until it is lifted`);
}
