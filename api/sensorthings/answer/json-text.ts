/** Values of properties ▸ JSON text. */
import { Time } from '../syntax/index.ts';
import type { TimeText } from './time-text.ts';

/** Times as ISO 8601, ids beyond 2^53 exactly; what has no value is null. */
export function jsonText(value: unknown, times: TimeText): string {
  if (value instanceof Time) return `"${times.of(value)}"`;
  if (typeof value === 'bigint') return String(value);
  return JSON.stringify(value ?? null);
}

/** Text as it stands inside the quotes of a JSON string. */
export function inQuotes(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
