/** Long work in slices: messages and queries have their turns between. */
import { setImmediate as turn } from 'node:timers/promises';

/** Longest time without a turn for others, milliseconds. */
const SLICE = 2;

/** To be called once per small step; it resolves at once while the slice lasts. The first one begins now. */
export function breathing(): () => void | Promise<void> {
  let since = performance.now();
  return () => {
    if (performance.now() - since < SLICE) return;
    return turn().then(() => {
      since = performance.now();
    });
  };
}
