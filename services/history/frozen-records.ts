/**
 * Which records of the journal freezes keep: whole segments stay from the first one on that may hold evidence. A clock can go back,
 * so a segment is let go only when all of its records were looked at, in the background; until then it stays.
 */
import type { ClosedSegment, FileJournal } from '../journal/index.ts';
import type { Orders } from './orders.ts';
import { DAY_MS } from './policies.ts';

export interface FrozenRecordsPorts {
  readonly journal: Pick<FileJournal, 'closedSegments' | 'look'>;
  readonly orders: Pick<Orders, 'freezes'>;
  /** More stays than has to, until the next look. */
  readonly failed?: (error: unknown) => void;
}

export class FrozenRecords {
  readonly #ports: FrozenRecordsPorts;
  /** The latest receipt in a closed segment, milliseconds, by its first record. */
  readonly #latest = new Map<number, number>();
  #looking: Promise<void> = Promise.resolve();
  #stopping = false;
  #looks = 0;
  /** No segment with this record or a later one may be deleted; Infinity: none is kept. Until it was looked: all. */
  from = 0;

  constructor(ports: FrozenRecordsPorts) {
    this.#ports = ports;
  }

  /** A freeze has come or gone. At once everything stays that may be evidence. */
  look(): void {
    this.from = this.#ports.orders.freezes.length === 0 ? Number.POSITIVE_INFINITY : 0;
    const look = ++this.#looks;
    this.#looking = this.#looking.then(() => this.#find(look)).catch((error) => this.#ports.failed?.(error));
  }

  /** Resolves when the last look has ended. */
  settled(): Promise<void> {
    return this.#looking;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#looking;
  }

  async #find(look: number): Promise<void> {
    const { journal, orders } = this.#ports;
    const { freezes } = orders;
    if (freezes.length === 0 || look !== this.#looks) return;
    // a message may come before the time of its reading: clocks go wrong
    let earliest = Number.POSITIVE_INFINITY;
    for (const { from } of freezes) earliest = Math.min(earliest, (from ?? Number.NEGATIVE_INFINITY) - DAY_MS);
    const segments = await journal.closedSegments();
    const known = new Set(segments.map(({ first }) => first));
    for (const first of [...this.#latest.keys()]) if (!known.has(first)) this.#latest.delete(first);
    for (const segment of segments) {
      const latest = earliest === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : await this.#latestOf(segment);
      // a look that comes later begins again
      if (this.#stopping || look !== this.#looks) return;
      if (latest > earliest) {
        this.from = segment.first;
        return;
      }
      this.from = segment.end;
    }
  }

  async #latestOf({ first }: ClosedSegment): Promise<number> {
    let latest = this.#latest.get(first) ?? Number.NEGATIVE_INFINITY;
    if (latest !== Number.NEGATIVE_INFINITY || this.#stopping) return latest;
    await this.#ports.journal.look(first, ({ at }) => {
      latest = Math.max(latest, at);
    });
    this.#latest.set(first, latest);
    return latest;
  }
}
