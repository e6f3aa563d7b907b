/** What reading needs of the aggregates. */
import type { AggregateLevel, EntityId } from '../../model/index.ts';
import type { Calendar } from './calendar.ts';
import type { Span } from './spans.ts';

export interface AggregateReader {
  /** The days of the daily aggregates. */
  readonly calendar: Calendar;
  /** Waits until the store has what was accepted of these Datastreams in [from, to) and `spans` knows of it. */
  settled(datastreams: readonly EntityId[], from: number, to: number): Promise<void>;
  /**
   * Where, in [from, to), the Observations of this level are just what the rows of the Datastream give, or gave before they
   * expired: whole hours or days, ascending. Empty: its class does not ask for the level.
   */
  spans(datastream: EntityId, level: AggregateLevel, from: number, to: number): readonly Span[];
  /** The MultiDatastream of the level; undefined: none was made, because there was nothing to compute. */
  streamOf(datastream: EntityId, level: AggregateLevel): EntityId | undefined;
  /** Rows before this time are gone; −Infinity: all are there. */
  rowsFrom(datastream: EntityId): number;
}

/** How far the hub is with its aggregates, for people. */
export interface AggregateFigures {
  /** Up to this time every hour is computed but for the stale ones, milliseconds since 1970. */
  readonly closedUpTo: number;
  /** Hours times Datastreams that are still to be computed (again), and of how many Datastreams. */
  readonly staleHours: number;
  readonly staleDatastreams: number;
  /** Aggregates that were written since the start: new, changed, or taken away. */
  readonly written: number;
}
