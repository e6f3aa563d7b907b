/**
 * Rows that were removed while their points still stand: reading leaves them out. A row whose point is deleted is left out
 * until the requests that began before have ended, because one of their answers may still hold it.
 */
import type { PlaceColumns } from './protocol.ts';

interface Entry {
  readonly n: number;
  readonly rec: number;
}

interface Leaving {
  /** Requests below this number may still bring the rows. */
  readonly before: number;
  readonly entries: ReadonlySet<Entry>;
  readonly places: PlaceColumns;
}

export class Hidden {
  readonly #rows = new Map<number, Map<number, Entry[]>>();
  readonly #leaving: Leaving[] = [];

  has(ds: number, t: number, n: number, rec: number): boolean {
    const entries = this.#rows.get(ds)?.get(t);
    return entries?.some((entry) => entry.n === n && entry.rec === rec) === true;
  }

  /** Whether a row of this Datastream may be left out. */
  within(ds: number): boolean {
    return this.#rows.has(ds);
  }

  get any(): boolean {
    return this.#rows.size > 0;
  }

  add(places: PlaceColumns): void {
    for (let i = 0; i < places.length; i++) {
      const ds = places.ds[i]!;
      const t = places.t[i]!;
      const times = this.#rows.get(ds) ?? new Map<number, Entry[]>();
      this.#rows.set(ds, times);
      times.set(t, [...(times.get(t) ?? []), { n: places.n[i]!, rec: places.rec[i]! }]);
    }
  }

  /** At once. `only`: those of these entries. */
  delete(places: PlaceColumns, only: ReadonlySet<Entry> | null = null): void {
    for (let i = 0; i < places.length; i++) {
      const ds = places.ds[i]!;
      const t = places.t[i]!;
      const times = this.#rows.get(ds);
      const entries = times?.get(t);
      if (times === undefined || entries === undefined) continue;
      const left = entries.filter(
        (entry) => entry.n !== places.n[i]! || entry.rec !== places.rec[i]! || (only !== null && !only.has(entry)),
      );
      if (left.length > 0) times.set(t, left);
      else times.delete(t);
      if (times.size === 0) this.#rows.delete(ds);
    }
  }

  /** When the requests before number `before` have ended. */
  leave(places: PlaceColumns, before: number): void {
    const entries = new Set<Entry>();
    for (let i = 0; i < places.length; i++) {
      for (const entry of this.#rows.get(places.ds[i]!)?.get(places.t[i]!) ?? [])
        if (entry.n === places.n[i]! && entry.rec === places.rec[i]!) entries.add(entry);
    }
    this.#leaving.push({ before, entries, places });
  }

  /** No request below `oldest` is under way. */
  settle(oldest: number): void {
    while (this.#leaving.length > 0 && this.#leaving[0]!.before <= oldest) {
      const { places, entries } = this.#leaving.shift()!;
      this.delete(places, entries);
    }
  }

  clear(): void {
    this.#rows.clear();
    this.#leaving.length = 0;
  }
}
