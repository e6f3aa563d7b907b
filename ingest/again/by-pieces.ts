/**
 * The store for what is read again, rows and edits. While it is away it is waited for. What it refuses for good is found piece by
 * piece, as for what comes live, and told as rejected: one row must keep neither the others nor the job's end.
 */
import type { EditBatch, RowBatch } from '../../services/model/index.ts';
import type {
  Conflict,
  Rejected,
  RejectedEdit,
  TimeseriesStore,
  WriteReport,
} from '../../services/timeseries/index.ts';
import { pick } from '../stages/batch.ts';
import { carefully } from '../store/carefully.ts';
import { type EditPart, halvesOf, indexOf } from '../store/edit-parts.ts';
import { faultOf } from '../store/faults.ts';
import { type Patience, patiently } from './patience.ts';

export type StoreByPieces = Pick<TimeseriesStore, 'write' | 'edit'>;

/**
 * Both reject with `Ended` only. `stands`: does a row of this record stand there? Then rows that stand are counted as inserted
 * also where the store took them although it refused what came with them. Left out: such rows count as replayed.
 */
export function storeByPieces(store: StoreByPieces, patience: Patience, stands?: Stands): StoreByPieces {
  const insist = <T>(work: () => Promise<T>) => patiently(patience, work, isRefusal);
  return {
    write: (batch, options) => write(batch, (part) => insist(() => store.write(part, options)), stands),
    edit: (batches) => edit(batches, (part) => insist(() => store.edit(part))),
  };
}

type Stands = (ds: number, t: number, rec: number) => Promise<boolean>;

function isRefusal(error: unknown): boolean {
  return faultOf(error) === 'content';
}

/** What is no fault of the rows is waited for: nothing stays in doubt. */
const probe = async () => false;

async function write(
  batch: RowBatch,
  attempt: (part: RowBatch) => Promise<WriteReport>,
  stands: Stands | undefined,
): Promise<WriteReport> {
  let inserted = 0;
  let replayed = 0;
  const conflicts: Conflict[] = [];
  const rejected: Rejected[] = [];
  const refused = await carefully<readonly [from: number, to: number]>([0, batch.length], {
    run: async ([from, to]) => {
      const isWhole = to - from === batch.length;
      const part = isWhole ? batch : pick(batch, range(from, to));
      const report = await attempt(part);
      // a part comes after the whole was refused, and some of it may have been stored then
      const before =
        isWhole || report.replayed === 0 || stands === undefined ? 0 : (await standing(part, stands)) - report.inserted;
      inserted += report.inserted + before;
      replayed += report.replayed - before;
      for (const { index, records } of report.conflicts) conflicts.push({ index: from + index, records });
      for (const { index, detail } of report.rejected ?? []) rejected.push({ index: from + index, detail });
    },
    halves: ([from, to]) => {
      const middle = (from + to) >> 1;
      if (middle === from) return null;
      return [
        [from, middle],
        [middle, to],
      ];
    },
    probe,
  });
  for (const { piece, detail } of refused) rejected.push({ index: piece[0], detail });
  return { inserted, replayed, conflicts, rejected };
}

async function standing({ length, ds, t, rec }: RowBatch, stands: Stands): Promise<number> {
  let count = 0;
  for (let i = 0; i < length; i++) if (await stands(ds[i] as number, t[i] as number, rec[i] as number)) count += 1;
  return count;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

async function edit(
  batches: readonly EditBatch[],
  attempt: (part: readonly EditBatch[]) => Promise<readonly RejectedEdit[]>,
): Promise<readonly RejectedEdit[]> {
  const rejected: RejectedEdit[] = [];
  const all = batches.map((batch): EditPart => ({ batch, indexes: null }));
  const refused = await carefully<EditPart[]>(all, {
    run: async (part) => {
      const parts = new Map(part.map((one) => [one.batch.rec, one]));
      for (const { rec, index, detail } of await attempt(part.map(({ batch }) => batch)))
        rejected.push({ rec, index: indexOf(parts.get(rec) as EditPart, index), detail });
    },
    halves: halvesOf,
    probe,
  });
  for (const { piece, detail } of refused) {
    for (const one of piece) {
      // of a removal with its put it is the put
      const last = one.batch.edits.length - 1;
      if (last >= 0) rejected.push({ rec: one.batch.rec, index: indexOf(one, last), detail });
    }
  }
  return rejected;
}
