/**
 * Keeps a Map in ascending order of its keys. Keys nearly always grow; one that doesn't costs a move of those behind it.
 * `tail`: no key in the map is above it.
 */
export function insertAscending<V>(map: Map<number, V>, key: number, value: V, tail: number): void {
  if (key > tail || map.has(key)) {
    map.set(key, value);
    return;
  }
  const behind = [...map].filter(([other]) => other > key);
  for (const [other] of behind) map.delete(other);
  map.set(key, value);
  for (const [other, kept] of behind) map.set(other, kept);
}
