/**
 * The verbs of one write: rows with their ties, and edits. What the store refuses for good becomes dead letters; all else is
 * stored when a verb resolves, and done again it changes nothing.
 */
import type { EditBatch, RowBatch } from '../../services/model/index.ts';
import { RefusedPuts, type Rejected, type RejectedEdit, type WriteReport } from '../../services/timeseries/index.ts';
import type { IngestCounters } from '../counters.ts';
import type { IngestPorts } from '../ports.ts';
import { pick } from '../stages/batch.ts';
import { findTies } from '../stages/conflicts.ts';
import { carefully } from './carefully.ts';
import { type EditPart, halvesOf, indexOf, partWithout } from './edit-parts.ts';
import { faultOf } from './faults.ts';
import { keptOf } from './kept.ts';
import { Refusals } from './refusals.ts';

export interface WriterPorts extends IngestPorts {
  readonly counters: IngestCounters;
  /** The store has failed for no reason again and again: what it is given is looked at piece by piece. */
  isSuspicious(): boolean;
  /** Some rows that wait for their turn. */
  waiting(): RowBatch;
  /** These rows of a batch are no rows of their own. */
  refused(batch: RowBatch, indexes: readonly number[]): void;
  refusedEdits(edits: readonly EditBatch[]): void;
}

export class StoreWriter {
  private readonly ports: WriterPorts;
  private readonly refusals: Refusals;
  /** A row that the store took: writing it again changes nothing, and tells whether the store works. */
  private taken: RowBatch | null = null;
  /** Rows that stayed where they stood; edits that were planned before anybody knew name other places. */
  private readonly refusedPuts = new RefusedPuts();

  constructor(ports: WriterPorts) {
    this.ports = ports;
    this.refusals = new Refusals(ports);
  }

  /** Without rows that are too old or erased; they are counted. */
  async kept(batch: RowBatch): Promise<RowBatch> {
    const { keeping, counters, refused } = this.ports;
    const { rows, expired, erased } = await keptOf(batch, keeping);
    counters.expired += expired.length;
    counters.erased += erased.length;
    if (rows !== batch) refused(batch, [...expired, ...erased]);
    return rows;
  }

  /** Without rows that were erased. */
  keptEdits(batches: readonly EditBatch[]): readonly EditPart[] {
    const { keeping } = this.ports;
    if (keeping === undefined) return batches.map((batch) => ({ batch, indexes: null }));
    const isErased = (edit: EditBatch['edits'][number]) => edit.op === 'put' && keeping.erased(edit.row.ds, edit.row.t);
    return batches.map((batch) => partWithout(batch, isErased));
  }

  async rows(batch: RowBatch): Promise<void> {
    if (batch.length === 0) return;
    let rejected: readonly Rejected[];
    try {
      rejected = this.ports.isSuspicious() ? await this.rowsCarefully(batch) : await this.attemptRows(batch);
    } catch (error) {
      if (faultOf(error) !== 'content') throw error;
      rejected = await this.rowsCarefully(batch);
    }
    if (rejected.length > 0) {
      await this.refusals.rows(batch, rejected);
      this.ports.refused(
        batch,
        rejected.map(({ index }) => index),
      );
    }
    if (rejected.length < batch.length) this.remember(batch, rejected);
    this.ports.stored?.(batch);
  }

  async edits(part: readonly EditPart[]): Promise<void> {
    let rejected: readonly RejectedEdit[];
    try {
      rejected = this.ports.isSuspicious() ? await this.editsCarefully(part) : await this.attemptEdits(part);
    } catch (error) {
      if (faultOf(error) !== 'content') throw error;
      rejected = await this.editsCarefully(part);
    }
    const batches = part.map(({ batch }) => batch);
    if (rejected.length > 0) {
      await this.refusals.edits(rejected);
      const records = new Set(rejected.map(({ rec }) => rec));
      this.ports.refusedEdits(batches.filter(({ rec }) => records.has(rec)));
    }
    this.ports.storedEdits?.(batches);
  }

  /** What is done now may take that row away. */
  forget(): void {
    this.taken = null;
  }

  /** These edits are done now: what the store refused of them before says nothing. */
  again(batches: readonly EditBatch[]): void {
    for (const batch of batches) this.refusedPuts.forget(batch);
  }

  private remember(batch: RowBatch, rejected: readonly Rejected[]): void {
    const refused = new Set(rejected.map(({ index }) => index));
    let last = batch.length - 1;
    while (refused.has(last)) last--;
    this.taken = pick(batch, [last]);
  }

  private async attemptRows(batch: RowBatch): Promise<readonly Rejected[]> {
    const report = await this.ports.store.write(batch);
    const tied = await this.settle(batch, report);
    return [...(report.rejected ?? []), ...tied];
  }

  /** Further readings of their instants. */
  private async settle(batch: RowBatch, report: WriteReport): Promise<Rejected[]> {
    const { journal, store, sources, counters } = this.ports;
    counters.replayed += report.replayed;
    if (report.conflicts.length === 0) return [];
    const byId = new Map(sources.map((source) => [source.id, source]));
    const ties = await findTies({ journal, sources: byId }, batch, report.conflicts);
    counters.repeated += report.conflicts.length - ties.length;
    const further = new Set(ties);
    const refused = report.conflicts.map(({ index }) => index).filter((index) => !further.has(index));
    if (refused.length > 0) this.ports.refused(batch, refused);
    if (ties.length === 0) return [];
    const tied = await store.write(pick(batch, ties), { mode: 'tie' });
    counters.ties += tied.inserted;
    counters.replayed += tied.replayed;
    return (tied.rejected ?? []).map(({ index, detail }) => ({ index: ties[index] as number, detail }));
  }

  private async rowsCarefully(batch: RowBatch): Promise<readonly Rejected[]> {
    const rejected: Rejected[] = [];
    const refused = await carefully<readonly [from: number, to: number]>([0, batch.length], {
      run: async ([from, to]) => {
        const part = pick(batch, range(from, to));
        for (const { index, detail } of await this.attemptRows(part)) rejected.push({ index: from + index, detail });
      },
      halves: ([from, to]) => {
        const middle = (from + to) >> 1;
        return middle === from
          ? null
          : [
              [from, middle],
              [middle, to],
            ];
      },
      probe: () => this.probe(),
    });
    for (const { piece, detail } of refused) rejected.push({ index: piece[0], detail });
    return rejected;
  }

  private async attemptEdits(part: readonly EditPart[]): Promise<RejectedEdit[]> {
    this.again(part.map(({ batch }) => batch));
    const batches = part.map(({ batch }) => this.refusedPuts.standing(batch));
    const rejected = await this.ports.store.edit(batches);
    // memory was told of other places
    const elsewhere = batches.filter((batch, i) => batch !== part[i]?.batch);
    if (elsewhere.length > 0) this.ports.refusedEdits(elsewhere);
    const parts = new Map(part.map((one) => [one.batch.rec, one]));
    return rejected.map(({ rec, index, detail }) => {
      const one = parts.get(rec);
      if (one === undefined) return { rec, index, detail };
      this.refusedPuts.refused(one.batch, index);
      return { rec, index: indexOf(one, index), detail };
    });
  }

  private async editsCarefully(part: readonly EditPart[]): Promise<RejectedEdit[]> {
    const rejected: RejectedEdit[] = [];
    const refused = await carefully<readonly EditPart[]>(part, {
      run: async (some) => {
        rejected.push(...(await this.attemptEdits(some)));
      },
      halves: halvesOf,
      probe: () => this.probe(),
    });
    for (const { piece, detail } of refused) {
      for (const one of piece) {
        const last = one.batch.edits.length - 1;
        if (last < 0) continue;
        this.refusedPuts.refused(one.batch, last);
        rejected.push({ rec: one.batch.rec, index: indexOf(one, last), detail });
      }
    }
    return rejected;
  }

  private async probe(): Promise<boolean> {
    const { rows } = await keptOf(this.taken ?? this.ports.waiting(), this.ports.keeping);
    if (rows.length === 0) return false;
    try {
      await this.ports.store.write(rows);
      return true;
    } catch {
      return false;
    }
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
