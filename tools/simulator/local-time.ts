/** The time on the town hall's clock (Central European Time with summer time), without the cost of Intl. */

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

export interface LocalTime {
  /** Days since 1970 by the local calendar. */
  readonly day: number;
  /** 0 … 24, with its fraction. */
  readonly hour: number;
  /** 0 Monday … 6 Sunday. */
  readonly weekday: number;
  /** 0 on the first of January … 1. */
  readonly year: number;
}

/** 01:00 UTC of the last Sunday of a month, when Europe changes its clocks (Directive 2000/84/EC). */
function changeOver(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0, 1));
  return last.getTime() - last.getUTCDay() * DAY;
}

const FIRST_YEAR = 2000;
interface Year {
  /** First moment of the year, UTC. */
  readonly start: number;
  readonly summer: number;
  readonly winter: number;
}
/** Worked out once: this is asked a million times per simulated day. */
const YEARS: readonly Year[] = Array.from({ length: 101 }, (_, i) => ({
  start: Date.UTC(FIRST_YEAR + i, 0, 1),
  summer: changeOver(FIRST_YEAR + i, 2),
  winter: changeOver(FIRST_YEAR + i, 9),
}));

/** The year of a moment, 2000 … 2099; other years are taken for the nearest of these. */
function yearOf(ms: number): Year {
  // right but for the days around New Year, when it may be the neighbour
  const guess = Math.min(99, Math.max(1, Math.floor((ms - YEARS[0]!.start) / (365.25 * DAY))));
  if (ms < YEARS[guess]!.start) return YEARS[guess - 1]!;
  return ms >= YEARS[guess + 1]!.start ? YEARS[guess + 1]! : YEARS[guess]!;
}

/** Offset of local time from UTC in milliseconds. */
export function utcOffset(ms: number): number {
  const year = yearOf(ms);
  return ms >= year.summer && ms < year.winter ? 2 * HOUR : HOUR;
}

export function localTime(ms: number): LocalTime {
  const local = ms + utcOffset(ms);
  const day = Math.floor(local / DAY);
  return {
    day,
    hour: (local - day * DAY) / HOUR,
    weekday: (((day + 3) % 7) + 7) % 7,
    year: (local - yearOf(local).start) / (365.25 * DAY),
  };
}

/** The first moment after `ms` at which the town hall's clock shows this hour of the day. */
export function nextLocalHour(ms: number, hour: number): number {
  const now = localTime(ms);
  const ahead = (((hour - now.hour) % 24) + 24) % 24;
  return ms + ahead * HOUR;
}
