import { describe, expect, test } from 'vitest';
import { differences, textFits } from './match.ts';

describe('an answer is compared with what a case expects', () => {
  test.each([
    [
      { a: 1, b: [1, 'x'] },
      { a: 1, b: [1, 'x'] },
    ],
    [{ a: '<any>' }, { a: { deep: true } }],
    [{ a: '<any>' }, { a: null }],
    [
      { a: 1, '...': true },
      { a: 1, b: 2 },
    ],
    [
      [1, '...'],
      [1, 2, 3],
    ],
    [{ at: '<time>/<time>' }, { at: '2026-03-01T00:00:00Z/2026-03-02T00:00:00.000Z' }],
    [{ link: 'http://hub/v1.1/Things(<id>)' }, { link: 'http://hub/v1.1/Things(17)' }],
    [null, null],
  ])('%j fits %j', (expected, actual) => {
    expect(differences(expected, actual)).toEqual([]);
  });

  test.each([
    [{ a: 1 }, { a: '1' }, 'body.a: "1" instead of 1'],
    [{ a: 1 }, {}, 'body.a: nothing instead of 1'],
    [{ a: '<any>' }, {}, 'body.a: is missing'],
    [{}, { b: 1 }, 'body.b: should not be there'],
    [[1], [1, 2], 'body: 2 elements instead of 1'],
    [[1, 2, '...'], [1], 'body: 1 elements instead of 2'],
    [{ a: [] }, { a: {} }, 'body.a: {} instead of an array'],
    [{ a: {} }, { a: [] }, 'body.a: [] instead of an object'],
    [{ a: null }, { a: 0 }, 'body.a: 0 instead of null'],
    ['Things(<id>)', 'Things(x)', 'body: "Things(x)" instead of "Things(<id>)"'],
  ])('%j does not fit %j', (expected, actual, said) => {
    expect(differences(expected, actual)[0]).toBe(said);
  });

  test('signs of patterns mean themselves', () => {
    expect(textFits('a.b(c)$', 'a.b(c)$')).toBe(true);
    expect(textFits('a.b', 'axb')).toBe(false);
  });
});
