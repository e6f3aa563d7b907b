/** Time as the hub counts it: milliseconds since 1970 (UTC), from an injected clock. */

/** Where time comes from; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Accepted phenomenonTime: 1700-01-01 … 2250-01-01, see docs/semantics.md. */
export const EARLIEST = Date.UTC(1700, 0, 1);
export const LATEST = Date.UTC(2250, 0, 1);

/** A reading whose time lies further ahead of its receipt is flagged and never becomes the latest. */
export const FUTURE_TOLERANCE = 5 * 60_000;

/** ISO 8601 in UTC with milliseconds, as the API prints it; `us`: with so many microseconds more, 0 … 999. */
export function isoTime(ms: number, us = 0): string {
  const text = new Date(ms).toISOString();
  return us === 0 ? text : `${text.slice(0, -1)}${String(us).padStart(3, '0')}Z`;
}

const ISO =
  /^([+-]\d{6}|\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|z|[+-]\d\d:?\d\d|[+-]\d\d)?)?$/;

/**
 * Milliseconds since 1970 of an ISO 8601 time, NaN for anything else. Digits below the millisecond are cut off (networks
 * send nanoseconds); a time without a zone is read as UTC, never in the zone of the machine.
 */
export function parseTime(text: string): number {
  const m = ISO.exec(text);
  if (m === null) return Number.NaN;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = m;
  const ms = fraction === '' ? 0 : Number(`${fraction}00`.slice(0, 3));
  const mo = Number(month);
  const d = Number(day);
  if (mo < 1 || mo > 12 || d < 1 || d > 31 || Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60)
    return Number.NaN;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), mo - 1, d);
  if (date.getUTCDate() !== d) return Number.NaN;
  const utc = date.getTime() + Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1000 + ms;
  if (zone === 'Z' || zone === 'z') return utc;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '');
  return utc - sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4) || '0')) * 60_000;
}
