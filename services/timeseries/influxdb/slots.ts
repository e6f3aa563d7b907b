/** Slots of tie numbers: small numbers are their own slot, high ones stand behind them in the order of the numbers. */
import { FIRST_HIGH_SLOT } from './instants.ts';

const SLOTS = 1_000_000;
/** Numbers of the API count up; so many slots stay free between them for what comes later. */
const STEP = 64;

/** `taken`: slots of the instant and the numbers that stand there. A slot of the same number is given again. */
export function slotFor(n: number, taken: ReadonlyMap<number, number>): number {
  if (n < FIRST_HIGH_SLOT) return n;
  let below = FIRST_HIGH_SLOT - 1;
  let above = SLOTS;
  for (const [slot, number] of taken) {
    if (slot < FIRST_HIGH_SLOT) continue;
    if (number === n) return slot;
    if (number < n) below = Math.max(below, slot);
    else above = Math.min(above, slot);
  }
  const room = above - below;
  // no room between its neighbours: the order within the instant comes from the numbers anyway
  if (room <= 1) return anyFree(taken);
  // numbers of rows that gave way come from the end, see `ties.ts`
  const isLast = above === SLOTS;
  if (isLast && n >= 2 ** 31 - 2 ** 20) return Math.max(below + 1, SLOTS - (2 ** 31 - n));
  return isLast ? below + Math.min(STEP, room >> 1) : below + (room >> 1);
}

function anyFree(taken: ReadonlyMap<number, number>): number {
  for (let slot = FIRST_HIGH_SLOT; slot < SLOTS; slot++) if (!taken.has(slot)) return slot;
  throw new RangeError('an instant has no place for another row');
}
