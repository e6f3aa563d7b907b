/** What one request works with. */
import { EVERYBODY, type Reader } from '../../../services/access/index.ts';
import type { AggregateReader } from '../../../services/history/index.ts';
import { CodedError } from '../../../services/model/index.ts';
import type { LatestReader, ObservationSource, RangeQuery, Rows } from '../../../services/timeseries/index.ts';
import type { Options } from '../options.ts';
import type { Env } from '../plan/index.ts';
import type { Made } from '../schema/index.ts';
import type { Caches } from './caches.ts';
import { Extents } from './extents.ts';
import { observedArea } from './observed-area.ts';
import type { Pace } from './pace.ts';
import type { ScanPlaces } from './scans.ts';
import type { VisibleCatalogue } from './visible-catalogue.ts';

export interface RequestParts {
  readonly store: ObservationSource;
  /** For scans of the store. Left out: there are as many as the store has. */
  readonly scans?: ScanPlaces;
  readonly latest: LatestReader;
  /** Hours and days that stand in place of rows. Left out: there are none. */
  readonly aggregates?: AggregateReader;
  readonly caches: Caches;
  readonly options: Options;
  readonly view: VisibleCatalogue;
  readonly reader: Reader;
  readonly pace: Pace;
  /** Milliseconds since 1970, for now(). */
  readonly now: number;
  readonly made: Made;
  /** Addresses of brokers for the landing page, by the root of the API's addresses. Left out: there are none. */
  readonly mqttEndpoints?: (root: string) => readonly string[];
}

export class RequestContext {
  readonly store: ObservationSource;
  readonly options: Options;
  readonly view: VisibleCatalogue;
  readonly pace: Pace;
  readonly env: Env;
  readonly latest: LatestReader;
  readonly aggregates: AggregateReader | null;
  readonly caches: Caches;
  readonly mqttEndpoints: (root: string) => readonly string[];
  readonly #scans: ScanPlaces | null;
  readonly #extents: Extents;
  #expanded = 0;

  constructor(parts: RequestParts) {
    const { view } = parts;
    this.store = parts.store;
    this.#scans = parts.scans ?? null;
    this.options = parts.options;
    this.view = view;
    this.pace = parts.pace;
    this.latest = parts.latest;
    this.aggregates = parts.aggregates ?? null;
    this.caches = parts.caches;
    this.mqttEndpoints = parts.mqttEndpoints ?? (() => []);
    const extents = new Extents(parts.latest, parts.store);
    this.#extents = extents;
    this.env = {
      now: parts.now,
      insider: parts.reader.kind !== 'anonymous' && parts.reader !== EVERYBODY,
      made: parts.made,
      indexes: view.indexes,
      visible: (set) => view.set(set),
      stream: (id) => view.set('Datastreams').get(id) ?? view.set('MultiDatastreams').get(id),
      geometryOf: (value) => parts.caches.geometryOf(value),
      extent: (id) => extents.of(id),
      observedArea: (d) => observedArea(d, view.set('FeaturesOfInterest')),
    };
  }

  /** Rows of the store. @throws CodedError hub.busy where too many are read at once. */
  async *rows(query: RangeQuery): AsyncGenerator<Rows> {
    const leave = this.#scans?.enter();
    try {
      yield* this.store.scan(query);
    } finally {
      leave?.();
    }
  }

  /** Queries of the store that this request may run at a time. */
  get lanes(): number {
    return this.#scans?.crowded === true ? 1 : this.options.concurrency;
  }

  /** Fetches what `env.extent` answers from. */
  async loadExtents(datastreams: Iterable<number>): Promise<void> {
    await this.#extents.load(datastreams, this.pace);
  }

  /** For conditions and orders that read the phenomenonTime of streams anywhere. */
  async loadAllExtents(): Promise<void> {
    await this.loadExtents(this.view.set('Datastreams').keys());
    await this.loadExtents(this.view.set('MultiDatastreams').keys());
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
