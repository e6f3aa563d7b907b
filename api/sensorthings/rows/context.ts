/** What one request works with. */
import type { Reader } from '../../../services/access/index.ts';
import { CodedError } from '../../../services/model/index.ts';
import type { Options } from '../options.ts';
import type { Env } from '../plan/index.ts';
import type { Time } from '../syntax/index.ts';
import type { ExtentCache } from './extents.ts';
import { observedArea } from './observed-area.ts';
import type { Pace } from './pace.ts';
import type { ObservationSource } from './source.ts';
import type { VisibleCatalogue } from './visible-catalogue.ts';

export interface RequestParts {
  readonly store: ObservationSource;
  readonly extents: ExtentCache;
  readonly options: Options;
  readonly view: VisibleCatalogue;
  readonly reader: Reader;
  readonly pace: Pace;
  /** Milliseconds since 1970, for now(). */
  readonly now: number;
  /** Does the store hold Observations over intervals? */
  readonly hasIntervals: boolean;
}

export class RequestContext {
  readonly store: ObservationSource;
  readonly options: Options;
  readonly view: VisibleCatalogue;
  readonly pace: Pace;
  readonly hasIntervals: boolean;
  readonly env: Env;
  readonly #cache: ExtentCache;
  readonly #extents = new Map<number, Time | null>();
  #expanded = 0;

  constructor(parts: RequestParts) {
    const { view } = parts;
    this.store = parts.store;
    this.options = parts.options;
    this.view = view;
    this.pace = parts.pace;
    this.hasIntervals = parts.hasIntervals;
    this.#cache = parts.extents;
    this.env = {
      now: parts.now,
      insider: parts.reader.kind !== 'anonymous',
      indexes: view.indexes,
      visible: (set) => view.set(set),
      extent: (id) => this.#extents.get(id) ?? null,
      observedArea: (d) => observedArea(d, view.set('FeaturesOfInterest')),
    };
  }

  /** Fetches what `env.extent` answers from. */
  async loadExtents(datastreams: Iterable<number>): Promise<void> {
    await this.#cache.load(datastreams, this.#extents);
  }

  /** For conditions and orders that read the phenomenonTime of Datastreams anywhere. */
  async loadAllExtents(): Promise<void> {
    await this.loadExtents(this.view.set('Datastreams').keys());
  }

  /** Expanded entities so far; set back when a part of a page is thrown away. */
  get spent(): number {
    return this.#expanded;
  }
  set spent(entities: number) {
    this.#expanded = entities;
  }
  get overspent(): boolean {
    return this.#expanded > this.options.expandEntities;
  }

  /** Counts expanded entities. @throws CodedError query.limit beyond the option. */
  spend(entities: number): void {
    this.#expanded += entities;
    if (this.#expanded > this.options.expandEntities) {
      const detail = `$expand gives more than ${this.options.expandEntities} entities; set a smaller $top inside it`;
      throw new CodedError('query.limit', detail);
    }
  }
}
