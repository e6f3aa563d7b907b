/**
 * Times as ISO 8601, by hand: half of what printing a reading costs is its time. Readings of one query share days and mostly
 * minutes, so both are remembered.
 */
import { isoTime } from '../../../services/model/index.ts';
import type { Time } from '../syntax/index.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
/** Minutes that are remembered: a power of two. */
const REMEMBERED = 1024;

const two = (n: number) => String(n).padStart(2, '0');
/** `13:45:` for each minute of a day. */
const CLOCK: readonly string[] = Array.from({ length: 1440 }, (_, m) => `${two(Math.floor(m / 60))}:${two(m % 60)}:`);
const SECONDS: readonly string[] = Array.from({ length: 60 }, (_, s) => `${two(s)}.`);

export class TimeText {
  #day = Number.NaN;
  #dayText = '';
  readonly #minutes = new Float64Array(REMEMBERED).fill(Number.NaN);
  readonly #texts: string[] = new Array(REMEMBERED).fill('');

  /** `2026-05-01T13:45:00.000Z`; what isoTime gives. */
  instant(ms: number): string {
    const minute = Math.floor(ms / MINUTE);
    const rest = ms - minute * MINUTE;
    const seconds = Math.floor(rest / 1000);
    const milliseconds = rest - seconds * 1000;
    // beyond four digits of the year, and for what is no whole number, the slow way is right
    if (ms < 0 || ms >= 253_402_300_800_000 || !Number.isInteger(milliseconds)) return isoTime(ms);
    const slot = minute & (REMEMBERED - 1);
    if (this.#minutes[slot] !== minute) {
      this.#texts[slot] = this.#minute(ms, minute);
      this.#minutes[slot] = minute;
    }
    return `${this.#texts[slot]}${SECONDS[seconds]}${milliseconds === 0 ? '000Z' : fraction(milliseconds)}`;
  }

  /** An instant, or `start/end`. */
  of({ start, end, us }: Time): string {
    const first = us === 0 ? this.instant(start) : isoTime(start, us);
    return start === end ? first : `${first}/${this.instant(end)}`;
  }

  #minute(ms: number, minute: number): string {
    const day = Math.floor(ms / DAY);
    if (day !== this.#day) {
      this.#dayText = isoTime(day * DAY).slice(0, 11);
      this.#day = day;
    }
    return this.#dayText + CLOCK[minute - day * 1440];
  }
}

function fraction(milliseconds: number): string {
  return `${milliseconds < 10 ? '00' : milliseconds < 100 ? '0' : ''}${milliseconds}Z`;
}
