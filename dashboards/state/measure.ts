import type { CityStream, CityThing } from '../data/index.ts';

/** What speaks for a Thing on the map: a Datastream, read as one of the few quantities that the map knows to judge. */
export interface Measure {
  readonly stream: CityStream;
  readonly quantity: string | null;
  /** Unit of what `read` gives. */
  readonly symbol: string;
  /** A result in that unit; null: it is none. */
  read(result: unknown): number | boolean | null;
}

/** Rules in the order of what says most; the first that fits a Thing wins. */
const RULES: readonly ((thing: CityThing, stream: CityStream) => Measure | null)[] = [
  same('occupied'),
  same('freeSpaces'),
  same('occupancyRate'),
  same('waterLevel'),
  same('waterDepth'),
  same('fillLevel'),
  // A sensor that hangs over the water or the waste knows a distance only; the Thing says what it means.
  (thing, stream) => {
    const above = metres(thing, 'sensorAboveZero');
    if (stream.quantity !== 'waterDistance' || above === null) return null;
    return derived(stream, 'waterLevel', 'm', (distance) => above - distance);
  },
  (thing, stream) => {
    const depth = metres(thing, 'shaftDepth');
    if (stream.quantity !== 'waterDistance' || depth === null) return null;
    return derived(stream, 'fillLevel', '%', (distance) => percent(1 - distance / depth));
  },
  (thing, stream) => {
    const depth = metres(thing, 'depth');
    if (stream.quantity !== 'fillDistance' || depth === null) return null;
    return derived(stream, 'fillLevel', '%', (distance) => percent(1 - distance / (depth * 100)));
  },
  same('full'),
  same('airTemperature'),
  same('pm2_5'),
  same('co2'),
  same('no2'),
  same('soundLevel'),
  same('peopleCount'),
  same('bicycleCount'),
  same('soilMoisture'),
  same('energy'),
  same('volume'),
  same('waterTemperature'),
  same('waterDistance'),
  (_, stream) => as(stream),
];

/** null: the Thing has no Datastream that may be seen. */
export function measureOf(thing: CityThing): Measure | null {
  for (const rule of RULES) {
    for (const stream of thing.streams) {
      const measure = rule(thing, stream);
      if (measure !== null) return measure;
    }
  }
  return null;
}

/** The domain that a Thing is shown under. null: none. */
export function domainOf(thing: CityThing): string | null {
  return measureOf(thing)?.stream.domain ?? null;
}

/** How many of the Things stand on the map, by domain; the most first. */
export function byDomain(things: Iterable<CityThing>): [domain: string, count: number][] {
  const counts = new Map<string, number>();
  for (const thing of things) {
    const domain = domainOf(thing);
    if (domain !== null && thing.position !== null) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}

function same(quantity: string) {
  return (_: CityThing, stream: CityStream) => (stream.quantity === quantity ? as(stream) : null);
}

function as(stream: CityStream): Measure {
  return { stream, quantity: stream.quantity, symbol: stream.symbol, read: plain };
}

function derived(stream: CityStream, quantity: string, symbol: string, from: (value: number) => number): Measure {
  return {
    stream,
    quantity,
    symbol,
    read: (result) => {
      const value = plain(result);
      return typeof value === 'number' ? from(value) : null;
    },
  };
}

function plain(result: unknown): number | boolean | null {
  if (typeof result === 'boolean') return result;
  return typeof result === 'number' && Number.isFinite(result) ? result : null;
}

function metres(thing: CityThing, property: string): number | null {
  const value = thing.properties[property];
  return typeof value === 'number' && value > 0 ? value : null;
}

function percent(share: number): number {
  return Math.max(0, Math.min(100, share * 100));
}
