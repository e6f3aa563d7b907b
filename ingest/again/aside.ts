/** Rows on their way to the store outside the journal's order: dead letters decoded after all, and messages read again. */
import type { DeadLetter, Journal } from '../../services/journal/index.ts';
import { CodedError, type RowBatch, type Source } from '../../services/model/index.ts';
import type { TimeseriesStore } from '../../services/timeseries/index.ts';
import { pick } from '../stages/batch.ts';
import { findTies } from '../stages/conflicts.ts';

export interface AsidePorts {
  readonly journal: Pick<Journal, 'get' | 'read'>;
  readonly store: Pick<TimeseriesStore, 'write'>;
  readonly sources: readonly Source[];
}

export interface AsideReport {
  /** New rows, ties among them. */
  readonly inserted: number;
  /** Their records had brought them already, or somebody removed them. */
  readonly replayed: number;
  /** Repetitions of uplinks whose rows stand there. */
  readonly repeated: number;
  /** Rows that the store refuses, as dead letters need them. */
  readonly rejected: readonly { readonly rec: number; readonly detail: string }[];
}

/** Resolves when they are durable. Doing it again changes nothing. Rejects with the store's error. */
export async function writeAside(ports: AsidePorts, batch: RowBatch): Promise<AsideReport> {
  if (batch.length === 0) return { inserted: 0, replayed: 0, repeated: 0, rejected: [] };
  const { store, journal } = ports;
  const first = await store.write(batch);
  const rejected = (first.rejected ?? []).map(({ index, detail }) => ({ rec: batch.rec[index] as number, detail }));
  const { inserted, replayed, conflicts } = first;
  if (conflicts.length === 0) return { inserted, replayed, repeated: 0, rejected };
  const sources = new Map(ports.sources.map((source) => [source.id, source]));
  const ties = await findTies({ journal, sources }, batch, conflicts);
  const repeated = conflicts.length - ties.length;
  if (ties.length === 0) return { inserted, replayed, repeated, rejected };
  const further = pick(batch, ties);
  const tied = await store.write(further, { mode: 'tie' });
  for (const { index, detail } of tied.rejected ?? []) rejected.push({ rec: further.rec[index] as number, detail });
  return { inserted: inserted + tied.inserted, replayed: replayed + tied.replayed, repeated, rejected };
}

/** What the store said of a row, as a dead letter of its record. */
export function rejectedLetter(
  { at, source, device }: Pick<DeadLetter, 'at' | 'source' | 'device'>,
  { rec, detail }: { readonly rec: number; readonly detail: string },
): DeadLetter {
  const { code, message } = new CodedError('store.rejected', detail);
  return { record: rec, at, source, device, code, detail: message };
}
