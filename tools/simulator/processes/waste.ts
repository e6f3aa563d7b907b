/** Bins and containers: they fill while people are out, and are emptied on Tuesdays and Fridays once it is worth it. */
import { DAY, HOUR, localTime, utcOffset } from '../local-time.ts';
import { unit } from '../random.ts';

export interface Bin {
  /** % of the volume per day. */
  readonly perDay: number;
  /** The tour comes by on every such Tuesday and Friday: 1 each time, 4 every second week, 8 every fourth week. */
  readonly everyNthTour: number;
  /** Hour of the day at which the tour reaches this bin. */
  readonly tourHour: number;
  readonly seed: number;
}

/** Tours since 1970 up to a local day: a Tuesday and a Friday each week. Day 0 was a Thursday. */
function toursUntil(day: number): number {
  const sinceMonday = day + 3;
  const week = Math.floor(sinceMonday / 7);
  const weekday = sinceMonday - week * 7;
  return week * 2 + (weekday >= 4 ? 2 : weekday >= 1 ? 1 : 0);
}

/** City time of the last emptying at or before `at`. */
export function lastEmptied(bin: Bin, at: number): number {
  const phase = bin.seed % bin.everyNthTour;
  const local = at + utcOffset(at) - bin.tourHour * HOUR;
  let day = Math.floor(local / DAY);
  while (toursUntil(day) === toursUntil(day - 1) || toursUntil(day) % bin.everyNthTour !== phase) day--;
  const guess = day * DAY + bin.tourHour * HOUR;
  return guess - utcOffset(guess - HOUR);
}

/** Share of a day's waste that has come by this hour: nothing at night, most from noon to evening. */
function shareByHour(hour: number): number {
  const x = Math.min(1, Math.max(0, (hour - 7) / 16));
  return x * x * (3 - 2 * x);
}

/** Days of use since the last emptying, with its fraction. */
function usedDays(from: number, to: number): number {
  const a = localTime(from);
  const b = localTime(to);
  return b.day - a.day + shareByHour(b.hour) - shareByHour(a.hour);
}

/** % full; `extra` % come on top (an event in the street). A bin is never more than full. */
export function binFill(bin: Bin, at: number, extra: number): number {
  const emptied = lastEmptied(bin, at);
  const rest = 2 + 3 * unit(bin.seed, Math.floor(emptied / DAY));
  return Math.min(100, rest + bin.perDay * usedDays(emptied, at) + extra);
}
