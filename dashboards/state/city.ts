import type { LiveValue } from '../../services/model/index.ts';
import type { CityStream, CityThing, StreamName } from '../data/index.ts';

/** The latest value of a Datastream, or of one element of a MultiDatastream. */
export interface Reading {
  /** Its phenomenonTime, milliseconds since 1970: the last confirmation. */
  readonly t: number;
  readonly result: unknown;
  /** Since when the result has this value, as far as this page has seen it change; null: it has not. */
  readonly changedAt: number | null;
}

/** Things, Datastreams and their latest values. */
export class City {
  readonly things: ReadonlyMap<number, CityThing>;
  /** By id; those of a MultiDatastream in the order of its elements. */
  readonly streams: ReadonlyMap<number, readonly CityStream[]>;
  /** By id; as many as there are streams of that id. */
  readonly #readings = new Map<number, readonly Reading[]>();
  readonly #strangers = new Set<number>();
  readonly #corrections = new Map<number, number>();

  constructor(things: readonly CityThing[]) {
    this.things = new Map(things.map((thing) => [thing.id, thing]));
    const streams = new Map<number, CityStream[]>();
    for (const thing of things)
      for (const stream of thing.streams) {
        const those = streams.get(stream.id);
        if (those === undefined) streams.set(stream.id, [stream]);
        else those.push(stream);
      }
    this.streams = streams;
  }

  reading({ id, element }: StreamName): Reading | null {
    return this.#readings.get(id)?.[element ?? 0] ?? null;
  }

  /** Datastreams that sent values but are not in this catalogue: it was loaded before they were made. */
  get strangers(): number {
    return this.#strangers.size;
  }

  /** Rises when values of it were taken back: a history that was read before may hold what is deleted. */
  corrections({ id }: StreamName): number {
    return this.#corrections.get(id) ?? 0;
  }

  /** Takes over what another City knew of the Datastreams that both have: the catalogue was loaded again. */
  adopt(other: City): void {
    for (const [id, count] of other.#corrections) if (this.streams.has(id)) this.#corrections.set(id, count);
    for (const [id, { length }] of this.streams) {
      const readings = other.#readings.get(id);
      if (readings?.length === length) this.#readings.set(id, readings);
    }
  }

  /**
   * The same City with these Things as they are now. `asked`: Things that were asked for; those that did not come are gone.
   * `gone`: Datastreams that are; a Thing without any goes with them.
   */
  followed(things: readonly CityThing[], asked: Iterable<number>, gone: ReadonlySet<number>): City {
    const all = new Map(this.things);
    for (const id of gone) {
      const thing = all.get(this.streams.get(id)?.[0]?.thing ?? 0);
      if (thing === undefined) continue;
      const streams = thing.streams.filter((stream) => stream.id !== id);
      if (streams.length === 0) all.delete(thing.id);
      else all.set(thing.id, { ...thing, streams });
    }
    const came = new Map(things.map((thing) => [thing.id, thing]));
    for (const id of asked) if (!came.has(id)) all.delete(id);
    for (const thing of things) all.set(thing.id, thing);
    const city = new City([...all.values()]);
    city.adopt(this);
    for (const id of this.#strangers) if (!city.streams.has(id) && !gone.has(id)) city.#strangers.add(id);
    return city;
  }

  /** The hub's word on everything: what is not in it has no value (any more). Gives the Things that it is about. */
  snapshot(values: readonly LiveValue[]): Set<number> {
    const before = new Map(this.#readings);
    this.#readings.clear();
    for (const value of values) this.#take(value, true, before.get(value.datastream));
    return new Set(this.things.keys());
  }

  /** New values as they come. Gives the Things whose values they are. */
  observe(values: readonly LiveValue[]): Set<number> {
    return this.#touched(values, (value) => this.#take(value, false, this.#readings.get(value.datastream)));
  }

  /** Latest values whatever was known, because an Observation was deleted; `none`: Datastreams without one now. */
  correct(values: readonly LiveValue[], none: readonly number[]): Set<number> {
    for (const id of [...values.map(({ datastream }) => datastream), ...none])
      if (this.streams.has(id)) this.#corrections.set(id, (this.#corrections.get(id) ?? 0) + 1);
    const touched = this.#touched(values, (value) => this.#take(value, true, this.#readings.get(value.datastream)));
    for (const id of none) {
      const thing = this.streams.get(id)?.[0]?.thing;
      if (thing !== undefined && this.#readings.delete(id)) touched.add(thing);
    }
    return touched;
  }

  #touched(values: readonly LiveValue[], take: (value: LiveValue) => boolean): Set<number> {
    const touched = new Set<number>();
    for (const value of values) if (take(value)) touched.add(this.streams.get(value.datastream)![0]!.thing);
    return touched;
  }

  /** `certain`: the hub says that it is the latest; else a late one belongs into history, not onto the map. */
  #take(value: LiveValue, certain: boolean, old: readonly Reading[] = []): boolean {
    const { datastream, phenomenonTime, quality, result } = value;
    const streams = this.streams.get(datastream);
    if (streams === undefined) {
      this.#strangers.add(datastream);
      return false;
    }
    // Stored, but never the latest [docs/semantics.md].
    if (quality?.includes('future')) return false;
    const t = Date.parse(phenomenonTime.split('/', 1)[0] ?? '');
    if (Number.isNaN(t)) return false;
    const last = old[0]?.t;
    if (!certain && last !== undefined && t < last) return false;
    const readings = streams.map(({ element }, at) => {
      const own = element === null ? result : Array.isArray(result) ? (result[element] ?? null) : null;
      return { t, result: own, changedAt: changedAt(old[at], own, t) };
    });
    this.#readings.set(datastream, readings);
    return true;
  }
}

/** null: the page has not seen it change. */
function changedAt(old: Reading | undefined, result: unknown, t: number): number | null {
  if (old === undefined || t < old.t) return null;
  return equal(old.result, result) ? old.changedAt : t;
}

function equal(a: unknown, b: unknown): boolean {
  if (typeof a === 'object' && a !== null) return JSON.stringify(a) === JSON.stringify(b);
  return Object.is(a, b);
}
