/**
 * The time of a point: phenomenonTime in milliseconds · 10⁶ + a slot below 10⁶ [README.md]. Such numbers exceed 2^53, so they
 * are taken apart and put together as text.
 */

const DIGITS = 6;
const SLOTS = 1_000_000;
/** From this slot on the tie number stands in a field of its own. */
export const FIRST_HIGH_SLOT = 2 ** 19;

/** Nanoseconds as InfluxDB prints them ▸ milliseconds. */
export function millisecondsOf(nanoseconds: string): number {
  if (!nanoseconds.startsWith('-')) return Number(nanoseconds.slice(0, -DIGITS));
  const whole = Number(nanoseconds.slice(1, -DIGITS));
  // times before 1970 are counted backwards, slots are not
  return Number(nanoseconds.slice(-DIGITS).replace('-', '')) === 0 ? 0 - whole : -1 - whole;
}

/** Nanoseconds as InfluxDB prints them ▸ the slot, 0 … 999,999. */
export function slotOf(nanoseconds: string): number {
  const rest = Number(nanoseconds.slice(-DIGITS).replace('-', ''));
  return nanoseconds.startsWith('-') && rest !== 0 ? SLOTS - rest : rest;
}

/** Nanoseconds as InfluxDB reads them, in line protocol and in queries. `t` whole milliseconds. */
export function nanoseconds(t: number, slot = 0): string {
  if (t === 0) return String(slot);
  if (t > 0) return `${t}${String(slot).padStart(DIGITS, '0')}`;
  if (slot === 0) return `${t}${'0'.repeat(DIGITS)}`;
  const whole = -1 - t;
  const rest = String(SLOTS - slot);
  return whole === 0 ? `-${rest}` : `-${whole}${rest.padStart(DIGITS, '0')}`;
}
