/** What a store refuses. SQLite would keep NaN as NULL and true as 1 in silence, so rows are looked at before they get there. */
import { CodedError, EARLIEST, type EditBatch, type ErrorCode, LATEST, RESULT, type RowBatch } from '../model/index.ts';
import type { Revision, Rows } from './port.ts';

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

/** Rows on their way from another store: what a store gave out, so only what would do harm is looked for. */
export function checkPlaced({ length, ds, t, n, r, type, rec }: Rows): void {
  for (let i = 0; i < length; i++) {
    if (!(ds[i]! >= 1)) refuse('hub.internal', i, 'ds', ds[i], 'a Datastream id from 1');
    if (!(Number.isInteger(t[i]) && t[i]! >= EARLIEST && t[i]! < LATEST))
      refuse('hub.internal', i, 't', t[i], 'whole milliseconds within 1700–2250');
    if (!(Number.isInteger(n[i]) && n[i]! >= 0)) refuse('hub.internal', i, 'n', n[i], 'a tie number');
    if (!Number.isSafeInteger(rec[i])) refuse('hub.internal', i, 'rec', rec[i], 'a journal record number');
    if (type[i]! <= RESULT.boolean && !Number.isFinite(r[i])) refuse('hub.internal', i, 'r', r[i], 'a finite number');
  }
}

/** Throws a CodedError that names record and field of the first bad edit; then none is done. */
export function checkEdits(batches: readonly EditBatch[]): void {
  for (const { rec, edits } of batches) {
    edits.forEach((edit, i) => {
      const place = edit.op === 'put' ? edit.row : edit;
      const wrong = (field: string, value: unknown, expected: string): never => {
        const detail = `Edit ${i} of record ${rec}: ${field} is ${String(value)}, expected ${expected}.`;
        throw new CodedError('hub.internal', detail);
      };
      if (!(place.ds >= 1 && Number.isSafeInteger(place.ds))) wrong('ds', place.ds, 'a Datastream id from 1');
      if (edit.op === 'drop') return;
      const { t } = edit.op === 'put' ? edit.row : edit;
      if (!(Number.isInteger(t) && t >= EARLIEST && t < LATEST)) wrong('t', t, 'whole milliseconds within 1700–2250');
      if (edit.op === 'remove') return;
      const { type, r, n, id } = edit.row;
      if (!(Number.isInteger(type) && type >= RESULT.number && type <= RESULT.none))
        wrong('type', type, 'one of RESULT');
      if (type === RESULT.number && !Number.isFinite(r)) wrong('r', r, 'a finite number');
      if (type === RESULT.boolean && r !== 0 && r !== 1) wrong('r', r, '0 or 1 for a boolean');
      if (!(Number.isInteger(n) && n >= 0 && n < 2 ** 31)) wrong('n', n, 'a tie number');
      if (!(Number.isInteger(id) && id >= 0 && id < 2 ** 42)) wrong('id', id, '0 or an assigned id below 2^42');
    });
  }
}

/** Throws a CodedError that names index and field of the first bad row to set; then nothing of the revision is done. */
export function checkRevision({ set: { length, type, r } }: Revision): void {
  for (let i = 0; i < length; i++) {
    const kind = type[i]!;
    if (!(kind >= RESULT.number && kind <= RESULT.none)) refuse('reading.type', i, 'type', kind, 'one of RESULT');
    if (kind === RESULT.number && !Number.isFinite(r[i])) refuse('reading.notFinite', i, 'r', r[i], 'a finite number');
    if (kind === RESULT.boolean && r[i] !== 0 && r[i] !== 1)
      refuse('reading.type', i, 'r', r[i], '0 or 1 for a boolean');
  }
}
