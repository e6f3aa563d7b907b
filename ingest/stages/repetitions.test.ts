import { expect, test } from 'vitest';
import { Repetitions } from './repetitions.ts';

test('of more identities than twice the limit the oldest are forgotten [limit ingest.repetitionEntries]', () => {
  const seen = new Repetitions(600_000, 100);
  for (let i = 0; i < 250; i++) expect(seen.seen(`a${i}`, i, 1000, true)).toBe(false);
  // asking remembers nothing that was known, so the order of these looks does not matter
  expect(seen.seen('a249', 1000, 1000, true)).toBe(true);
  expect(seen.seen('a100', 1000, 1000, true)).toBe(true);
  expect(seen.seen('a99', 1000, 1000, true)).toBe(false);
});
