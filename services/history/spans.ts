/** Spans of time by Datastream and by device, for asking quickly whether an instant lies in one. */
import type { Scope } from './order-line.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
  /** Journal record up to which an erasure reaches; Infinity: it is none. */
  readonly record: number;
}

const NONE: readonly Span[] = [];

export class Spans {
  readonly #all: readonly Span[];
  readonly #datastreams: ReadonlyMap<number, readonly Span[]>;
  readonly #devices: ReadonlyMap<string, readonly Span[]>;

  constructor(scopes: readonly (Scope & { readonly record?: number })[] = []) {
    const all: Span[] = [];
    const datastreams = new Map<number, Span[]>();
    const devices = new Map<string, Span[]>();
    for (const { datastreams: ids, devices: keys, from, to, record = Number.POSITIVE_INFINITY } of scopes) {
      const span = { from: from ?? Number.NEGATIVE_INFINITY, to: to ?? Number.POSITIVE_INFINITY, record };
      if (ids === null) all.push(span);
      for (const id of ids ?? []) add(datastreams, id, span);
      for (const key of keys) add(devices, key, span);
    }
    this.#all = all;
    this.#datastreams = datastreams;
    this.#devices = devices;
  }

  get isEmpty(): boolean {
    return this.#all.length === 0 && this.#datastreams.size === 0 && this.#devices.size === 0;
  }

  /** Does one of them hold this instant? */
  has(datastream: number, t: number): boolean {
    return this.touches(datastream, t, t + 1);
  }

  /** Does one of them touch the span from `from` (inclusive) to `to` (exclusive)? */
  touches(datastream: number, from: number, to: number): boolean {
    return meets(this.#all, from, to) || meets(this.#datastreams.get(datastream) ?? NONE, from, to);
  }

  deviceTouches(device: string, from: number, to: number): boolean {
    return meets(this.#all, from, to) || meets(this.#devices.get(device) ?? NONE, from, to);
  }

  /** One that is for all Datastreams. */
  allTouch(from: number, to: number): boolean {
    return meets(this.#all, from, to);
  }

  /** Those of a Datastream, those of all included. */
  of(datastream: number): readonly Span[] {
    const own = this.#datastreams.get(datastream) ?? NONE;
    return this.#all.length === 0 ? own : [...this.#all, ...own];
  }
}

function meets(spans: readonly Span[], from: number, to: number): boolean {
  for (const span of spans) if (span.from < to && from < span.to) return true;
  return false;
}

function add<K>(map: Map<K, Span[]>, key: K, span: Span): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [span]);
  else known.push(span);
}
