/** Rows that were removed and whose points still stand: what the background has to delete. */
import type { PlaceColumns } from './reading/protocol.ts';

export interface PendingPoint {
  readonly ds: number;
  readonly t: number;
  readonly n: number;
  readonly rec: number;
  /** Key of its row in `_stadtpegel_removed`. */
  readonly key: number;
  readonly again: boolean;
}

export class Pending {
  readonly #streams = new Map<number, Map<string, PendingPoint>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(point: PendingPoint): void {
    const points = this.#streams.get(point.ds) ?? new Map<string, PendingPoint>();
    this.#streams.set(point.ds, points);
    const name = nameOf(point);
    if (!points.has(name)) this.#size++;
    points.set(name, point);
  }

  delete(point: Pick<PendingPoint, 'ds' | 't' | 'key'>): void {
    const points = this.#streams.get(point.ds);
    if (points?.delete(nameOf(point)) !== true) return;
    this.#size--;
    if (points.size === 0) this.#streams.delete(point.ds);
  }

  drop(ds: number): void {
    this.#size -= this.#streams.get(ds)?.size ?? 0;
    this.#streams.delete(ds);
  }

  clear(): void {
    this.#streams.clear();
    this.#size = 0;
  }

  has({ ds, t, key }: Pick<PendingPoint, 'ds' | 't' | 'key'>): boolean {
    return this.#streams.get(ds)?.has(nameOf({ t, key })) === true;
  }

  /** Datastreams that have some. */
  streams(): IterableIterator<number> {
    return this.#streams.keys();
  }

  of(ds: number): PendingPoint[] {
    return [...(this.#streams.get(ds)?.values() ?? [])];
  }

  *all(): Generator<PendingPoint> {
    for (const points of this.#streams.values()) yield* points.values();
  }
}

export function placesOf(points: readonly PendingPoint[]): PlaceColumns {
  return {
    length: points.length,
    ds: Int32Array.from(points, (point) => point.ds),
    t: Float64Array.from(points, (point) => point.t),
    n: Int32Array.from(points, (point) => point.n),
    rec: Float64Array.from(points, (point) => point.rec),
  };
}

function nameOf({ t, key }: Pick<PendingPoint, 't' | 'key'>): string {
  return `${t}/${key}`;
}
