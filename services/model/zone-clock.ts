/** What the clocks of a time zone show, and when they show it. "Local" times are that reading, as if it were UTC. */
const DAY = 86_400_000;

export class ZoneClock {
  readonly #format: Intl.DateTimeFormat | null;
  /** Offset at the start of days (UTC) since 1970. A question of the offset takes microseconds, and edges are many. */
  readonly #offsets = new Map<number, number>();

  /** `zone` null: UTC. @throws RangeError for a zone that is none. */
  constructor(zone: string | null) {
    this.#format =
      zone === null
        ? null
        : new Intl.DateTimeFormat('en-US', {
            timeZone: zone,
            hourCycle: 'h23',
            era: 'short',
            year: 'numeric',
            month: 'numeric',
            day: 'numeric',
            hour: 'numeric',
            minute: 'numeric',
            second: 'numeric',
          });
  }

  /** What the clocks show at a moment. */
  local(moment: number): number {
    return moment + this.#offset(moment);
  }

  /** When the clocks first show it. Where they leave it out, the moment when they jump over it, as far as they jump by. */
  moment(local: number): number {
    const before = local - this.#offset(local - DAY);
    const after = local - this.#offset(local + DAY);
    const first = Math.min(before, after);
    if (this.local(first) === local) return first;
    const second = Math.max(before, after);
    return second;
  }

  #offset(moment: number): number {
    if (this.#format === null) return 0;
    const day = Math.floor(moment / DAY);
    const start = this.#startOfDay(day);
    // On most days the clocks don't change.
    return start === this.#startOfDay(day + 1) ? start : this.#ask(moment);
  }

  #startOfDay(day: number): number {
    let offset = this.#offsets.get(day);
    if (offset === undefined) {
      offset = this.#ask(day * DAY);
      this.#offsets.set(day, offset);
    }
    return offset;
  }

  #ask(moment: number): number {
    const part: Record<string, string> = {};
    for (const { type, value } of this.#format!.formatToParts(moment)) part[type] = value;
    const year = part.era === 'BC' ? 1 - Number(part.year) : Number(part.year);
    const shown = Date.UTC(
      year,
      Number(part.month) - 1,
      Number(part.day),
      Number(part.hour),
      Number(part.minute),
      Number(part.second),
    );
    return shown - Math.floor(moment / 1000) * 1000;
  }
}
