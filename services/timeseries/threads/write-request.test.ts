import { expect, test } from 'vitest';
import { nextGroup, type WriteRequest } from './write-request.ts';

const write = (seq: number, length: number) => ({ kind: 'write', seq, mode: 'first', length }) as WriteRequest;

test('writes that wait share transactions of the allowed size, one that is larger has its own [limit timeseries.transactionRows]', () => {
  const queue = [400, 500, 200, 5000, 1, 999].map((length, seq) => write(seq, length));
  const groups: number[][] = [];
  while (queue.length > 0) groups.push(nextGroup(queue, 1000).map(({ seq }) => seq));
  expect(groups).toEqual([[0, 1], [2], [3], [4, 5]]);
});
