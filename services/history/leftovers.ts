/**
 * Messages that orders of erasure cover and that still have their content: those that came after an order was carried out, and
 * those that a freeze held then. Each closed segment of the journal is looked at once, and again when a freeze was lifted.
 */
import type { FileJournal } from '../journal/index.ts';
import { RECORD } from '../journal/index.ts';
import type { Clock } from '../model/index.ts';
import type { FrameReport } from './cleaning.ts';
import type { Frames } from './frames.ts';
import type { Orders } from './orders.ts';
import { Step } from './step.ts';

export interface LeftoversPorts {
  readonly journal: Pick<FileJournal, 'closedSegments' | 'scrub' | 'endOldSegment' | 'last'>;
  readonly orders: Pick<Orders, 'erasures' | 'freezeRecords' | 'revision'>;
  readonly frames: Pick<Frames, 'left'>;
  /** Up to this record store and catalogue have everything. */
  readonly needed: () => number;
  /** Dead letters of these records have lost their messages. */
  readonly forget: (records: readonly number[]) => void;
  /** What was kept the last time; null: nothing. It may be older than what was done: then it is done again. */
  readonly kept: () => string | null;
  readonly keep: (note: string) => void;
  readonly clock: Clock;
}

/** Segments before record `from` hold nothing that may go, as long as so many freezes are lifted. */
interface Looked {
  readonly from: number;
  readonly lifted: number;
}

export class Leftovers {
  readonly #ports: LeftoversPorts;
  readonly #step = new Step();
  /** Beyond the note: looked at in this state of the orders; freezes hold something there. */
  #cursor = { from: 0, revision: -1 };

  constructor(ports: LeftoversPorts) {
    this.#ports = ports;
  }

  settled(): Promise<void> {
    return this.#step.settled();
  }

  async run(stopping: () => boolean): Promise<FrameReport> {
    const { journal, orders, keep, clock } = this.#ports;
    const total = { records: 0, contentBytes: 0, fileBytes: 0 };
    if (!orders.erasures.some(({ done }) => done !== null)) return total;
    await journal.endOldSegment(clock.now());
    const { revision } = orders;
    const lifted = orders.freezeRecords.filter((freeze) => freeze.lifted !== null).length;
    let noted = this.#noted(lifted);
    const begin = this.#cursor.revision === revision ? Math.max(noted, this.#cursor.from) : noted;
    let held = begin > noted;
    for (const { first, end } of await journal.closedSegments()) {
      if (first < begin) continue;
      if (stopping() || end - 1 > this.#ports.needed()) break;
      const part = await this.#clean(first);
      if (part === null) break;
      total.records += part.records;
      total.contentBytes += part.contentBytes;
      total.fileBytes += part.fileBytes;
      held ||= part.held;
      this.#cursor = { from: end, revision };
      if (held) continue;
      noted = end;
      keep(JSON.stringify({ from: noted, lifted } satisfies Looked));
    }
    return total;
  }

  #noted(lifted: number): number {
    const note = this.#ports.kept();
    if (note === null) return 0;
    const looked = JSON.parse(note) as Looked;
    // a journal that was lost counts anew
    return looked.lifted === lifted && looked.from <= this.#ports.journal.last + 1 ? looked.from : 0;
  }

  /** null: not now. */
  async #clean(first: number): Promise<(FrameReport & { readonly held: boolean }) | null> {
    const { journal, frames, forget } = this.#ports;
    const gone: number[] = [];
    let held = false;
    const report = await this.#step.take(
      journal.scrub(first, (record) => {
        if (record.kind !== RECORD.message) return 'keep';
        const verdict = frames.left(record);
        if (verdict === 'held') held = true;
        if (verdict === 'held' || verdict === 'keep') return 'keep';
        gone.push(record.number);
        return verdict;
      }),
    );
    if (report === null) return null;
    forget(gone);
    return { ...report, held };
  }
}
