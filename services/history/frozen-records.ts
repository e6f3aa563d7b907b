/** Which records of the journal freezes keep: whole segments stay from the first one on that may hold evidence. */
import type { FileJournal } from '../journal/index.ts';
import type { Orders } from './orders.ts';
import { DAY_MS } from './policies.ts';

export interface FrozenRecordsPorts {
  readonly journal: Pick<FileJournal, 'closedSegments' | 'get'>;
  readonly orders: Pick<Orders, 'freezes'>;
}

export class FrozenRecords {
  readonly #ports: FrozenRecordsPorts;
  /** No segment with this record or a later one may be deleted; Infinity: none is kept. Until it was looked: all. */
  from = 0;

  constructor(ports: FrozenRecordsPorts) {
    this.#ports = ports;
  }

  /** Looks again; more is kept meanwhile rather than less. */
  async look(): Promise<void> {
    const { journal, orders } = this.#ports;
    const freezes = orders.freezes;
    if (freezes.length === 0) {
      this.from = Number.POSITIVE_INFINITY;
      return;
    }
    // a message may come before the time of its reading: clocks go wrong
    const earliest = Math.min(...freezes.map(({ from }) => (from ?? Number.NEGATIVE_INFINITY) - DAY_MS));
    this.from = 0;
    let kept = 0;
    for (const { first } of await journal.closedSegments()) {
      const record = await journal.get(first);
      if (record === null || record.at > earliest) break;
      kept = first;
    }
    if (orders.freezes === freezes) this.from = kept;
    else await this.look();
  }
}
