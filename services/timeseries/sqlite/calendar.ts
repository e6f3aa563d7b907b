/**
 * Which partition a time belongs to [docs/semantics.md]: decades, then ISO weeks from `weeksFrom` to `weeksTo`, then one file for
 * the future. The two borders are fixed when a store is made, so that a row's partition never changes.
 */

export interface Span {
  /** File name without its ending. The first part is the retention class. */
  readonly name: string;
  /** Inclusive, milliseconds. */
  readonly from: number;
  /** Exclusive, milliseconds. */
  readonly to: number;
}

const DAY = 86_400_000;
const WEEK = 7 * DAY;
/** 1970-01-05 was a Monday. */
const MONDAY = 4 * DAY;
const CLASS = 'default';

export function weekStart(t: number): number {
  return Math.floor((t - MONDAY) / WEEK) * WEEK + MONDAY;
}

export class Calendar {
  readonly weeksFrom: number;
  readonly weeksTo: number;

  constructor(weeksFrom: number, weeksTo: number) {
    this.weeksFrom = weeksFrom;
    this.weeksTo = weeksTo;
  }

  spanOf(t: number): Span {
    if (t >= this.weeksTo) return { name: `${CLASS}-future`, from: this.weeksTo, to: Number.POSITIVE_INFINITY };
    if (t >= this.weeksFrom) {
      const from = weekStart(t);
      return { name: `${CLASS}-${weekName(from)}`, from, to: from + WEEK };
    }
    const decade = Math.floor(new Date(t).getUTCFullYear() / 10) * 10;
    const to = Math.min(Date.UTC(decade + 10, 0, 1), this.weeksFrom);
    return { name: `${CLASS}-${decade}s`, from: Date.UTC(decade, 0, 1), to };
  }

  /** The span of a partition's name; null where no such partition can be in this store. */
  parse(name: string): Span | null {
    let span: Span | null = null;
    const week = /^default-(\d{4})-W(\d\d)$/.exec(name);
    const decade = /^default-(\d{4})s$/.exec(name);
    if (week !== null) span = this.spanOf(weekStart(Date.UTC(Number(week[1]), 0, 4)) + (Number(week[2]) - 1) * WEEK);
    else if (decade !== null) span = this.spanOf(Date.UTC(Number(decade[1]), 0, 1));
    else if (name === `${CLASS}-future`) span = this.spanOf(this.weeksTo);
    return span?.name === name ? span : null;
  }
}

/** ISO 8601 week, `2026-W07`: it belongs to the year that holds its Thursday. */
function weekName(monday: number): string {
  const thursday = monday + 3 * DAY;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / WEEK) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}
