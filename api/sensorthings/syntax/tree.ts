/** The syntax tree of query options [STA 9.3]. `at` is the column (from 1) in the option's text, for messages. */

/** Instant (start = end) or interval, milliseconds since 1970. */
export class Time {
  readonly start: number;
  readonly end: number;
  /** Microseconds of the start below its millisecond: printed, never compared. */
  readonly us: number;
  constructor(start: number, end: number = start, us = 0) {
    this.start = start;
    this.end = end;
    this.us = us;
  }
}

/** ISO 8601 duration. Months are kept apart, because their length depends on the date. */
export class Duration {
  readonly months: number;
  readonly ms: number;
  constructor(months: number, ms: number) {
    this.months = months;
    this.ms = ms;
  }
}

/** Time of day, milliseconds since midnight. */
export class DayTime {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** A geography literal: its WKT text, read when the query is checked. */
export class Geography {
  readonly wkt: string;
  constructor(wkt: string) {
    this.wkt = wkt;
  }
}

export type LiteralValue = null | boolean | number | bigint | string | Time | Duration | DayTime | Geography;

export interface Literal {
  readonly kind: 'literal';
  readonly value: LiteralValue;
  readonly at: number;
}
export interface Path {
  readonly kind: 'path';
  readonly segments: readonly string[];
  readonly at: number;
}
export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
  readonly at: number;
}
export interface Unary {
  readonly kind: 'unary';
  readonly op: 'not' | '-';
  readonly operand: Expression;
  readonly at: number;
}
export interface Binary {
  readonly kind: 'binary';
  readonly op: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly at: number;
}
export interface In {
  readonly kind: 'in';
  readonly left: Expression;
  readonly items: readonly Expression[];
  readonly at: number;
}
export type Expression = Literal | Path | Call | Unary | Binary | In;

/** Binding powers, weakest first [OData 4.01 §5.1.1.17, but `not` binds weaker than comparisons, which users expect]. */
export const BINDING = {
  or: 1,
  and: 2,
  eq: 4,
  ne: 4,
  gt: 5,
  ge: 5,
  lt: 5,
  le: 5,
  add: 6,
  sub: 6,
  mul: 7,
  div: 7,
  mod: 7,
} as const;
export const NOT_BINDING = 3;
export const IN_BINDING = 5;
export const MINUS_BINDING = 8;
export type BinaryOperator = keyof typeof BINDING;

export interface OrderKey {
  readonly by: Expression;
  readonly descending: boolean;
}

export interface ExpandItem {
  /** `Datastreams/Observations` is one item with two names; the options belong to the last. */
  readonly path: readonly string[];
  readonly options: QueryOptions;
  readonly at: number;
}

export interface SelectItem {
  readonly name: string;
  readonly at: number;
}

/** `bucket(phenomenonTime,duration'PT1H','Europe/Berlin')`, or a path such as `Datastream/id`. */
export type GroupKey =
  | {
      readonly kind: 'bucket';
      readonly property: string;
      readonly width: Duration;
      readonly zone: string | null;
      readonly at: number;
    }
  | { readonly kind: 'path'; readonly segments: readonly string[]; readonly at: number };

/** `result with average as mean`; `$count as n` has no method. */
export interface AggregateItem {
  readonly property: string;
  readonly method: string | null;
  readonly as: string;
  readonly at: number;
}

/** $apply: `filter(…)/groupby((…),aggregate(…))` [OData Data Aggregation 4.0 §3]. */
export interface Apply {
  readonly filter?: Expression;
  readonly keys: readonly GroupKey[];
  readonly items: readonly AggregateItem[];
}

/** $interval: the short form of $apply. */
export interface Interval {
  readonly width: Duration;
  readonly zone: string | null;
  readonly at: number;
}

/** An Observation's place in the store's orders, with the number of those before it when the mark was made. */
export interface Place {
  readonly skip: number;
  readonly t: number;
  readonly ds: number;
  readonly n: number;
}

export interface QueryOptions {
  readonly filter?: Expression;
  readonly expand?: readonly ExpandItem[];
  readonly select?: readonly SelectItem[];
  readonly orderby?: readonly OrderKey[];
  readonly top?: number;
  readonly skip?: number;
  readonly count?: boolean;
  readonly resultFormat?: string;
  readonly apply?: Apply;
  readonly interval?: Interval;
  readonly skiptoken?: Place;
}
