/**
 * Who reads, and what they may see [docs/semantics.md, Visibility]. This is the one place that decides; the query planner and the
 * bus's subscribers ask it.
 */
import type { Datastream } from '../model/index.ts';

/** Somebody who reads. `organisations` null: everything (the hub's own operator). */
export interface Reader {
  readonly kind: 'anonymous' | 'member' | 'admin';
  /** Slugs of the organisations whose own data they may read. */
  readonly organisations: readonly string[];
}

export const ANONYMOUS: Reader = { kind: 'anonymous', organisations: [] };
export const ADMIN: Reader = { kind: 'admin', organisations: [] };
/** Whoever comes without a token, where `access.anonymousReads` is `everything`. */
export const EVERYBODY: Reader = { kind: 'admin', organisations: [] };

/** May this reader see this Datastream, its Observations, and through it the entities around it? */
export function maySee(reader: Reader, datastream: Pick<Datastream, 'visibility' | 'organisation'>): boolean {
  if (datastream.visibility === 'public' || reader.kind === 'admin') return true;
  return reader.organisations.includes(datastream.organisation);
}
