/** Names of measurements and fields, and in which of the two policies a row stands [README.md]. */
import type { Where } from './generations.ts';
import { FIRST_HIGH_SLOT } from './instants.ts';

/** What the hub keeps for itself stands where the long shards are. */
export const HOME: Where = 'history';

/** Measurements whose names begin so are the hub's own. */
export const OWN = '_stadtpegel';
export const SERIES = '_stadtpegel_series';
export const IDS = '_stadtpegel_ids';
export const CLAIMS = '_stadtpegel_claims';
export const REMOVED = '_stadtpegel_removed';
export const OWNER = '_stadtpegel_owner';
export const WITNESS = '_stadtpegel_witness';

/** A boolean field of points that have no row: they keep a series in the index of 1.x [thorough-delete.ts]. */
export const KEEPER = 'placeholder';

/** Layout of what stands in InfluxDB; `_stadtpegel` says which one it is. */
export const SCHEMA = 1;

/** Times of the first policy, milliseconds: from ≤ t < to. All others stand in the history policy. */
export interface Current {
  readonly from: number;
  readonly to: number;
}

export function whereOf(t: number, { from, to }: Current): Where {
  return t < from || t >= to ? 'history' : 'current';
}

/** The slot of a tie number where the number alone tells it, else null: it is looked for. */
export function slotOfTie(n: number): number | null {
  return n < FIRST_HIGH_SLOT ? n : null;
}

/** An identifier in InfluxQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
