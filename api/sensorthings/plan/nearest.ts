/** "; did you mean X?" for a misspelt name, or the list of what there is. */
export function nearest(name: string, known: readonly string[]): string {
  const lower = name.toLowerCase();
  const close = known.find((k) => k.toLowerCase() === lower) ?? known.find((k) => near(k.toLowerCase(), lower));
  return close === undefined ? `; there are ${known.join(', ')}` : `; did you mean ${close}?`;
}

/** One letter more, less or different, or a plural. */
function near(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || Math.max(a.length, b.length) < 3) return false;
  let i = 0;
  while (i < Math.min(a.length, b.length) && a[i] === b[i]) i++;
  return a.slice(i + 1) === b.slice(i + 1) || a.slice(i) === b.slice(i + 1) || a.slice(i + 1) === b.slice(i);
}
