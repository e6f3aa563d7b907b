/**
 * Rows as they stand in another store, with their tie numbers, ids and claims. A place that is taken by the same record stays
 * as it is, so that all of it can be done again; one that another record holds is given to the row that is placed.
 */
import { claimOf } from '../extra.ts';
import type { PlaceRequest } from '../threads/requests.ts';
import type { Aliases } from './aliases.ts';
import type { Claims } from './claims.ts';
import type { Dropped } from './dropped.ts';
import type { WritablePartition } from './writable-partition.ts';

export interface PlacingPorts {
  readonly aliases: Aliases;
  readonly claims: Claims;
  readonly dropped: Dropped;
}

/** `order`: indices of the partition's rows, sorted by (ds, t). The caller has a transaction open. */
export function placeRows(
  { slices }: WritablePartition,
  { ds, t, n, r, type, rec, q, id, x }: PlaceRequest['rows'],
  order: Uint32Array,
  { aliases, claims, dropped }: PlacingPorts,
): void {
  let stream = 0;
  let slot = -1;
  let gone = false;
  for (const row of order) {
    const time = t[row]!;
    if (ds[row] !== stream) {
      stream = ds[row]!;
      slot = slices.stats.find(stream);
      gone = dropped.has(stream);
    }
    if (gone) continue;
    if (slices.mayHold(slot, stream, time)) {
      const holder = slices.occupants(slot, stream, time).find((other) => other.n === n[row]);
      if (holder?.rec === rec[row]) continue;
      if (holder !== undefined) {
        slices.flush();
        const standing = slices.standing(stream, time).find((other) => other.n === n[row])!;
        slices.remove(stream, time, standing);
        if (standing.id !== null) aliases.release(standing.id, stream, time, standing.n);
        const claim = claimOf(standing.x);
        if (claim !== null) claims.release(claim, stream, time, standing.n);
      }
    }
    const extra = x.get(row) ?? null;
    const assigned = id[row] === 0 ? null : id[row]!;
    if (assigned !== null) aliases.move(assigned, stream, time, n[row]!);
    const claim = claimOf(extra);
    if (claim !== null) claims.move(claim, stream, time, n[row]!);
    const result = type[row]! <= 1 ? r[row]! : null;
    slot = slices.add(slot, stream, time, n[row]!, result, type[row]!, rec[row]!, q[row]!, assigned, extra);
  }
  slices.flush();
}
