/** Datastreams of which only the store knows the newest row. A doubt is settled by the answer to the question it last asked. */

export interface Doubt {
  readonly ds: number;
  /** Changes whenever the doubt begins anew: an answer to an older question says nothing. */
  readonly token: number;
}

export class LatestDoubts {
  readonly #held = new Map<number, { token: number; after: number }>();
  #token = 0;

  /** `after`: the store can tell only when it has this journal record. */
  begin(ds: number, after: number): void {
    const held = this.#held.get(ds);
    this.#token++;
    if (held === undefined) this.#held.set(ds, { token: this.#token, after });
    else {
      held.token = this.#token;
      held.after = Math.max(held.after, after);
    }
  }

  end(ds: number): void {
    if (this.#held.size > 0) this.#held.delete(ds);
  }

  isCurrent(doubt: Doubt): boolean {
    return this.#held.get(doubt.ds)?.token === doubt.token;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Those that a store which has everything up to `stored` can settle, at most `limit`, by Datastream. */
  askable(stored: number, limit: number): Doubt[] {
    const found: Doubt[] = [];
    for (const [ds, { token, after }] of this.#held) {
      if (after > stored) continue;
      found.push({ ds, token });
      if (found.length === limit) break;
    }
    return found.sort((a, b) => a.ds - b.ds);
  }

  clear(): void {
    this.#held.clear();
  }
}
