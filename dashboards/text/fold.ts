/** For a search: small letters without accents, ß as ss, so that "munster" finds "Münster" and "strasse" "Straße". */
export function folded(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');
}
