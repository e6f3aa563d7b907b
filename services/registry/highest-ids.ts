/**
 * The highest id that was ever given in each set, so that none is given twice: not after a deletion, and not after a
 * restart. Datastreams and MultiDatastreams share their numbers.
 */
import { EDITED_IDS, EDITED_TIES, type Edit, type SetName } from '../model/index.ts';

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
    let highest = this.observation;
    for (const edit of edits) {
      if (edit.op !== 'put') continue;
      if (edit.row.id > highest) highest = edit.row.id;
      // a row that was moved to a taken instant keeps its id; that a number was used up for it shows in the tie number alone
      if (edit.row.n >= EDITED_TIES) highest += numbersAhead(edit.row.n, highest);
    }
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

/** How many numbers behind `highest` the tie number `n` is, which counts modulo EDITED_TIES; 0: it is not behind it. */
function numbersAhead(n: number, highest: number): number {
  const distance = (n - EDITED_TIES - (highest - EDITED_IDS)) % EDITED_TIES;
  const ahead = distance < 0 ? distance + EDITED_TIES : distance;
  return ahead < EDITED_TIES / 2 ? ahead : 0;
}

function counterOf(set: SetName): string {
  return set === 'MultiDatastreams' ? 'Datastreams' : set;
}
