import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonErrorAt } from './json-position.ts';

test.each([
  ['{"name": tru}', 1, 10],
  ['', 1, 1],
  ['{', 1, 2],
  ['{"a":1,}', 1, 8],
  ['{"a" 1}', 1, 6],
  ['[1,\n 2,\n x]', 3, 2],
  ['[1]]', 1, 4],
  ['{"a":1} x', 1, 9],
  ["{'a':1}", 1, 2],
  ['{"a":01}', 1, 7],
  ['["a\nb"]', 1, 2],
  ['{"a":[1,2}', 1, 10],
  ['[,1]', 1, 2],
  ['{"a\\n\\u00e4\\"":"b\\x"}', 1, 16],
  ['["abc', 1, 2],
])('%j goes wrong in line %i, column %i', (text, line, column) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(jsonErrorAt(text)).toEqual({ line, column });
});

test('valid JSON that is cut goes wrong at its end, or before it where the cut is inside a word', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, cut) => {
      const part = text.slice(0, cut % text.length);
      const { line, column } = jsonErrorAt(part);
      expect(line).toBe(1);
      expect(column).toBeLessThanOrEqual(part.length + 1);
      expect(text.slice(0, column - 1)).toBe(part.slice(0, column - 1));
    }),
  );
});

test.each([
  ['values', '1,'.repeat(1_000_000)],
  ['a text without end', `"${'a'.repeat(800_000)}`],
  ['escapes', `"${'\\n'.repeat(400_000)}`],
  ['spaces', ' '.repeat(800_000)],
])('is found in no time behind many %s', (_, many) => {
  const start = performance.now();
  expect(jsonErrorAt(`[${many}x`).line).toBe(1);
  expect(performance.now() - start).toBeLessThan(400);
});
