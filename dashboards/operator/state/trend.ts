/** The last minutes: what the store lacked, and how many uplinks came. */
import type { Status } from '../data/index.ts';

export interface Trend {
  /** Seconds since 1970, as charts want them. */
  readonly times: number[];
  readonly behind: number[];
  /** Uplinks of the last half minute per second; null: not known yet. */
  readonly uplinksPerSecond: number | null;
}

/** Short enough to show what is, long enough not to flicker where a network delivers every few seconds. */
const RATE_MS = 30_000;

export function trendOf({ store: { history, behindRecords }, counters: { uplinks }, hub }: Status): Trend {
  const now = Date.parse(hub.now);
  // a clock that was set back must not fold the picture over
  const samples = history.filter(([at], i) => at <= now && at > (history[i - 1]?.[0] ?? Number.NEGATIVE_INFINITY));
  const before = samples.find(([at]) => now - at <= RATE_MS) ?? samples.at(-1);
  const span = before === undefined ? 0 : now - before[0];
  return {
    times: [...samples.map(([at]) => at / 1000), now / 1000],
    behind: [...samples.map(([, behind]) => behind), behindRecords],
    uplinksPerSecond: before === undefined || span < 1000 ? null : Math.max(0, uplinks - before[2]) / (span / 1000),
  };
}
