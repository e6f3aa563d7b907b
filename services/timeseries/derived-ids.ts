/**
 * The assigned @iot.ids that a store gives itself [docs/semantics.md, Rows and ids]. They follow from the row alone, so that a
 * store which is made again from the journal gives every row the id that it had, in whatever batches the rows come.
 */

/** Ids that stores once counted up from 1 lie below: one of them in the journal is never the id of another row. */
export const DERIVED_IDS = 2 ** 40;
/** EDITED_IDS of the model, see `ties.ts`: from there on the API gives them. */
export const DERIVED_END = 2 ** 41;

const WORD = 2 ** 32;

/**
 * The id of the row that record `rec` brought to (ds, t), spread evenly over the 2^40 there are. Where another row has it,
 * which is to be expected once in a million ids, it is `idAfter`, the next free one.
 */
export function derivedId(rec: number, ds: number, t: number): number {
  const words = [rec, Math.floor(rec / WORD), ds, t, Math.floor(t / WORD)];
  return DERIVED_IDS + (hash(words, 1) & 0xff) * WORD + hash(words, 2);
}

export function idAfter(id: number): number {
  return id + 1 < DERIVED_END ? id + 1 : DERIVED_IDS;
}

/** MurmurHash3 of the words, 32 bits. Ids are kept for ever, so this may never be changed. */
function hash(words: readonly number[], seed: number): number {
  let h = seed;
  for (const word of words) {
    const k = Math.imul(word, 0xcc9e2d51);
    h ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  h ^= 4 * words.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
