import type { LiveValue } from '../../services/model/index.ts';
import type { CityStream, CityThing } from '../data/index.ts';

/** The latest value of a Datastream. */
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
  readonly streams: ReadonlyMap<number, CityStream>;
  readonly #readings = new Map<number, Reading>();
  readonly #strangers = new Set<number>();

  constructor(things: readonly CityThing[]) {
    this.things = new Map(things.map((thing) => [thing.id, thing]));
    this.streams = new Map(things.flatMap((thing) => thing.streams.map((stream) => [stream.id, stream])));
  }

  reading(stream: number): Reading | null {
    return this.#readings.get(stream) ?? null;
  }

  /** Datastreams that sent values but are not in this catalogue: it was loaded before they were made. */
  get strangers(): number {
    return this.#strangers.size;
  }

  /** Takes over what another City knew of the Datastreams that both have: the catalogue was loaded again. */
  adopt(other: City): void {
    for (const id of this.streams.keys()) {
      const reading = other.reading(id);
      if (reading !== null) this.#readings.set(id, reading);
    }
  }

  /** The hub's word on everything: what is not in it has no value (any more). Gives the Things that it is about. */
  snapshot(values: readonly LiveValue[]): Set<number> {
    const before = new Map(this.#readings);
    this.#readings.clear();
    for (const value of values) {
      const old = before.get(value.datastream);
      if (old !== undefined) this.#readings.set(value.datastream, old);
    }
    this.observe(values);
    return new Set(this.things.keys());
  }

  /** New values as they come. Gives the Things whose values they are. */
  observe(values: readonly LiveValue[]): Set<number> {
    const touched = new Set<number>();
    for (const value of values) {
      const stream = this.streams.get(value.datastream);
      if (stream === undefined) this.#strangers.add(value.datastream);
      else if (this.#take(value)) touched.add(stream.thing);
    }
    return touched;
  }

  #take(value: LiveValue): boolean {
    // Stored, but never the latest [docs/semantics.md].
    if (value.quality?.includes('future')) return false;
    const t = Date.parse(value.phenomenonTime.split('/', 1)[0] ?? '');
    if (Number.isNaN(t)) return false;
    const old = this.#readings.get(value.datastream);
    // A late one belongs into history, not onto the map.
    if (old !== undefined && t < old.t) return false;
    const same = old !== undefined && equal(old.result, value.result);
    const changedAt = old === undefined ? null : same ? old.changedAt : t;
    this.#readings.set(value.datastream, { t, result: value.result, changedAt });
    return true;
  }
}

function equal(a: unknown, b: unknown): boolean {
  if (typeof a === 'object' && a !== null) return JSON.stringify(a) === JSON.stringify(b);
  return Object.is(a, b);
}
