/** Is an entity as it was before, for those who read it? */
import { isDeepStrictEqual } from 'node:util';

/** What the hub notes in an entity for itself and prints nowhere; the times of Observations are no news of their Datastream. */
const NOTES = new Set(['ownTimes', 'hadRemovals']);

/** undefined: it was not there. */
export function looksAlike(before: object | undefined, after: object): boolean {
  if (before === undefined) return false;
  const was = before as Record<string, unknown>;
  const is = after as Record<string, unknown>;
  for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
    if (!NOTES.has(name) && was[name] !== is[name] && !isDeepStrictEqual(was[name], is[name])) return false;
  }
  return true;
}
