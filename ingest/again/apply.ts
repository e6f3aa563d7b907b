/**
 * Brings the store in step with what messages yield now: rows are changed in place or go, then those that lack are added, then
 * memory is told. Neither bus nor rules hear of it. Every step may be done again, so a crash between two of them is mended by
 * doing the same records once more.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { RowBatch } from '../../services/model/index.ts';
import type { LatestValues, TimeseriesStore } from '../../services/timeseries/index.ts';
import { BatchBuilder } from '../stages/batch.ts';
import { isKept, type Keeping } from '../store/kept.ts';
import { type AsidePorts, type AsideReport, writeAside } from './aside.ts';
import { type Differences, revisionOf } from './compare.ts';
import type { Wanted } from './reading.ts';

export interface ApplyPorts extends AsidePorts {
  readonly keeping?: Keeping | undefined;
  readonly store: Pick<TimeseriesStore, 'write' | 'revise'>;
  readonly latest: Pick<LatestValues, 'offer' | 'retract' | 'doubt'>;
  /** The store has other rows there now: whoever computes from them looks again. Left out: nobody does. */
  readonly told?: ((rows: RowBatch) => void) | undefined;
  /** Something of the latest values is in doubt. */
  readonly wake: () => void;
}

export interface Applied extends AsideReport {
  readonly changed: number;
  readonly removed: number;
  /** Rows that ought to change or go stand elsewhere by now: look again. */
  readonly missed: number;
}

const ROWS_AT_ONCE = 2000;
const TOLD_AT_ONCE = 1000;

export async function apply(ports: ApplyPorts, differences: Omit<Differences, 'frozen'>): Promise<Applied> {
  const { change, remove, add } = differences;
  let changed = 0;
  let removed = 0;
  for (const part of parts(change, remove)) {
    const done = await ports.store.revise(revisionOf(part));
    changed += done.changed;
    removed += done.removed;
    // also those that were not there: memory may know less than the store
    await tell(
      part.change.map(({ before }) => before),
      ({ ds, t, rec }) => ports.latest.retract(ds, t, rec),
    );
    await tell(part.remove, ({ ds, t, rec }) => ports.latest.retract(ds, t, rec));
    ports.told?.(batchOf([...part.change.map(({ before }) => before), ...part.remove]));
    ports.wake();
  }
  const sum = { inserted: 0, replayed: 0, repeated: 0, rejected: [] as { rec: number; detail: string }[] };
  for (let i = 0; i < add.length; i += ROWS_AT_ONCE) {
    const part = add.slice(i, i + ROWS_AT_ONCE);
    const batch = batchOf(part);
    const report = await writeAside(ports, batch);
    ports.told?.(batch);
    sum.inserted += report.inserted;
    sum.replayed += report.replayed;
    sum.repeated += report.repeated;
    sum.rejected.push(...report.rejected);
    const { latest } = ports;
    if (report.inserted === part.length)
      await tell(part, (row) => {
        // erased since it was written
        if (!isKept(ports.keeping, row.ds, row.t)) return;
        latest.offer(row.ds, row.t, row.type, row.r, row.value, row.q, row.receivedAt, row.rec);
      });
    // some are no rows: the store knows which one is the newest
    else await tell([...new Set(part.map(({ ds }) => ds))], (ds) => latest.doubt(ds));
    ports.wake();
  }
  return { changed, removed, missed: change.length + remove.length - changed - removed, ...sum };
}

function* parts(
  change: Differences['change'],
  remove: Differences['remove'],
): Generator<Pick<Differences, 'change' | 'remove'>> {
  for (let i = 0; i < change.length; i += ROWS_AT_ONCE) yield { change: change.slice(i, i + ROWS_AT_ONCE), remove: [] };
  for (let i = 0; i < remove.length; i += ROWS_AT_ONCE) yield { change: [], remove: remove.slice(i, i + ROWS_AT_ONCE) };
}

async function tell<T>(list: readonly T[], one: (item: T) => void): Promise<void> {
  for (let i = 0; i < list.length; i += TOLD_AT_ONCE) {
    for (const item of list.slice(i, i + TOLD_AT_ONCE)) one(item);
    await turn();
  }
}

export function batchOf(rows: readonly Omit<Wanted, 'value' | 'receivedAt'>[]) {
  const batch = new BatchBuilder();
  for (const { ds, t, type, r, x, q, rec } of rows) batch.add(ds, t, type, r, x, q, rec);
  return batch.take();
}
