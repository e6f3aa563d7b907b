/** Times of networks: RFC 3339 with up to nanoseconds. */
import { parseTime } from '../../services/model/index.ts';

function two(text: string, at: number): number {
  const a = text.charCodeAt(at) - 48;
  const b = text.charCodeAt(at + 1) - 48;
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : Number.NaN;
}

/**
 * Milliseconds since 1970, NaN for anything that is no time. The one shape that networks send (UTC as `Z` or `+00:00`) is
 * read digit by digit, ten times as fast as the general `parseTime`, which reads all others.
 */
export function networkTime(text: string): number {
  const { length } = text;
  if (length < 20 || text.charCodeAt(10) !== 84) return parseTime(text);
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  let at = 19;
  let ms = 0;
  if (text.charCodeAt(at) === 46) {
    let weight = 100;
    for (at++; at < length; at++) {
      const d = text.charCodeAt(at) - 48;
      if (d < 0 || d > 9) break;
      ms += d * weight;
      weight = weight === 1 ? 0 : Math.trunc(weight / 10);
    }
  }
  const utc = (length === at + 1 && text.charCodeAt(at) === 90) || (length === at + 6 && text.endsWith('+00:00'));
  // Comparisons with NaN are false: a letter in a number goes the general way too. So do days that few months have.
  const plain =
    year >= 1900 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour <= 23 && minute <= 59 && second <= 59;
  if (!utc || !plain || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return parseTime(text);
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58 || text.charCodeAt(at - 1) === 46)
    return parseTime(text);
  return Date.UTC(year, month - 1, day, hour, minute, second, ms);
}
