/**
 * How two times lie to each other, instants or intervals: functions that FROST-Server has beside the standard's. An interval
 * holds its start and not its end, so one that ends where the other starts comes before it.
 */
import type { Time } from '../../syntax/index.ts';
import { define, type FunctionDef } from './function.ts';

const pair = (run: (a: Time, b: Time) => boolean) =>
  define(['time', 'time'], 'boolean', ([a, b]) => run(a as Time, b as Time));
const before = (a: Time, b: Time) => a.end <= b.start && a.start < b.start;

export const SPAN_FUNCTIONS: Readonly<Record<string, FunctionDef>> = {
  before: pair(before),
  after: pair((a, b) => before(b, a)),
  meets: pair((a, b) => a.end === b.start || b.end === a.start),
  during: pair((a, b) => b.start <= a.start && a.end <= b.end),
  // An instant shares its one moment.
  overlaps: pair((a, b) => (a.start < b.end || a.start === b.start) && (b.start < a.end || a.start === b.start)),
  starts: pair((a, b) => a.start === b.start),
  finishes: pair((a, b) => a.end === b.end),
};
