/** Times of bodies: ISO 8601 instants and intervals, to the microsecond [STA 8.2.7; docs/semantics.md]. */
import { EARLIEST, LATEST, parseTime } from '../../../services/model/index.ts';
import { shown, wrong } from './complaint.ts';

/** Milliseconds since 1970, and the microseconds below. */
export interface Instant {
  readonly ms: number;
  readonly us: number;
}

export interface Span {
  readonly start: Instant;
  /** null: an instant. */
  readonly end: Instant | null;
}

const BELOW = /[.,]\d{3}(\d{1,3})/;

/** A time without a zone is UTC, as everywhere in the hub. @throws CodedError request.body */
export function readInstant(value: unknown, path: string): Instant {
  const ms = typeof value === 'string' ? parseTime(value) : Number.NaN;
  if (Number.isNaN(ms)) throw wrong(path, `a time such as "2026-05-01T12:00:00Z" expected, not ${shown(value)}`);
  if (ms < EARLIEST || ms >= LATEST) throw wrong(path, `${shown(value)} lies outside of 1700 to 2250`);
  const below = BELOW.exec(value as string)?.[1];
  return { ms, us: below === undefined ? 0 : Number(below.padEnd(3, '0')) };
}

/** `2026-05-01T12:00:00Z`, or from/to with a slash between. @throws CodedError request.body */
export function readSpan(value: unknown, path: string): Span {
  if (typeof value !== 'string' || !value.includes('/')) return { start: readInstant(value, path), end: null };
  const [from, to, more] = value.split('/');
  if (more !== undefined) throw wrong(path, `an interval is two times with one slash, not ${shown(value)}`);
  const start = readInstant(from, path);
  const end = readInstant(to, path);
  if (end.ms < start.ms) throw wrong(path, `the interval ${shown(value)} ends before it begins`);
  return { start, end: end.ms === start.ms ? null : end };
}

/** validTime: always from/to. @throws CodedError request.body */
export function readInterval(value: unknown, path: string): readonly [start: number, end: number] {
  if (typeof value === 'string' && !value.includes('/'))
    throw wrong(
      path,
      'an interval expected: two times with a slash between, "2026-05-01T00:00:00Z/2026-05-02T00:00:00Z"',
    );
  const { start, end } = readSpan(value, path);
  return [start.ms, (end ?? start).ms];
}
