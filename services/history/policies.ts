/** What is kept of a Datastream: its class, the freezes that hold it, the erasures that cover it. */
import type { Clock, Datastream, MultiDatastream } from '../model/index.ts';
import type { CatalogueReader } from '../registry/index.ts';
import { STANDARD } from './classes.ts';
import type { Orders } from './orders.ts';
import type { AggregateProgress, Freeze, Policies, RetentionClass } from './port.ts';

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface PoliciesPorts {
  readonly classes: ReadonlyMap<string, RetentionClass>;
  readonly catalogue: Pick<CatalogueReader, 'set' | 'organisations'>;
  readonly orders: Pick<Orders, 'freezes' | 'frozen' | 'erased' | 'takes'>;
  /** Ages are counted from its time. */
  readonly clock: Clock;
  /** Rows that hours and days are still computed from. Left out: none are. */
  readonly aggregates?: Pick<AggregateProgress, 'neededFrom'>;
}

export class RetentionPolicies implements Policies {
  /** The class of all that names none. */
  readonly standard: RetentionClass;
  readonly #ports: PoliciesPorts;
  readonly #anyExpires: boolean;

  constructor(ports: PoliciesPorts) {
    this.#ports = ports;
    this.standard = ports.classes.get(STANDARD) as RetentionClass;
    this.#anyExpires = [...ports.classes.values()].some(({ observations, hourly, daily }) =>
      [observations, hourly, daily].some((days) => Number.isFinite(days ?? Number.NaN)),
    );
  }

  /** That of an aggregate is the class of its Datastream. */
  classOf(datastream: Datastream | MultiDatastream): RetentionClass {
    const { classes, catalogue } = this.#ports;
    const { properties, organisation } = this.#sourceOf(datastream);
    const own = properties.retention;
    if (own !== undefined) return classes.get(String(own)) ?? this.standard;
    const theirs = catalogue.organisations.get(organisation)?.properties.retention;
    return theirs === undefined ? this.standard : (classes.get(String(theirs)) ?? this.standard);
  }

  /** null: there is no such Datastream (any more). */
  classOfId(datastream: number): RetentionClass | null {
    const found = this.#find(datastream);
    return found === undefined ? null : this.classOf(found);
  }

  freezes(): readonly Freeze[] {
    return this.#ports.orders.freezes;
  }

  keptFrom(datastream: number): number {
    if (!this.#anyExpires) return Number.NEGATIVE_INFINITY;
    const { clock, orders, aggregates } = this.#ports;
    const days = this.#daysOf(datastream);
    if (!Number.isFinite(days)) return Number.NEGATIVE_INFINITY;
    let kept = dueBefore(clock.now(), days);
    for (const { from } of orders.frozen.of(datastream)) kept = Math.min(kept, from);
    const source = orders.frozen.isEmpty ? null : this.#aggregateOf(datastream);
    if (source !== null)
      for (const { from } of orders.frozen.of(source.datastream)) kept = Math.min(kept, from - LONGEST.daily);
    return Math.min(kept, aggregates?.neededFrom(datastream) ?? kept);
  }

  erased(datastream: number, t: number): boolean {
    const { orders } = this.#ports;
    const { erased } = orders;
    if (erased.isEmpty) return false;
    if (orders.takes(datastream, t)) return true;
    const aggregate = this.#aggregateOf(datastream);
    if (aggregate === null) return false;
    const end = t + LONGEST[aggregate.level];
    return erased.of(aggregate.datastream).some((span) => span.from <= t && end <= span.to);
  }

  /**
   * Is a row that this journal record put there, from `t` to `end` (exclusive), covered by an order? Of an aggregate each part
   * counts: one that was computed before the order holds what was erased.
   */
  wasErased(
    datastream: number,
    t: number,
    end: number,
    record: number,
    erased = this.#ports.orders.erased,
    frozen = this.#ports.orders.frozen,
  ): boolean {
    if (frozen.has(datastream, t)) return false;
    // a person can put nothing there after the order: a later record was on its way when it came
    if (erased.has(datastream, t)) return true;
    const aggregate = this.#aggregateOf(datastream);
    if (aggregate === null) return false;
    return erased.of(aggregate.datastream).some((span) => span.from < end && t < span.to && record <= span.record);
  }

  #daysOf(datastream: number): number {
    const found = this.#find(datastream);
    if (found === undefined) return this.standard.observations;
    const of = this.classOf(found);
    const aggregate = 'aggregate' in found ? found.aggregate : undefined;
    if (aggregate === undefined) return of.observations;
    // what nobody asks for any more is not computed, and what stands there stays
    return of[aggregate.level] ?? Number.POSITIVE_INFINITY;
  }

  #find(datastream: number): Datastream | MultiDatastream | undefined {
    const { catalogue } = this.#ports;
    return catalogue.set('Datastreams').get(datastream) ?? catalogue.set('MultiDatastreams').get(datastream);
  }

  #aggregateOf(datastream: number): NonNullable<MultiDatastream['aggregate']> | null {
    return this.#ports.catalogue.set('MultiDatastreams').get(datastream)?.aggregate ?? null;
  }

  #sourceOf(datastream: Datastream | MultiDatastream): Datastream | MultiDatastream {
    if (!('aggregate' in datastream) || datastream.aggregate === undefined) return datastream;
    return this.#ports.catalogue.set('Datastreams').get(datastream.aggregate.datastream) ?? datastream;
  }
}

/** A day has 25 hours when the clocks are put back. */
const LONGEST = { hourly: HOUR_MS, daily: 25 * HOUR_MS } as const;

/** Observations of a class before this time are due: whole hours, so that no hour is left with a part of its rows. */
export function dueBefore(now: number, days: number): number {
  if (!Number.isFinite(days)) return Number.NEGATIVE_INFINITY;
  return Math.floor((now - days * DAY_MS) / HOUR_MS) * HOUR_MS;
}

/**
 * Names of classes that somebody gave and that no option knows, each with who names it: they count as `standard`. For a
 * warning at the start; a change that would bring one is refused (`registry`).
 */
export function unknownClasses({ classes, catalogue }: Pick<PoliciesPorts, 'classes' | 'catalogue'>): string[] {
  const found: string[] = [];
  const look = (what: string, retention: unknown) => {
    if (retention !== undefined && !classes.has(String(retention)))
      found.push(
        `${what} names the retention class ${JSON.stringify(retention)}, which history.classes does not have: it counts as standard`,
      );
  };
  for (const { id, properties } of catalogue.organisations.values()) look(`organisation ${id}`, properties.retention);
  for (const set of ['Datastreams', 'MultiDatastreams'] as const)
    for (const { id, properties } of catalogue.set(set).values()) look(`${set}(${id})`, properties.retention);
  return found;
}
