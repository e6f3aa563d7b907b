/**
 * What the hub keeps, for how long, and how coarse [docs/semantics.md, What is kept]. A Datastream belongs to a retention
 * class: its own (`properties.retention`), else its organisation's, else `standard`. Classes are options (`history.classes`).
 */
import type { Datastream, MultiDatastream } from '../model/index.ts';

/** Days; Infinity: for ever. */
export type Days = number;

export interface RetentionClass {
  readonly name: string;
  /** Raw messages in the journal. 0: until they are stored. */
  readonly frames: { readonly days: Days; readonly bytes: number };
  /** Observations as they came. */
  readonly observations: Days;
  /** null: not computed. */
  readonly hourly: Days | null;
  readonly daily: Days | null;
}

/** A stretch of time of some Datastreams that nothing may be deleted from: evidence. */
export interface Freeze {
  readonly id: string;
  readonly reason: string;
  /** Name of the token that asked for it. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Datastreams, ascending; null: all. */
  readonly datastreams: readonly number[] | null;
  /** phenomenonTimes, milliseconds, inclusive and exclusive; null: open. */
  readonly from: number | null;
  readonly to: number | null;
}

export interface Policies {
  classOf(datastream: Datastream | MultiDatastream): RetentionClass;
  /** Freezes that hold now. */
  freezes(): readonly Freeze[];
  /** No row of this Datastream before this time is stored any more; −Infinity: all are. Cheap: asked for each row. */
  keptFrom(datastream: number): number;
  /**
   * Was this instant of this Datastream erased by order? What comes for it is never stored again, unless a freeze still keeps the
   * order from it. Cheap: asked for each row.
   */
  erased(datastream: number, t: number): boolean;
}

/** How far the aggregates have come [docs/semantics.md, Aggregates]; `aggregates/` has it. */
export interface AggregateProgress {
  /**
   * Rows of this Datastream from this time on are still to be read for its hours and days: they must not expire yet, so
   * `Policies.keptFrom` is never later. Infinity: none are. Cheap.
   */
  neededFrom(datastream: number): number;
  /** Rows of a Datastream have changed or gone in [from, to), milliseconds: its hours and days there are computed again. */
  changed(datastream: number, from: number, to: number): void;
}
