/** Life in the street: people, noise, fine dust. */
import type { Incidents } from '../incidents.ts';
import { DAY, HOUR, localTime, MINUTE } from '../local-time.ts';
import { smoothNoise } from '../random.ts';
import type { Weather } from './weather.ts';

/** 0 … 1: how busy a street is, without rain; 1.6 on the Christmas market. */
export function crowd(at: number, market: boolean, incidents: Incidents): number {
  const { hour, weekday } = localTime(at);
  const day = Math.max(0, Math.sin(((hour - 6.5) / 15) * Math.PI));
  const plain = hour < 6.5 || hour > 21.5 ? 0.03 : day * (weekday === 6 ? 0.5 : weekday === 5 ? 1 : 0.75) + 0.03;
  const minutes = market ? incidents.minutesSince('christmasMarket', at) : null;
  return minutes === null || minutes > 7 * 60 ? plain : plain + 1.3 * Math.min(1, minutes / 90);
}

/** dB(A), ten-minute mean. */
export function noiseLevel(at: number, busy: number, seed: number): number {
  return 41 + 24 * Math.sqrt(Math.min(1.6, busy)) + 3 * smoothNoise(seed, at / (9 * MINUTE));
}

/** PM10, µg/m³: more when it is cold and still, less after rain. */
export function particles(weather: Weather, at: number, urban: number, seed: number): number {
  const still = 1 / (0.6 + weather.wind(at) / 4);
  const cold = Math.max(0, 12 - weather.temperature(at, urban)) / 12;
  const washed = 1 / (1 + 0.15 * weather.rainSum(at - 3 * HOUR, at));
  const slow = 1 + 0.35 * smoothNoise(seed, at / (0.8 * DAY)) + 0.1 * smoothNoise(seed ^ 5, at / (25 * MINUTE));
  return Math.max(1.5, (7 + 7 * urban) * still * (1 + 0.7 * cold) * washed * slow);
}
