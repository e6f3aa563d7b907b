import { DAY } from '../local-time.ts';
import { unit } from '../random.ts';

/** Volts of a lithium cell: a little different for each, a little lower every month. */
export function cell(own: number, at: number, full: number): number {
  const age = ((at / DAY + unit(own, 11) * 900) % 900) / 900;
  return Math.round((full - 0.25 * age) * 1000) / 1000;
}
