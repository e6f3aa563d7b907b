/** The hub over HTTP: configuration, catalogue, history. */
import type { CityThing, StreamName } from './city-model.ts';
import { type HubConfig, parseConfig } from './config.ts';
import type { Options } from './options.ts';
import { getJson, isObject } from './request.ts';
import { toThing } from './things.ts';

/** Part of a Datastream's history, ascending in time. */
export interface History {
  /** phenomenonTime, milliseconds since 1970; an interval's start. */
  readonly times: number[];
  readonly results: unknown[];
  /** There is more than the page asks for. */
  readonly cut: boolean;
  /** Means of hours or days, each at the middle of its span, with the smallest and largest value. Left out: as they came. */
  readonly means?: Means;
}

export type MeanSpan = 'hour' | 'day';

export interface Means {
  readonly span: MeanSpan;
  readonly low: (number | null)[];
  readonly high: (number | null)[];
}

export interface Hub {
  /** Address of the WebSocket. */
  readonly live: URL;
  config(): Promise<HubConfig>;
  /** All Things that a reader without a token may see. */
  things(): Promise<CityThing[]>;
  /** Those of these Things that there are, and that may be seen. */
  thingsOf(ids: readonly number[]): Promise<CityThing[]>;
  /** Observations since a time; of a MultiDatastream one element of each result. */
  history(stream: StreamName, since: number, signal?: AbortSignal): Promise<History>;
  /** Means of whole hours or days (of this browser's clocks) since a time, of a Datastream with numbers or booleans. */
  means(stream: StreamName, since: number, span: MeanSpan, signal?: AbortSignal): Promise<History>;
  /** The first result at or after a time of every Datastream of a domain, by Datastream id. */
  baseline(domain: string, since: number): Promise<Map<number, unknown>>;
  /** Where people find a Datastream in the API. */
  address(stream: StreamName): string;
}

// hours and days that the hub computes of a Datastream are part of its history, not Datastreams of their own
const EXPANDED =
  '$expand=Locations,Datastreams($expand=ObservedProperty),' +
  'MultiDatastreams($filter=properties/aggregateFor eq null;$expand=ObservedProperties)';

/** The hub whose page stands at `base`. */
export function hubAt(base: URL, options: Options): Hub {
  const api = new URL('v1.1/', base);
  const live = new URL('live', base);
  live.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';

  /**
   * Follows nextLinks, at most `pages` pages. Only their query is used: a hub behind a proxy may print a host or scheme
   * that this page can't reach.
   */
  async function* pages(path: string, most: number, signal?: AbortSignal): AsyncGenerator<readonly unknown[], boolean> {
    let url: URL | null = new URL(path, api);
    for (let page = 0; url !== null && page < most; page++) {
      const body = await getJson(url, options.requestTimeout, signal);
      if (!isObject(body)) return true;
      yield Array.isArray(body.value) ? body.value : [];
      const next: unknown = body['@iot.nextLink'];
      const search: string | null = typeof next === 'string' ? new URL(next, url).search : null;
      // A link to the same page again would never end.
      if (search === null || search === url.search) return false;
      url = new URL(url);
      url.search = search;
    }
    return url !== null;
  }

  const listed = async (query: string, most: number): Promise<CityThing[]> => {
    const things = new Map<number, CityThing>();
    for await (const page of pages(`Things?${EXPANDED}&$top=${options.pageSize}${query}`, most)) {
      for (const entity of page) {
        const thing = toThing(entity);
        if (thing !== null) things.set(thing.id, thing);
      }
    }
    return [...things.values()];
  };
  const pathOf = ({ id, element }: StreamName) => `${element === null ? 'Datastreams' : 'MultiDatastreams'}(${id})`;

  return {
    live,
    config: async () => parseConfig(await getJson(new URL('config.json', base), options.requestTimeout)),
    things: () => listed('', options.maxPages),
    thingsOf: async (ids) => {
      const found: CityThing[] = [];
      for (let at = 0; at < ids.length; at += options.thingsAtOnce) {
        const some = ids.slice(at, at + options.thingsAtOnce);
        found.push(...(await listed(`&$filter=id in (${some.join(',')})`, options.thingsAtOnce)));
      }
      return found;
    },
    history: async (stream, since, signal) => {
      const query =
        `${pathOf(stream)}/Observations?$filter=phenomenonTime ge ${new Date(since).toISOString()}` +
        `&$orderby=phenomenonTime asc&$top=${options.chartPageSize}&$select=phenomenonTime,result`;
      const times: number[] = [];
      const results: unknown[] = [];
      const source = pages(query, options.maxChartPages, signal);
      let step = await source.next();
      for (; !step.done; step = await source.next()) {
        for (const item of step.value) {
          const time = isObject(item) ? startOf(item.phenomenonTime) : null;
          if (time === null) continue;
          times.push(time);
          const { result } = item as Record<string, unknown>;
          results.push(stream.element === null ? result : Array.isArray(result) ? result[stream.element] : null);
        }
      }
      return { times, results, cut: step.value };
    },
    means: async (stream, since, span, signal) => {
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const width = span === 'hour' ? "duration'PT1H'" : `duration'P1D','${zone}'`;
      const query =
        `${pathOf(stream)}/Observations?$apply=filter(phenomenonTime ge ${new Date(startOfSpan(since, span)).toISOString()})` +
        `/groupby((bucket(phenomenonTime,${width})),aggregate(result with average as mean,result with min as low,` +
        `result with max as high))&$top=${options.chartPageSize}`;
      const history = { times: [] as number[], results: [] as unknown[] };
      const means = { span, low: [] as (number | null)[], high: [] as (number | null)[] };
      const source = pages(query, options.maxChartPages, signal);
      let step = await source.next();
      for (; !step.done; step = await source.next()) {
        for (const item of step.value) {
          const time = isObject(item) ? middleOf(item.phenomenonTime) : null;
          if (time === null) continue;
          const { mean, low, high } = item as Record<string, unknown>;
          history.times.push(time);
          history.results.push(mean);
          means.low.push(typeof low === 'number' ? low : null);
          means.high.push(typeof high === 'number' ? high : null);
        }
      }
      return { ...history, means, cut: step.value };
    },
    baseline: async (domain, since) => {
      const from = new Date(since).toISOString();
      const query =
        `Datastreams?$filter=properties/domain eq '${domain}'&$select=id&$top=${options.pageSize}` +
        `&$expand=Observations($filter=phenomenonTime ge ${from};$orderby=phenomenonTime asc;$top=1;$select=result)`;
      const found = new Map<number, unknown>();
      for await (const page of pages(query, options.maxPages)) {
        for (const item of page) {
          if (!isObject(item) || typeof item['@iot.id'] !== 'number' || !Array.isArray(item.Observations)) continue;
          const first: unknown = item.Observations[0];
          if (isObject(first)) found.set(item['@iot.id'], first.result);
        }
      }
      return found;
    },
    address: (stream) => new URL(pathOf(stream), api).href,
  };
}

/** Start of an instant or interval `a/b`; null: not a time. */
function startOf(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const time = Date.parse(value.split('/', 1)[0] ?? '');
  return Number.isNaN(time) ? null : time;
}

/** Of an interval `a/b`; null: it is none. */
function middleOf(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const [start = Number.NaN, end = Number.NaN] = value.split('/').map((part) => Date.parse(part));
  return Number.isNaN(start + end) ? null : (start + end) / 2;
}

/** The hour or day that a moment lies in: a part of one would be no mean of it. */
function startOfSpan(time: number, span: MeanSpan): number {
  const start = new Date(time);
  if (span === 'hour') start.setUTCMinutes(0, 0, 0);
  else start.setHours(0, 0, 0, 0);
  return start.getTime();
}
