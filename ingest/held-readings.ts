/**
 * Readings that the store has to see before anybody is told: of their instant there may be a row, or may have been one. A
 * late repetition of an uplink whose Observation was edited or deleted is no news.
 */
import type { EditBatch, LiveObservation, RowBatch } from '../services/model/index.ts';

interface Held {
  readonly rec: number;
  readonly observation: LiveObservation;
}

export class HeldReadings {
  private readonly most: number;
  /** In the order of their records. */
  private held: Held[] = [];

  /** `most`: readings that can be held at once. */
  constructor(most: number) {
    this.most = most;
  }

  /** False: too many wait already. */
  hold(rec: number, observation: LiveObservation): boolean {
    if (this.held.length >= this.most) return false;
    this.held.push({ rec, observation });
    return true;
  }

  /** What somebody edited or deleted is told as that, or not at all. */
  edited({ edits }: EditBatch): void {
    if (this.held.length === 0) return;
    const dropped = new Set<number>();
    const removed = new Set<string>();
    for (const edit of edits) {
      if (edit.op === 'drop') dropped.add(edit.ds);
      else if (edit.op === 'remove') removed.add(keyOf(edit.ds, edit.t, edit.rec));
    }
    this.forget(removed, dropped);
  }

  /** Rows of a batch that the store had already, or that had been removed. */
  refused({ ds, t, rec }: RowBatch, indexes: readonly number[]): void {
    if (this.held.length === 0) return;
    this.forget(new Set(indexes.map((i) => keyOf(ds[i] as number, t[i] as number, rec[i] as number))));
  }

  /** The store has everything up to this record: what is still held came to be a row. */
  release(record: number): LiveObservation[] {
    let end = 0;
    while (end < this.held.length && (this.held[end] as Held).rec <= record) end++;
    return end === 0 ? [] : this.held.splice(0, end).map(({ observation }) => observation);
  }

  private forget(rows: ReadonlySet<string>, datastreams: ReadonlySet<number> = new Set()): void {
    if (rows.size === 0 && datastreams.size === 0) return;
    this.held = this.held.filter(
      ({ rec, observation: { datastream, phenomenonTime } }) =>
        !datastreams.has(datastream) && !rows.has(keyOf(datastream, phenomenonTime, rec)),
    );
  }
}

function keyOf(ds: number, t: number, rec: number): string {
  return `${ds} ${t} ${rec}`;
}
