/**
 * Moves all Observations from one store to another, while the hub stands still. What is copied stays where it was: only the
 * ledger learns how far the new store has come. It can be ended at any moment and goes on from there; then it compares.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { storeCheckpoint } from '../../ingest/index.ts';
import {
  type Comparison,
  type CopyPosition,
  type CopyProgress,
  compareStores,
  copyStore,
  MOVE_FILE,
} from '../../services/backup/index.ts';
import type { Ledger } from '../../services/journal/index.ts';
import { CodedError } from '../../services/model/index.ts';
import type { TimeseriesStore } from '../../services/timeseries/index.ts';

export interface MoveSide {
  /** For people: `sqlite in ./data/timeseries`. */
  readonly name: string;
  /** Started. */
  readonly store: TimeseriesStore;
}

export interface MovePorts {
  readonly data: string;
  readonly from: MoveSide;
  readonly to: MoveSide;
  /** Started: it keeps hubs out of the data folder. */
  readonly ledger: Ledger;
  readonly signal: AbortSignal;
  readonly told?: (progress: CopyProgress) => void;
  readonly comparing?: () => void;
}

export interface MoveReport {
  readonly copied: CopyProgress;
  /** Rows of it that an earlier attempt had copied. */
  readonly resumedAt: number;
  readonly compared: Comparison;
  /** The journal record up to which both stores have everything. */
  readonly stored: number;
}

/** `move.json` in the data folder. */
interface Saved {
  readonly from: string;
  readonly to: string;
  readonly stored: number;
  readonly position: CopyPosition | null;
}

const EFFORT = { samples: 200, sampleRows: 500 };

/** Throws CodedError where it cannot be done, and when the stores differ at the end (hub.storage, with what differs). */
export async function move(ports: MovePorts): Promise<MoveReport> {
  const { data, from, to, ledger, signal, told, comparing } = ports;
  const file = join(data, MOVE_FILE);
  if (from.store.identity !== '' && from.store.identity === to.store.identity)
    throw new CodedError('request.conflict', `${from.name} and ${to.name} are the same store.`);
  const stored = ledger.checkpoint(storeCheckpoint(from.store));
  const saved = await readSaved(file);
  const now = { from: from.store.identity, to: to.store.identity, stored };
  const isSame = saved !== null && saved.from === now.from && saved.to === now.to && saved.stored === stored;
  if (!isSame) await checkEmpty(to, saved !== null);
  const begin = isSame ? saved.position : null;
  await save(file, { ...now, position: begin });
  const copied = await copyStore(from.store, to.store, {
    signal,
    position: begin,
    reached: (position) => save(file, { ...now, position }),
    ...(told === undefined ? {} : { told }),
  });
  comparing?.();
  const compared = await compareStores(from.store, to.store, EFFORT);
  if (compared.differences.length > 0) {
    await rm(file);
    const detail = `${from.name} and ${to.name} are not equal:\n  ${compared.differences.join('\n  ')}\nEmpty ${to.name} and move again; nothing else was changed.`;
    throw new CodedError('hub.storage', detail);
  }
  ledger.setCheckpoint(storeCheckpoint(to.store), stored);
  if (ledger.flush() === false)
    throw new CodedError('hub.storage', `The ledger in ${data} cannot be written; make room and move again.`);
  await rm(file);
  return { copied, resumedAt: begin?.rows ?? 0, compared, stored };
}

/** Throws CodedError request.conflict where the target has anything in it. */
async function checkEmpty({ name, store }: MoveSide, afterMove: boolean): Promise<void> {
  const { length, count } = await store.extents(null);
  let rows = 0;
  for (let i = 0; i < length; i++) rows += count[i] as number;
  const dropped = (await store.dropped()).length;
  let tombstones = 0;
  for await (const places of store.tombstones(null)) {
    tombstones += places.length;
    break;
  }
  if (rows + dropped + tombstones === 0) return;
  const what = rows > 0 ? `${rows} Observations of ${length} Datastreams` : 'traces of deleted Observations';
  const why = afterMove
    ? ', and since they were copied the hub has run or another store was named, so nobody knows what has changed'
    : '';
  throw new CodedError(
    'request.conflict',
    `${name} is not empty: it holds ${what}${why}. A move goes into an empty store only: name another one, or empty it.`,
  );
}

async function readSaved(file: string): Promise<Saved | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Saved;
  } catch {
    // none, or damaged: then the target has to be empty
    return null;
  }
}

/** It may lag behind what is copied, never run ahead of it. */
async function save(file: string, saved: Saved): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(saved));
  await rename(`${file}.new`, file);
}
