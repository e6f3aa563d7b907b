/** Edits of Observations, out of journal records and on to live clients. */
import { type JournalRecord, RECORD } from '../../services/journal/index.ts';
import { type EditBatch, type EditedRow, type LiveObservation, RESULT } from '../../services/model/index.ts';
import { decodeChange } from '../../services/registry/index.ts';

const EDITS = Buffer.from('"edits":[');

/** null: the record did nothing to Observations. */
export function editsIn({ kind, number, body }: JournalRecord): EditBatch | null {
  // most changes have none, and some are large
  if (kind !== RECORD.change || !Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(EDITS))
    return null;
  const { edits = [] } = decodeChange(body);
  return edits.length === 0 ? null : { rec: number, edits };
}

/** Hours and days that were over so long ago are history: whoever listens for what happens is not told of them. */
const NEWS_MS = 86_400_000;

/**
 * What live clients and rules get of it: the Observations that stand there now. `at`: when it was taken, milliseconds.
 * `isComputed`: the hub computes these of others; years of them may come at once.
 */
export function* liveEdits(
  { edits }: EditBatch,
  at: number,
  isComputed: (datastream: number) => boolean,
): Generator<LiveObservation> {
  for (const edit of edits) {
    if (edit.op !== 'put') continue;
    const { ds, t, n, id, q, x } = edit.row;
    if ((x?.e ?? t) < at - NEWS_MS && isComputed(ds)) continue;
    yield {
      datastream: ds,
      phenomenonTime: t,
      result: resultOf(edit.row),
      quality: q,
      receivedAt: at,
      edited: { n, id, extra: x ?? {} },
    };
  }
}

function resultOf({ type, r, x }: EditedRow): LiveObservation['result'] {
  if (type === RESULT.number) return r;
  if (type === RESULT.boolean) return r === 1;
  return (x?.v ?? null) as LiveObservation['result'];
}
