/** Hours (UTC) and days (of the city's clocks), as milliseconds since 1970. */
import { ZoneClock } from '../../model/index.ts';

export const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The hour that a moment lies in. */
export function hourOf(t: number): number {
  return Math.floor(t / HOUR) * HOUR;
}

/** The first hour that begins at a moment or behind it. */
export function hourFrom(t: number): number {
  return Math.ceil(t / HOUR) * HOUR;
}

export class Calendar {
  readonly zone: string;
  readonly #clock: ZoneClock;

  /** `zone`: IANA name. */
  constructor(zone: string) {
    this.zone = zone;
    this.#clock = new ZoneClock(zone);
  }

  /** The day that a moment lies in. */
  dayOf(t: number): number {
    return this.#clock.moment(Math.floor(this.#clock.local(t) / DAY) * DAY);
  }

  /** The first day that begins at a moment or behind it. */
  dayFrom(t: number): number {
    const day = this.dayOf(t);
    return day === t ? t : this.dayAfter(day);
  }

  /** `day`: the start of a day. One of 23 hours is followed by one that lasts until the 47th, one of 25 until the 49th. */
  dayAfter(day: number): number {
    return this.dayOf(day + 30 * HOUR);
  }
}
