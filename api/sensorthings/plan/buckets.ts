/**
 * The edges of spans of time that follow one another: hours, days, months, also by the clocks of a time zone. Spans that
 * divide an hour are real time. Longer ones stand on the clock of the zone: a day may last 23 or 25 hours, six hours five or
 * seven. Days begin at midnight, weeks on Monday, months on their first; several of them are counted from 1970.
 */
import { ZoneClock } from '../../../services/model/index.ts';
import type { Duration } from '../syntax/index.ts';

export interface BucketWidth {
  /** One of both is not 0. */
  readonly months: number;
  readonly ms: number;
  /** IANA name; null: UTC. */
  readonly zone: string | null;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** The widest span: a thousand years. Edges of wider ones would lie outside the times that there are. */
const WIDEST = { months: 12_000, ms: 366_000 * DAY };
/** 1970-01-05, as milliseconds since 1970. */
const FIRST_MONDAY = 4 * DAY;

/** What is wrong with a width; null: nothing. */
export function widthProblem({ months, ms }: Duration, zone: string | null): string | null {
  if (months !== 0 && ms !== 0) return "months go with no days and hours; write duration'P1M' or duration'P30D'";
  if (months < 0 || ms < 0 || months + ms === 0) return "a width above zero expected, such as duration'PT1H'";
  if (months > WIDEST.months || ms > WIDEST.ms) return 'a width of at most a thousand years expected';
  if (zone !== null && !isZone(zone)) return `there is no time zone '${zone}'; write 'Europe/Berlin'`;
  return null;
}

/** Ascending: the first is at or before `from`, the last at or behind `to`. As a generator, because there may be many. */
export function* bucketEdges(from: number, to: number, width: BucketWidth): Generator<number> {
  const clock = new ZoneClock(width.zone);
  let last = Number.NEGATIVE_INFINITY;
  for (const edge of width.months > 0 ? months(from, width.months, clock) : spans(from, width.ms, clock)) {
    if (!Number.isFinite(edge)) return;
    // Where the clocks go forward two edges may fall on one moment.
    if (edge <= last) continue;
    yield edge;
    last = edge;
    if (edge >= to) return;
  }
}

/** How many edges there are at the most. */
export function edgesAtMost(from: number, to: number, { months: m, ms }: BucketWidth): number {
  return Math.ceil((to - from) / (m > 0 ? m * 28 * DAY : ms)) + 3;
}

function* months(from: number, count: number, clock: ZoneClock): Generator<number> {
  const date = new Date(clock.local(from));
  const index = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
  for (let i = Math.floor(index / count) * count; ; i += count) yield clock.moment(Date.UTC(1970, i, 1));
}

function* spans(from: number, ms: number, clock: ZoneClock): Generator<number> {
  if (HOUR % ms === 0) {
    const offset = clock.local(from) - from;
    for (let t = Math.floor((from + offset) / ms) * ms - offset; ; t += ms) yield t;
  }
  const origin = ms % WEEK === 0 ? FIRST_MONDAY : 0;
  for (let t = Math.floor((clock.local(from) - origin) / ms) * ms + origin; ; t += ms) yield clock.moment(t);
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
