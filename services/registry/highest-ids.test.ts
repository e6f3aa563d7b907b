import { expect, test } from 'vitest';
import { EDITED_IDS, EDITED_TIES, type Edit, RESULT } from '../model/index.ts';
import { HighestIds } from './highest-ids.ts';

function put(id: number, n: number): Edit {
  return { op: 'put', row: { ds: 1, t: 0, n, id, type: RESULT.none, r: null, q: 0, x: null } };
}

/** The counter behind the edits, from EDITED_IDS. */
function counted(from: number, ...edits: Edit[]): number {
  const highest = new HighestIds();
  highest.load([['Observations', EDITED_IDS + from]]);
  highest.seenEdits(edits);
  return highest.observation - EDITED_IDS;
}

test('a number that only became a tie number, because its row kept another id, is used up', () => {
  expect(counted(-1, put(0, EDITED_TIES))).toBe(0);
  expect(counted(4, put(0, EDITED_TIES + 5), put(0, EDITED_TIES + 6))).toBe(6);
  expect(counted(4, put(EDITED_IDS + 5, EDITED_TIES + 5), put(17, EDITED_TIES + 6))).toBe(6);
});

test('an old number that is put again changes nothing, and tie numbers begin again after the last', () => {
  expect(counted(4, put(0, EDITED_TIES + 2), put(0, 3), put(12, 1))).toBe(4);
  expect(counted(4, put(0, 2 ** 31 - 1))).toBe(4);
  expect(counted(EDITED_TIES - 1, put(0, EDITED_TIES))).toBe(EDITED_TIES);
  expect(counted(EDITED_TIES + 7, put(0, EDITED_TIES + 7), put(0, EDITED_TIES + 8))).toBe(EDITED_TIES + 8);
});
