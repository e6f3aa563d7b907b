/** What reading knows of the store: which Datastream stands in which measurement, what is dropped or hidden, where rows stand. */
import type { Where } from '../generations.ts';
import { type Current, HOME } from '../schema.ts';
import { Facts } from './facts.ts';
import { Hidden } from './hidden.ts';
import type { FromWriter, SeriesColumns } from './protocol.ts';
import { ALL_TIMES, type Span } from './range.ts';

type State = Extract<FromWriter, { kind: 'state' }>;

/** A part of time and where its rows stand. */
export interface Part extends Span {
  readonly where: Where;
}

export class Known {
  readonly hidden = new Hidden();
  readonly facts: Facts;
  #identity = '';
  #current: Current = { from: 0, to: 0 };
  readonly #measurements = new Map<number, string>();
  /** Datastreams of each measurement. */
  readonly #sizes = new Map<string, number>();
  #dropped = new Set<number>();
  #all: Int32Array | null = null;

  /** `factsBytes`: memory for what is known of Datastreams. */
  constructor(factsBytes: number) {
    this.facts = new Facts(factsBytes);
  }

  get identity(): string {
    return this.#identity;
  }

  /** Everything anew, also for questions under way. */
  reset({ identity, current, dropped, series, standing }: State): void {
    this.#identity = identity;
    this.#current = current;
    this.#dropped = new Set(dropped);
    this.#measurements.clear();
    this.#sizes.clear();
    this.facts.clear();
    this.#all = null;
    this.add(series);
    this.hidden.clear();
    this.hidden.add(standing);
  }

  /** null: it has never had a row, or is dropped. */
  measurement(ds: number): string | null {
    return this.#measurements.get(ds) ?? null;
  }

  /** How many Datastreams stand in a measurement. */
  size(measurement: string): number {
    return this.#sizes.get(measurement) ?? 0;
  }

  isDropped(ds: number): boolean {
    return this.#dropped.has(ds);
  }

  /** Those that may have rows, ascending. `asked` null: all of them. */
  streams(asked: Int32Array | null): Int32Array {
    if (asked !== null) return asked.filter((ds) => this.#measurements.has(ds));
    this.#all ??= Int32Array.from(this.#measurements.keys()).sort();
    return this.#all;
  }

  add({ ds, name, names }: SeriesColumns): void {
    for (let i = 0; i < ds.length; i++) {
      if (this.#dropped.has(ds[i]!) || this.#measurements.has(ds[i]!)) continue;
      const measurement = names[name[i]!]!;
      this.#measurements.set(ds[i]!, measurement);
      this.#sizes.set(measurement, this.size(measurement) + 1);
      this.#all = null;
    }
  }

  drop(streams: Int32Array): void {
    for (const ds of streams) {
      this.#dropped.add(ds);
      const measurement = this.#measurements.get(ds);
      if (measurement === undefined) continue;
      this.#measurements.delete(ds);
      this.#sizes.set(measurement, this.size(measurement) - 1);
    }
    this.#all = null;
  }

  everyTime({ from, to }: Span): boolean {
    return from <= ALL_TIMES.from && to >= ALL_TIMES.to;
  }

  /** A span's parts in the order of time. */
  parts({ from, to }: Span): Part[] {
    const current = this.#current;
    const parts: Part[] = [
      { where: HOME, from, to: Math.min(to, current.from - 1) },
      { where: 'current', from: Math.max(from, current.from), to: Math.min(to, current.to - 1) },
      { where: HOME, from: Math.max(from, current.to), to },
    ];
    return parts.filter((part) => part.from <= part.to);
  }
}
