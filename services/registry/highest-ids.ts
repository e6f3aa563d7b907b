/**
 * The highest id that was ever given in each set, so that none is given twice: not after a deletion, and not after a
 * restart. Datastreams and MultiDatastreams share their numbers.
 */
import { EDITED_IDS, type Edit, type SetName } from '../model/index.ts';

const OBSERVATIONS = 'Observations';

export class HighestIds {
  readonly #highest = new Map<string, number>();

  of(set: SetName): number {
    return this.#highest.get(counterOf(set)) ?? 0;
  }

  /** The highest assigned @iot.id of an Observation. */
  get observation(): number {
    return this.#highest.get(OBSERVATIONS) ?? EDITED_IDS - 1;
  }

  seen(set: SetName, id: number): void {
    this.#raise(counterOf(set), id);
  }

  seenEdits(edits: readonly Edit[]): void {
    let highest = EDITED_IDS - 1;
    for (const edit of edits) if (edit.op === 'put' && edit.row.id > highest) highest = edit.row.id;
    if (highest >= EDITED_IDS) this.#raise(OBSERVATIONS, highest);
  }

  /** For the snapshot. */
  entries(): [string, number][] {
    return [...this.#highest];
  }

  load(entries: Iterable<readonly [string, number]>): void {
    for (const [name, id] of entries) this.#raise(name, id);
  }

  #raise(name: string, id: number): void {
    if (id > (this.#highest.get(name) ?? 0)) this.#highest.set(name, id);
  }
}

function counterOf(set: SetName): string {
  return set === 'MultiDatastreams' ? 'Datastreams' : set;
}
