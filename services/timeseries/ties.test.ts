import { expect, test } from 'vitest';
import { EDITED_TIES } from '../model/index.ts';
import { FIRST_EDITED_TIE, nextTie, sameOrigin } from './ties.ts';

test('the store and the model agree where the tie numbers of the API begin', () => {
  expect(FIRST_EDITED_TIE).toBe(EDITED_TIES);
});

test('the next tie is one above all that the store gave, whatever the API gave', () => {
  const row = (n: number) => ({ n, rec: 1 });
  expect(nextTie([])).toBe(0);
  expect(nextTie([row(EDITED_TIES + 5)])).toBe(0);
  expect(nextTie([row(0), row(3), row(EDITED_TIES)])).toBe(4);
});

test('a row whose number the store changed is still that of its record; ties of the API are told apart', () => {
  expect(sameOrigin({ n: 0, rec: 1 }, { n: 4, rec: 1 })).toBe(true);
  expect(sameOrigin({ n: 0, rec: 1 }, { n: 0, rec: 2 })).toBe(false);
  expect(sameOrigin({ n: 0, rec: 1 }, { n: EDITED_TIES, rec: 1 })).toBe(false);
  expect(sameOrigin({ n: EDITED_TIES + 1, rec: 1 }, { n: EDITED_TIES, rec: 1 })).toBe(false);
});
