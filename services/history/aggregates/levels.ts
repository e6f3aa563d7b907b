/** Which Datastreams get hours and days, how far back, and in which MultiDatastreams they stand. */
import type { AggregateLevel, Clock, Datastream, EntityId } from '../../model/index.ts';
import type { CatalogueReader } from '../../registry/index.ts';
import type { Policies } from '../port.ts';
import { type Calendar, HOUR, hourFrom, hourOf } from './calendar.ts';

export const LEVELS: readonly AggregateLevel[] = ['hourly', 'daily'];
const DAY = 24 * HOUR;
/** [STA table 12]: numbers, counts, booleans. */
const NUMERIC = /OM_(Measurement|CountObservation|TruthObservation)$/;

export interface LevelsPorts {
  readonly catalogue: Pick<CatalogueReader, 'set' | 'indexes'>;
  readonly policies: Pick<Policies, 'classOf' | 'keptFrom'>;
  /** Ages are counted from its time. */
  readonly clock: Clock;
  readonly calendar: Calendar;
}

export class Levels {
  readonly #ports: LevelsPorts;

  constructor(ports: LevelsPorts) {
    this.#ports = ports;
  }

  source(datastream: EntityId): Datastream | undefined {
    const stream = this.#ports.catalogue.set('Datastreams').get(datastream);
    return stream !== undefined && NUMERIC.test(stream.observationType) ? stream : undefined;
  }

  /** Its class asks for this level. */
  wants(source: Datastream, level: AggregateLevel): boolean {
    return this.#ports.policies.classOf(source)[level] !== null;
  }

  wanted(source: Datastream): AggregateLevel[] {
    return LEVELS.filter((level) => this.wants(source, level));
  }

  /** Where the hours or days of a Datastream stand; undefined: there are none yet. */
  streamOf(datastream: EntityId, level: AggregateLevel): EntityId | undefined {
    const { catalogue, calendar } = this.#ports;
    return catalogue.indexes.aggregatesOfDatastream.get(datastream)?.find((id) => {
      const of = catalogue.set('MultiDatastreams').get(id)?.aggregate;
      // days of another time zone are other days
      return of?.level === level && (of.zone === null || of.zone === calendar.zone);
    });
  }

  /** Spans of a level before this time are due to go: they are neither computed nor counted on. Start of an hour or day. */
  keptFrom(source: Datastream, level: AggregateLevel): number {
    const days = this.#ports.policies.classOf(source)[level] ?? 0;
    if (!Number.isFinite(days)) return Number.NEGATIVE_INFINITY;
    const due = this.#ports.clock.now() - days * DAY;
    return level === 'hourly' ? hourFrom(due) : this.#ports.calendar.dayFrom(due);
  }

  /** Its rows go when they are old. */
  expires(source: Datastream): boolean {
    return Number.isFinite(this.#ports.policies.classOf(source).observations);
  }

  /** Before this time rows are gone: an hour or a day that begins before it is never computed from what is left. */
  rowsFrom(datastream: EntityId): number {
    return this.#ports.policies.keptFrom(datastream);
  }

  /** The span of a level that a moment lies in. */
  startOf(level: AggregateLevel, t: number): number {
    return level === 'hourly' ? hourOf(t) : this.#ports.calendar.dayOf(t);
  }

  /** `start`: of a span of this level. */
  endOf(level: AggregateLevel, start: number): number {
    return level === 'hourly' ? start + HOUR : this.#ports.calendar.dayAfter(start);
  }
}
