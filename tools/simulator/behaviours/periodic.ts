/** A device that measures and sends every so many minutes. */
import { MINUTE } from '../local-time.ts';
import { unit } from '../random.ts';
import type { Behaviour, Surroundings, Values } from './behaviour.ts';

/** @param minutes city time between two reports, may depend on what was measured last. */
export function periodic(
  own: number,
  surroundings: Surroundings,
  minutes: (at: number) => number,
  measure: (at: number, since: number) => Values,
): Behaviour {
  let last = 0;
  let count = 0;
  return {
    begin(at) {
      last = at;
      return at + unit(own, 1) * Math.min(15, minutes(at)) * MINUTE;
    },
    step(at) {
      const values = measure(at, last);
      last = at;
      count++;
      const jitter = 0.97 + 0.06 * unit(own, count, 2);
      return { values, next: at + minutes(at) * surroundings.spacing(at) * jitter * MINUTE };
    },
  };
}
