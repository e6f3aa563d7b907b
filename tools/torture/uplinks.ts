/**
 * Numbered uplinks: each number is one reading of one device. A few come late, a few at the instant of the reading before
 * (ties), a few are sent twice. So what is stored can be compared with what was acknowledged, one by one.
 */
import { eventText, topicOf } from '../bench/index.ts';

export const DEVICES = 50;
/** Milliseconds between two readings of a device: a campaign spreads over many weeks of the store. */
export const STEP = 20_000;
/** Every so many readings of a device stands at the instant of the one before. */
const TIE_EVERY = 23;
const LATE_EVERY = 31;
const TWICE_EVERY = 41;

export interface Numbering {
  /** phenomenonTime of the first numbers, milliseconds: long before any clock that the hub is given. */
  readonly begin: number;
}

export function deviceOf(number: number): number {
  return number % DEVICES;
}

/** Which reading of its device. */
function roundOf(number: number): number {
  return Math.floor(number / DEVICES);
}

export function isTie(number: number): boolean {
  const round = roundOf(number);
  return round > 0 && (round + deviceOf(number)) % TIE_EVERY === 0;
}

/** Comes some seconds later than its neighbours. */
export function isLate(number: number): boolean {
  return (roundOf(number) + 3 * deviceOf(number)) % LATE_EVERY === 0;
}

/** Is delivered twice, as a broker does after a lost acknowledgement. */
export function isTwice(number: number): boolean {
  return (roundOf(number) + 7 * deviceOf(number)) % TWICE_EVERY === 0;
}

/** phenomenonTime, milliseconds. */
export function timeOf({ begin }: Numbering, number: number): number {
  const round = roundOf(number) - (isTie(number) ? 1 : 0);
  return begin + round * STEP;
}

/** °C as the frame carries it. */
export function temperatureOf(number: number): number {
  return (150 + (number % 200)) / 10;
}

export function messageOf(numbering: Numbering, number: number): { readonly topic: string; readonly body: string } {
  const time = new Date(timeOf(numbering, number)).toISOString();
  return { topic: topicOf(deviceOf(number)), body: eventText('small', deviceOf(number), number, time) };
}
