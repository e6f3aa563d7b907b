/**
 * A row found its instant taken by another journal record. Either both records are the same uplink (a repetition older than
 * the memory for them), then nothing is to do; or they are two readings of one instant, then the second is a tie.
 */
import { setImmediate as immediate } from 'node:timers/promises';
import {
  decodeGone,
  decodeMessage,
  hashOfIdentity,
  type Journal,
  type JournalRecord,
  RECORD,
  readSome,
} from '../../services/journal/index.ts';
import type { RowBatch, Source } from '../../services/model/index.ts';
import type { Conflict } from '../../services/timeseries/index.ts';
import { isRepeatable } from './repetitions.ts';

export interface ConflictPorts {
  readonly journal: Pick<Journal, 'get' | 'read'>;
  readonly sources: ReadonlyMap<string, Source>;
}

const NONE: ReadonlySet<string> = new Set();
/** Messages that are opened in a row; each takes about ten microseconds. */
const AT_ONCE = 200;

/**
 * Indexes of the rows that are ties; the others are repetitions, of a row that stands or of a tie before them in the batch:
 * so it makes no difference which rows of an instant come in one batch.
 */
export async function findTies(
  ports: ConflictPorts,
  batch: RowBatch,
  conflicts: readonly Conflict[],
): Promise<number[]> {
  const known = new Map<number, ReadonlySet<string>>();
  const asked = conflicts.flatMap(({ index, records }) => [batch.rec[index] as number, ...records]);
  for await (const record of readSome(ports.journal, asked)) {
    known.set(record.number, identitiesOf(ports, record));
    // others get their turn
    if (known.size % AT_ONCE === 0) await immediate();
  }
  const identities = (record: number): ReadonlySet<string> => known.get(record) ?? NONE;
  const ties: number[] = [];
  /** Records of the ties at each (ds, t). */
  const found = new Map<string, number[]>();
  for (const { index, records } of conflicts) {
    const rec = batch.rec[index] as number;
    const place = `${batch.ds[index]}@${batch.t[index]}`;
    const before = found.get(place) ?? [];
    const own = identities(rec);
    let repetition = false;
    for (const record of [...records, ...before]) {
      // of two rows that one record brings to an instant, the store takes the first
      if (record === rec) continue;
      for (const identity of identities(record)) if (own.has(identity)) repetition = true;
    }
    if (repetition) continue;
    ties.push(index);
    found.set(place, [...before, rec]);
  }
  return ties;
}

function identitiesOf(ports: ConflictPorts, record: JournalRecord): ReadonlySet<string> {
  const found = new Set<string>();
  // of a message that is gone by age its hashes are left
  if (record.kind === RECORD.gone) for (const hash of decodeGone(record.body)) found.add(hash);
  // an Observation of the API repeats nothing
  if (record.kind !== RECORD.message) return found;
  const message = decodeMessage(record.body, record.at);
  const opened = ports.sources.get(message.source)?.open(message);
  if (opened?.ok !== true) return found;
  for (const { identity } of opened.events) {
    if (identity === null || !isRepeatable(identity, message.delivery)) continue;
    found.add(identity);
    found.add(hashOfIdentity(identity));
  }
  return found;
}
