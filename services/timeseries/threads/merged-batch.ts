/** Several writes as one: their columns one behind the other, and what happened to the rows of each. */
import type { Conflict, Rejected, WriteReport } from '../port.ts';
import type { WriteRequest } from './write-request.ts';

export type BatchColumns = Pick<WriteRequest, 'ds' | 't' | 'r' | 'type' | 'rec' | 'q'>;

export class MergedBatch {
  readonly mode: 'first' | 'tie';
  readonly length: number;
  readonly columns: BatchColumns;
  readonly #requests: readonly WriteRequest[];
  /** Row at which each write begins. */
  readonly #starts: Float64Array;
  readonly #replayed: Float64Array;
  readonly #conflicts = new Map<number, Conflict[]>();
  readonly #rejected = new Map<number, Rejected[]>();
  readonly #failed = new Map<number, unknown>();

  /** All writes must have the same mode. */
  constructor(requests: readonly WriteRequest[]) {
    this.#requests = requests;
    this.mode = requests[0]!.mode;
    this.#starts = new Float64Array(requests.length);
    this.#replayed = new Float64Array(requests.length);
    let length = 0;
    requests.forEach((request, k) => {
      this.#starts[k] = length;
      length += request.length;
    });
    this.length = length;
    this.columns = requests.length === 1 ? requests[0]! : joined(requests, this.#starts, length);
  }

  x(row: number): string | null {
    const k = this.#writeOf(row);
    const x = this.#requests[k]!.x;
    return x.size === 0 ? null : (x.get(row - this.#starts[k]!) ?? null);
  }

  replayed(row: number): void {
    this.#replayed[this.#writeOf(row)]!++;
  }

  conflict(row: number, records: readonly number[]): void {
    const k = this.#writeOf(row);
    const found = this.#conflicts.get(k) ?? [];
    found.push({ index: row - this.#starts[k]!, records });
    this.#conflicts.set(k, found);
  }

  /** The store does not take this row, whatever is tried. */
  rejected(row: number, detail: string): void {
    const k = this.#writeOf(row);
    const found = this.#rejected.get(k) ?? [];
    found.push({ index: row - this.#starts[k]!, detail });
    this.#rejected.set(k, found);
  }

  /** The writes that these rows belong to could not be stored as a whole. */
  failed(rows: Uint32Array, error: unknown): void {
    for (const row of rows) this.#failed.set(this.#writeOf(row), error);
  }

  *outcomes(): Generator<{ seq: number; report: WriteReport } | { seq: number; error: unknown }> {
    for (const [k, { seq, length }] of this.#requests.entries()) {
      if (this.#failed.has(k)) {
        yield { seq, error: this.#failed.get(k) };
        continue;
      }
      const conflicts = (this.#conflicts.get(k) ?? []).sort((a, b) => a.index - b.index);
      const replayed = this.#replayed[k]!;
      const rejected = (this.#rejected.get(k) ?? []).sort((a, b) => a.index - b.index);
      const inserted = length - replayed - conflicts.length - rejected.length;
      yield { seq, report: { inserted, replayed, conflicts, ...(rejected.length > 0 && { rejected }) } };
    }
  }

  #writeOf(row: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    // writes without rows begin where the next one does; the search ends at the last of them, which has the rows
    return low;
  }
}

function joined(requests: readonly WriteRequest[], starts: Float64Array, length: number): BatchColumns {
  const columns = {
    ds: new Int32Array(length),
    t: new Float64Array(length),
    r: new Float64Array(length),
    type: new Uint8Array(length),
    rec: new Float64Array(length),
    q: new Uint8Array(length),
  };
  requests.forEach((request, k) => {
    for (const name of ['ds', 't', 'r', 'type', 'rec', 'q'] as const) columns[name].set(request[name], starts[k]!);
  });
  return columns;
}
