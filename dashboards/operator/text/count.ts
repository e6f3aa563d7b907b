/** A number, as it is written, with its word: one, or many. */
export function count(amount: string, one: string, many: string): string {
  return `${amount} ${amount === '1' ? one : many}`;
}
