/** What write number `k` of the crash test stores: the same every time, so that the test can ask for each row. */
import { RESULT } from '../../model/index.ts';
import type { TestRow } from '../test-rows.ts';

const NOW = Date.UTC(2026, 10, 1);
const HOUR = 3_600_000;

export function crashRows(k: number): { rows: TestRow[]; mode: 'first' | 'tie' } {
  const rows: TestRow[] = [];
  for (let i = 0; i < 40; i++) {
    const ds = 1 + ((k * 7 + i) % 60);
    // every third row is late, some are years old, some without a number
    const t = NOW + k * 1000 + i - (i % 3 === 0 ? 30 * HOUR : 0) - (i === 5 ? 20_000 * HOUR * (1 + (k % 4)) : 0);
    rows.push(i % 9 === 0 ? { ds, t, type: RESULT.none, rec: k } : { ds, t, r: (k * i) % 1000, rec: k });
  }
  // every fourth write is a tie: two readings of one instant by different records
  const mode = k % 4 === 3 ? 'tie' : 'first';
  if (mode === 'tie') for (let i = 0; i < 3; i++) rows.push({ ds: 100 + i, t: NOW + i, r: k % 1000, rec: k });
  return { rows, mode };
}
