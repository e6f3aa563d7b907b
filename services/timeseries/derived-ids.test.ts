import { expect, test } from 'vitest';
import { EARLIEST, EDITED_IDS, LATEST } from '../model/index.ts';
import { DERIVED_END, DERIVED_IDS, derivedId, idAfter } from './derived-ids.ts';

const T = Date.UTC(2026, 5, 1);

test('the store and the model agree where the ids of the API begin', () => {
  expect(DERIVED_END).toBe(EDITED_IDS);
});

test('an id follows from record, Datastream and time, and stays what it is in every later version', () => {
  expect([derivedId(7, 3, T), derivedId(2 ** 40, 2 ** 31 - 1, LATEST - 1), derivedId(1, 1, EARLIEST)]).toEqual([
    2_172_949_937_494, 1_693_709_271_589, 1_493_818_389_058,
  ]);
});

test('rows of many records, Datastreams and times have different ids, all of the range', () => {
  const ids = new Set<number>();
  for (let rec = 0; rec < 20; rec++)
    for (let ds = 1; ds <= 20; ds++)
      for (let k = -10; k < 10; k++)
        for (const step of [1, 60_000, 86_400_000]) ids.add(derivedId(rec, ds, T + 7 + k * step));
  // k = 0 is the same time in all three
  expect(ids.size).toBe(20 * 20 * (20 * 3 - 2));
  for (const id of ids) expect(id >= DERIVED_IDS && id < DERIVED_END && Number.isSafeInteger(id)).toBe(true);
  // a difference in any high bits counts
  const high = [derivedId(1, 1, T), derivedId(1 + 2 ** 32, 1, T), derivedId(1, 1, T - 2 ** 33), derivedId(1, 1, -T)];
  expect(new Set(high).size).toBe(4);
});

test('behind the last id comes the first', () => {
  expect(idAfter(DERIVED_IDS)).toBe(DERIVED_IDS + 1);
  expect(idAfter(DERIVED_END - 1)).toBe(DERIVED_IDS);
});
