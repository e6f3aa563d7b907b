/** What the main thread and the writer's thread say to each other; the reader's messages stand in `reading/protocol.ts`. */
import type { Options } from '../options.ts';
import type { PlainPlaces } from '../places.ts';
import type { Capabilities, Expiry } from '../port.ts';
import type { FaultData } from '../threads/fault.ts';
import type { BuryRequest, EditRequest, PlaceRequest, ReviseRequest } from '../threads/requests.ts';
import type { WriteRequest } from '../threads/write-request.ts';
import type { SeriesNames } from './names.ts';
import type { Owner } from './ownership.ts';
import type { FromWriter } from './reading/protocol.ts';

export interface InfluxSettings {
  readonly folder: string;
  readonly options: Options;
  /** The hub's time at the start, milliseconds; decides which times are old when the store is made. */
  readonly now: number;
  /** null: nobody's. */
  readonly owner: Owner | null;
}

/** What is known when the writer's thread can be asked. */
export interface InfluxFacts {
  readonly identity: string;
  readonly capabilities: Capabilities;
}

export type Work = WriteRequest | EditRequest | ReviseRequest | PlaceRequest | BuryRequest;

export interface ExpireRequest {
  readonly kind: 'expire';
  readonly seq: number;
  readonly expiry: Expiry;
}

/** The next tombstones behind this place, 2,000 at the most. */
export interface BuriedRequest {
  readonly kind: 'tombstones';
  readonly seq: number;
  readonly after: BuriedPlace | null;
}

export interface BuriedPlace {
  readonly ds: number;
  readonly t: number;
}

export interface BuriedAnswer {
  readonly places: PlainPlaces;
  readonly done: boolean;
}

export type ToInfluxWriter =
  | Work
  | ExpireRequest
  | BuriedRequest
  | { readonly kind: 'dropped'; readonly seq: number }
  /** Names of Datastreams, before their first rows. */
  | { readonly kind: 'names'; readonly names: readonly (readonly [ds: number, names: SeriesNames | null])[] }
  /** The reader saw another store: look which one it is. */
  | { readonly kind: 'doubt' }
  /** The reader asks nothing since `deletes`. */
  | { readonly kind: 'still' }
  | { readonly kind: 'stop' };

export type InfluxNews =
  | FromWriter
  | { readonly kind: 'store'; readonly facts: InfluxFacts }
  /** Why the server can't be used, whether or not anybody wants something of it; null: it can. `isAway`: it does not even answer. */
  | { readonly kind: 'trouble'; readonly fault: FaultData | null; readonly isAway: boolean };
