/** What requests leave behind for the next ones. Nothing of it has to be right longer than its entity lives. */
import type { EntityId } from '../../../services/model/index.ts';
import type { Options } from '../options.ts';
import { type Geometry, geometryOf } from '../plan/geometry/index.ts';
import { TextCache } from './text-cache.ts';
import type { VisibleCatalogue } from './visible-catalogue.ts';

/** What holds of all streams that a reader sees, found by `stream-facts.ts`. */
export interface StreamFacts {
  /** The catalogue for which they hold. */
  readonly revision: number;
  /** None is hidden: the store need not be told which. */
  readonly all: boolean;
  /** Ascending. */
  readonly ids: readonly EntityId[];
  /** None has Observations with times of their own. */
  readonly readings: boolean;
  /** All results are numbers. */
  readonly numeric: boolean;
}

export class Caches {
  readonly texts: TextCache;
  /** Of each view that still lives. */
  readonly streams = new WeakMap<VisibleCatalogue, StreamFacts>();
  /** Of values that entities hold. */
  readonly #geometries = new WeakMap<object, Geometry | null>();

  constructor(options: Pick<Options, 'cacheBytes'>) {
    this.texts = new TextCache(options.cacheBytes);
  }

  geometryOf(value: unknown): Geometry | null {
    if (typeof value !== 'object' || value === null) return null;
    let geometry = this.#geometries.get(value);
    if (geometry === undefined) {
      geometry = geometryOf(value);
      this.#geometries.set(value, geometry);
    }
    return geometry;
  }
}
