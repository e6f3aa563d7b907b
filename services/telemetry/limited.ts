/** At most one log line per kind and time span; the next line says how many were left out. */
import type { Clock } from '../model/index.ts';

/** Returns the number of lines left out since the last one (0 …) where a line may be written now, else null. */
export type LineLimit = (kind: string) => number | null;

/** More kinds than this share one budget, so that kinds made from foreign input can't fill the memory. */
const MAX_KINDS = 1000;

export function lineLimit(clock: Clock, everyMs: number): LineLimit {
  const kinds = new Map<string, { last: number; leftOut: number }>();
  return (wanted) => {
    const kind = kinds.has(wanted) || kinds.size < MAX_KINDS ? wanted : '';
    const now = clock.now();
    const state = kinds.get(kind);
    if (state === undefined) {
      kinds.set(kind, { last: now, leftOut: 0 });
      return 0;
    }
    // A clock that was set back must not silence a kind for long.
    if (now - state.last < everyMs && now >= state.last) {
      state.leftOut++;
      return null;
    }
    const { leftOut } = state;
    state.last = now;
    state.leftOut = 0;
    return leftOut;
  };
}
