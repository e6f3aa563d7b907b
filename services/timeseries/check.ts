/** What a store refuses. SQLite would keep NaN as NULL and true as 1 in silence, so rows are looked at before they get there. */
import { CodedError, EARLIEST, type ErrorCode, LATEST, RESULT, type RowBatch } from '../model/index.ts';

function refuse(code: ErrorCode, index: number, field: string, value: unknown, expected: string): never {
  throw new CodedError(code, `Row ${index} of the batch: ${field} is ${String(value)}, expected ${expected}.`);
}

/** Throws a CodedError that names index and field of the first bad row; then nothing of the batch is stored. */
export function checkBatch(batch: RowBatch): void {
  const { length, ds, t, r, type, rec } = batch;
  for (const column of ['ds', 't', 'r', 'type', 'rec', 'q'] as const) {
    if (batch[column].length < length)
      refuse('hub.internal', batch[column].length, column, 'missing', `${length} rows`);
  }
  for (let i = 0; i < length; i++) {
    const time = t[i]!;
    if (!(ds[i]! >= 1)) refuse('reading.channel', i, 'ds', ds[i], 'a Datastream id from 1');
    if (!(time >= EARLIEST && time < LATEST && Number.isInteger(time))) {
      refuse('reading.time', i, 't', time, 'whole milliseconds within 1700–2250');
    }
    if (!(rec[i]! >= 0 && Number.isSafeInteger(rec[i]!)))
      refuse('hub.internal', i, 'rec', rec[i], 'a journal record number');
    const kind = type[i]!;
    if (kind === RESULT.number) {
      if (!Number.isFinite(r[i]!)) refuse('reading.notFinite', i, 'r', r[i], 'a finite number');
    } else if (kind === RESULT.boolean) {
      if (r[i] !== 0 && r[i] !== 1) refuse('reading.type', i, 'r', r[i], '0 or 1 for a boolean');
    } else if (kind > RESULT.none) {
      refuse('reading.type', i, 'type', kind, 'one of RESULT');
    }
  }
}
