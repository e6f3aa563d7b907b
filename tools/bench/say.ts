/** Lines of the bench for people: what, how much, beside what. */

export function say(what: string, value: string, beside = ''): void {
  console.log(`${what.padEnd(58)} ${value.padStart(14)}  ${beside}`);
}

export const number = (value: number): string => Math.round(value).toLocaleString('en');
export const ms = (value: number): string => `${value < 100 ? value.toFixed(1) : Math.round(value)} ms`;
export const percent = (part: number, whole: number): string => `${Math.round((part / whole) * 100)} %`;

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
