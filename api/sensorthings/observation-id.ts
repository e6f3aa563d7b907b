/**
 * The `@iot.id` of an Observation [docs/semantics.md]: the Datastream's ordinal (21 bits, from 1) above the milliseconds since
 * 1970 (42 bits, to 2109). Ordinal 0 means an id that was assigned. As bigint, because it goes beyond 2^53.
 */
const TIME_BITS = 42n;
const TIME_MASK = (1n << TIME_BITS) - 1n;
const TIME_END = 2 ** 42;
const ORDINAL_END = 2 ** 21;

/** What a row must bring to be named. */
export interface RowKey {
  readonly ds: number;
  /** Milliseconds since 1970. */
  readonly t: number;
  /** Assigned id, or 0. */
  readonly id: number;
}

/** Can (ds, t) be written into an id? If not, the store assigns one. */
export function hasLayout(ds: number, t: number): boolean {
  return Number.isInteger(t) && t >= 0 && t < TIME_END && Number.isInteger(ds) && ds >= 1 && ds < ORDINAL_END;
}

/** The id of a row: the assigned one, else made of Datastream and time. */
export function observationId(row: RowKey): bigint {
  return row.id !== 0 ? BigInt(row.id) : (BigInt(row.ds) << TIME_BITS) | BigInt(row.t);
}

/** The digits of (ds, t) as an id, without a bigint: millions of them are printed. */
export function layoutText(ds: number, t: number): string {
  const whole = ds * TIME_END + t;
  if (whole <= Number.MAX_SAFE_INTEGER) return String(whole);
  // 2^42 = 4,398,046 · 10^6 + 511,104: the upper and the lower digits apart, each of them exact
  const lower = ds * 511_104 + t;
  const carry = Math.floor(lower / 1_000_000);
  return `${ds * 4_398_046 + carry}${String(lower - carry * 1_000_000).padStart(6, '0')}`;
}

export type ParsedId =
  | { readonly kind: 'assigned'; readonly id: number }
  | { readonly kind: 'layout'; readonly ds: number; readonly t: number }
  | { readonly kind: 'none' };

/** What an id says. `none`: no Observation can have it. */
export function parseObservationId(id: bigint): ParsedId {
  if (id <= 0n || id >> TIME_BITS >= BigInt(ORDINAL_END)) return { kind: 'none' };
  const ds = Number(id >> TIME_BITS);
  const t = Number(id & TIME_MASK);
  return ds === 0 ? { kind: 'assigned', id: t } : { kind: 'layout', ds, t };
}

/** For printing and comparing: a number while it is exact, else the bigint. */
export function exactNumber(id: bigint): number | bigint {
  return id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : id;
}
