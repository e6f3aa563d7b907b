/**
 * A change of the registry as the journal holds it: the entities as they are from now on. Replaying a change gives the same
 * registry again, whatever the code that planned it looks like today.
 */
import type { Device, Edit, EntityId, EntitySets, Organisation, SetName } from '../model/index.ts';

/** One entity that is put in its place, by the set it belongs to. */
export type Put =
  | { [N in SetName]: readonly [N, EntitySets[N]] }[SetName]
  | readonly ['Organisations', Organisation]
  | readonly ['Devices', Device];

/** One entity that is gone: set and id (key of a device). */
export type Remove = readonly [set: Put[0], id: EntityId | string];

export interface Change {
  /** Who asked for it: name of a token, or `hub`. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly puts: readonly Put[];
  /** Removed before `puts` are put. Left out: nothing. */
  readonly removes?: readonly Remove[];
  /** Keys of devices whose mounting before was never right. Left out: none. */
  readonly corrects?: readonly string[];
  /** What it does to Observations. Left out: nothing. */
  readonly edits?: readonly Edit[];
}

export function encodeChange(change: Change): Buffer {
  return Buffer.from(JSON.stringify(change));
}

export function decodeChange(body: Uint8Array): Change {
  return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')) as Change;
}

/** The id under which a put stands in its set. */
export function keyOf(put: Put): EntityId | string {
  return put[0] === 'Devices' ? put[1].key : put[1].id;
}
