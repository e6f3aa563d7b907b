/** A write on its way to a writer's thread. */
import type { RowBatch } from '../../model/index.ts';

export interface WriteRequest {
  readonly kind: 'write';
  readonly seq: number;
  readonly mode: 'first' | 'tie';
  readonly length: number;
  readonly ds: Int32Array<ArrayBuffer>;
  readonly t: Float64Array<ArrayBuffer>;
  readonly r: Float64Array<ArrayBuffer>;
  readonly type: Uint8Array<ArrayBuffer>;
  readonly rec: Float64Array<ArrayBuffer>;
  readonly q: Uint8Array<ArrayBuffer>;
  readonly x: ReadonlyMap<number, string>;
}

/** Columns of their own: the caller keeps its arrays, and the copies move to the writer without another copy. */
export function writeRequest(batch: RowBatch, mode: 'first' | 'tie', seq: number): WriteRequest {
  const { length, x } = batch;
  return {
    kind: 'write',
    seq,
    mode,
    length,
    ds: new Int32Array(batch.ds.subarray(0, length)),
    t: new Float64Array(batch.t.subarray(0, length)),
    r: new Float64Array(batch.r.subarray(0, length)),
    type: new Uint8Array(batch.type.subarray(0, length)),
    rec: new Float64Array(batch.rec.subarray(0, length)),
    q: new Uint8Array(batch.q.subarray(0, length)),
    x,
  };
}

/** For a transfer instead of a copy. */
export function buffersOfWrite({ ds, t, r, type, rec, q }: WriteRequest): ArrayBuffer[] {
  return [ds.buffer, t.buffer, r.buffer, type.buffer, rec.buffer, q.buffer];
}

/** Takes writes of one mode from the queue's head, up to about `rows`, at least one if the head is a write. */
export function nextGroup(queue: (WriteRequest | { readonly kind: string })[], rows: number): WriteRequest[] {
  const group: WriteRequest[] = [];
  let total = 0;
  for (const request of queue) {
    if (!isWrite(request) || request.mode !== (group[0] ?? request).mode) break;
    total += request.length;
    if (group.length > 0 && total > rows) break;
    group.push(request);
  }
  queue.splice(0, group.length);
  return group;
}

function isWrite(request: { readonly kind: string }): request is WriteRequest {
  return request.kind === 'write';
}
