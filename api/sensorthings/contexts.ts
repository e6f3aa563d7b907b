/** What the requests of all doors share: the views, what was computed before, and whose turn it is. */
import type { Reader } from '../../services/access/index.ts';
import type { AggregateReader } from '../../services/history/index.ts';
import type { Clock } from '../../services/model/index.ts';
import type { CatalogueReader, ChangeFeed } from '../../services/registry/index.ts';
import type { Capabilities, LatestReader, ObservationSource } from '../../services/timeseries/index.ts';
import type { Options } from './options.ts';
import { Caches, Pace, RequestContext, Scans, Turns, VisibleViews } from './rows/index.ts';
import type { Made } from './schema/index.ts';

export interface ContextPorts {
  readonly catalogue: CatalogueReader;
  /** What changes in the catalogue. Left out: nothing does, or it is looked through anew after each change. */
  readonly changes?: Pick<ChangeFeed, 'onApplied'>;
  readonly store: ObservationSource;
  /** What the store can't do. Left out: it can do everything. */
  readonly capabilities?: () => Capabilities;
  readonly latest: LatestReader;
  /** Hours and days that the hub has computed. Left out: there are none. */
  readonly aggregates?: AggregateReader;
  readonly clock: Clock;
  readonly options: Options;
  readonly made: Made;
  /** Do messages wait for their acknowledgement? Then queries step back. Left out: never. */
  readonly busy?: () => boolean;
  /** Addresses of brokers for the landing page, by the root of the API's addresses. Left out: nothing goes over MQTT. */
  readonly mqttEndpoints?: (root: string) => readonly string[];
}

export class Contexts {
  readonly options: Options;
  readonly made: Made;
  readonly #ports: ContextPorts;
  readonly #views: VisibleViews;
  readonly #caches: Caches;
  readonly #turns: Turns;
  readonly #scans: Scans;

  constructor(ports: ContextPorts) {
    this.options = ports.options;
    this.made = ports.made;
    this.#ports = ports;
    this.#views = new VisibleViews({
      catalogue: ports.catalogue,
      changes: ports.changes,
      limit: ports.options.views,
    });
    this.#caches = new Caches(ports.options);
    this.#scans = new Scans(ports.options.maxScansPerAddress);
    this.#turns = new Turns(ports.busy ?? (() => false));
  }

  /** What the store can't do, as far as it is known now. */
  get capabilities(): Capabilities {
    return this.#ports.capabilities?.() ?? { edit: null, span: null };
  }

  /** Resolves when a slice of other work for one client may begin: it queues with the queries. */
  turn(): Promise<void> {
    return this.#turns.next();
  }

  /** The time that a request begins to use up now. */
  pace(): Pace {
    return new Pace(this.#ports.clock, this.#turns, this.options.queryMilliseconds);
  }

  /** What one request works with; the catalogue is seen as it is now. `address`: who asks; left out: the hub itself. */
  of(reader: Reader, pace: Pace, address?: string): RequestContext {
    const { store, latest, aggregates, options, made, clock, mqttEndpoints } = this.#ports;
    return new RequestContext({
      store,
      latest,
      ...(address === undefined ? {} : { scans: this.#scans.of(address) }),
      ...(aggregates === undefined ? {} : { aggregates }),
      caches: this.#caches,
      options,
      view: this.#views.of(reader),
      reader,
      pace,
      now: clock.now(),
      made,
      ...(mqttEndpoints === undefined ? {} : { mqttEndpoints }),
    });
  }
}
