/** Which known name was probably meant. */

/** Edits (insert, delete, replace, swap of neighbours) that turn one word into the other; more than `most` is Infinity. */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  const found = last[b.length]!;
  return found > most ? Number.POSITIVE_INFINITY : found;
}

/** null: nothing is near enough to be worth a proposal. */
export function nearest(name: string, known: Iterable<string>): string | null {
  const wanted = name.toLowerCase().slice(0, 100);
  const tail = (path: string) => path.slice(path.lastIndexOf('.') + 1);
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const plain = candidate.toLowerCase();
    // `--batchSize` for `timeseries.batchSize`: the right name without its group.
    const edits = tail(plain) === wanted ? 1 : distance(wanted, plain, Math.max(2, Math.ceil(wanted.length / 3)));
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}
