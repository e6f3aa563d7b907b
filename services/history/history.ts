/** What people ask of the history: freezes, erasures, and what is kept. The parts behind it are made in the hub. */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { type Clock, CodedError } from '../model/index.ts';
import type { CatalogueReader } from '../registry/index.ts';
import type { LatestReader } from '../timeseries/index.ts';
import type { Cleaning } from './cleaning.ts';
import { type Erasing, type Progress, refuseFrozen } from './erasing.ts';
import type { FrozenRecords } from './frozen-records.ts';
import type { Options } from './options.ts';
import type { ErasureRecord, FreezeRecord, Orders } from './orders.ts';
import type { RetentionPolicies } from './policies.ts';
import type { RetentionClass } from './port.ts';
import type { Retention, RunReport } from './retention.ts';
import { covered, erasable, type Named } from './scope.ts';

/** Datastreams that are looked at before others get their turn. */
const AT_ONCE = 5000;

export interface HistoryPorts {
  readonly orders: Orders;
  readonly policies: RetentionPolicies;
  readonly classes: ReadonlyMap<string, RetentionClass>;
  readonly retention: Retention;
  readonly cleaning: Cleaning;
  readonly erasing: Erasing;
  readonly frozen: FrozenRecords;
  /** Resolves when no rows are being changed that messages read again yield differently. */
  readonly revised: () => Promise<void>;
  readonly catalogue: CatalogueReader;
  readonly latest: Pick<LatestReader, 'extent'>;
  /** Number of the last record that is appended. */
  readonly lastRecord: () => number;
  /** Rows that match, in the store. */
  readonly count: (datastreams: readonly number[], before: number) => Promise<number>;
  /** Told after every order: they are kept beside the backups, too. */
  readonly ordered: () => Promise<void>;
  readonly clock: Clock;
  readonly options: Pick<Options, 'maxOrderDatastreams' | 'freezeWaitMs'>;
}

export interface SpanAsked {
  /** Milliseconds; null: open. */
  readonly from: number | null;
  readonly to: number | null;
  readonly reason: string;
  readonly by: string;
}

export interface ClassReport {
  readonly class: RetentionClass;
  readonly datastreams: number;
  /** Start of the oldest Observation that is no aggregate, milliseconds; null: there is none, or it is not known yet. */
  readonly oldest: number | null;
  /** Observations that the next run removes. */
  readonly dueRows: number;
  /** Messages in closed segments of the journal, as far as they were looked at. */
  readonly frames: { readonly records: number; readonly bytes: number; readonly oldest: number | null };
}

export class History {
  readonly #ports: HistoryPorts;
  /** Freezes that something is still being removed beside. */
  readonly #settling = new Set<string>();

  constructor(ports: HistoryPorts) {
    this.#ports = ports;
  }

  get freezes(): readonly FreezeRecord[] {
    return this.#ports.orders.freezeRecords;
  }

  /** Throws CodedError notFound. */
  freezeRecord(id: string): FreezeRecord {
    const record = this.#ports.orders.freezeRecord(id);
    if (record === undefined) throw new CodedError('notFound', `there is no freeze ${id}`);
    return record;
  }

  get erasures(): readonly ErasureRecord[] {
    return this.#ports.orders.erasures;
  }

  /** Throws CodedError notFound. */
  erasure(id: string): { readonly record: ErasureRecord; readonly progress: Progress | null } {
    const record = this.#ports.orders.erasure(id);
    if (record === undefined) throw new CodedError('notFound', `there is no erasure ${id}`);
    return { record, progress: this.#ports.erasing.progress(id) };
  }

  /** Is something still being removed that was decided before this freeze? A store that is away has not said whether it is gone. */
  isSettling(freeze: string): boolean {
    return this.#settling.has(freeze);
  }

  /** Resolves when nothing that it covers is being removed any more, or after `history.freezeWaitMs`. It holds in both cases. */
  async freeze(named: Named, { from, to, reason, by }: SpanAsked): Promise<FreezeRecord> {
    const { orders, catalogue, options, retention, erasing, frozen, revised, ordered } = this.#ports;
    checkSpan(from, to);
    const scope = covered(catalogue, named, options.maxOrderDatastreams);
    const made = await orders.freeze({ ...scope, from, to, reason, by });
    this.#settling.add(made.id);
    const settled = Promise.all([retention.settled(), erasing.settled(), revised()]).then(() => {
      this.#settling.delete(made.id);
    });
    const enough = new AbortController();
    const patience = pause(options.freezeWaitMs, undefined, { signal: enough.signal, ref: false }).catch(
      () => undefined,
    );
    frozen.look();
    await Promise.all([Promise.race([settled, patience]), ordered()]).finally(() => enough.abort());
    return made;
  }

  async lift(id: string, by: string, reason: string): Promise<FreezeRecord> {
    const { orders, frozen, retention, ordered } = this.#ports;
    const lifted = await orders.lift(id, by, reason);
    frozen.look();
    await ordered();
    // what it held and orders cover goes now
    void retention.run();
    return lifted;
  }

  /**
   * From now on nothing of it is stored; what is there goes in the background. Throws CodedError request.conflict where a
   * freeze covers a part of it.
   */
  async erase(named: Omit<Named, 'all' | 'organisation'>, { from, to, reason, by }: SpanAsked): Promise<ErasureRecord> {
    const { orders, catalogue, options, erasing, ordered, clock, lastRecord } = this.#ports;
    const now = clock.now();
    checkSpan(from, to);
    if (to !== null && to > now) throw new CodedError('request.body', 'to: an erasure reaches up to now at the most');
    const scope = await erasable(catalogue, named, options.maxOrderDatastreams);
    refuseFrozen(orders, { ...scope, from, to: to ?? now });
    const asked = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
    const made = await orders.erase({ ...scope, from, to, reason, by, asked, record: lastRecord() });
    await ordered();
    erasing.wake();
    return made;
  }

  get lastRun(): RunReport | null {
    return this.#ports.retention.last;
  }

  /** By class, in the order of the options. Counts what the next run would remove without removing it. */
  async report(): Promise<ClassReport[]> {
    const { classes, policies, catalogue, latest, cleaning, retention, count } = this.#ports;
    const members = new Map<string, { datastreams: number; oldest: number | null; dueRows: number }>();
    for (const name of classes.keys()) members.set(name, { datastreams: 0, oldest: null, dueRows: 0 });
    const of = (name: string) => members.get(name) as { datastreams: number; oldest: number | null; dueRows: number };
    let looked = 0;
    for (const set of ['Datastreams', 'MultiDatastreams'] as const) {
      for (const stream of [...catalogue.set(set).values()]) {
        if (++looked % AT_ONCE === 0) await turn();
        const own = of(policies.classOf(stream).name);
        own.datastreams++;
        // hours and days stay longer than what they were computed of: they would hide how old that is
        if ('aggregate' in stream && stream.aggregate !== undefined) continue;
        const first = latest.extent(stream.id)?.first;
        if (first !== undefined && (own.oldest === null || first < own.oldest)) own.oldest = first;
      }
    }
    for (const [before, ids] of await retention.due()) {
      const byClass = Map.groupBy(ids, (id) => policies.classOfId(id)?.name ?? policies.standard.name);
      for (const [name, some] of byClass)
        of(name).dueRows += await count(
          some.toSorted((a, b) => a - b),
          before,
        );
    }
    const frames = cleaning.figures();
    return [...classes.values()].map((one) => {
      const known = frames.get(one.name);
      return {
        class: one,
        ...of(one.name),
        frames: { records: known?.records ?? 0, bytes: Math.round(known?.bytes ?? 0), oldest: known?.oldest ?? null },
      };
    });
  }
}

function checkSpan(from: number | null, to: number | null): void {
  if (from !== null && to !== null && from >= to) throw new CodedError('request.body', 'from: it must be before to');
}
