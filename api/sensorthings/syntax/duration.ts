/** ISO 8601 durations as `duration'P1DT2H'`. */
import { Duration } from './tree.ts';

const DURATION =
  /^([+-])?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i;

/** null: not a duration. */
export function parseDuration(text: string): Duration | null {
  const m = DURATION.exec(text);
  if (m === null || /[PT]$/i.test(text)) return null;
  const n = (i: number) => Number(m[i] ?? 0);
  const sign = m[1] === '-' ? -1 : 1;
  const months = sign * (n(2) * 12 + n(3));
  const ms = sign * Math.round(((n(4) * 7 + n(5)) * 86_400 + n(6) * 3600 + n(7) * 60 + n(8)) * 1000);
  if (!Number.isSafeInteger(ms) || !Number.isSafeInteger(months)) return null;
  return new Duration(months === 0 ? 0 : months, ms === 0 ? 0 : ms);
}

export function printDuration(d: Duration): string {
  const sign = d.months < 0 || d.ms < 0 ? '-' : '';
  const months = d.months === 0 ? '' : `${Math.abs(d.months)}M`;
  return `${sign}P${months}T${Math.abs(d.ms) / 1000}S`;
}
