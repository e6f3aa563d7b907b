/** How waters answer the rain: late and smooth, each in its own time. */
import { MINUTE } from '../local-time.ts';
import { smoothNoise } from '../random.ts';
import type { Weather } from './weather.ts';

/** One body of water at one point. */
export interface Water {
  /** Level in dry weather, metres. */
  readonly base: number;
  /** Slow wandering around it, metres. */
  readonly wander: number;
  /** Minutes from the rain to the crest: brooks 40–60, the Wupper 3–4 hours. */
  readonly lag: number;
  /** How peaked the answer is, ≥ 1. */
  readonly shape: number;
  /** Metres of rise per mm of rain that fell just one lag ago. */
  readonly gain: number;
}

/**
 * Rain of the past, weighted by how much of it arrives now, in mm. The weight over the age of the rain is a gamma curve with
 * its crest (weight 1) at `lag`, the usual shape of a unit hydrograph.
 */
export function arriving(weather: Weather, at: number, lag: number, shape: number): number {
  const step = lag / 12;
  let sum = 0;
  for (let age = step / 2; age < lag * 3; age += step) {
    const rain = weather.rain(at - age * MINUTE);
    if (rain === 0) continue;
    const x = age / lag;
    sum += rain * (step / 60) * (x * Math.exp(1 - x)) ** shape;
  }
  return sum;
}

/** Metres above the gauge's zero. */
export function waterLevel(water: Water, weather: Weather, at: number, seed: number): number {
  const slow = water.wander * smoothNoise(seed, at / (19 * 60 * MINUTE));
  const ripple = 0.004 * smoothNoise(seed ^ 7, at / (4 * MINUTE));
  return water.base + slow + ripple + water.gain * arriving(weather, at, water.lag, water.shape);
}

/** °C: follows the air of the last days, slowly. */
export function waterTemperature(weather: Weather, at: number): number {
  const day = 24 * 60 * MINUTE;
  let sum = 0;
  for (let i = 0; i < 6; i++) sum += weather.temperature(at - (i * day) / 3, 0);
  return Math.max(0.3, 2 + 0.85 * (sum / 6));
}

/** µS/cm: rain thins the water. */
export function conductivity(water: Water, weather: Weather, at: number, seed: number): number {
  const thinned = 1 / (1 + arriving(weather, at, water.lag, water.shape) * 0.06);
  return (430 + 60 * smoothNoise(seed ^ 3, at / (31 * 60 * MINUTE))) * thinned;
}

/** One storm drain: % of the shaft that is full. */
export function drainFill(
  weather: Weather,
  at: number,
  drain: { readonly base: number; readonly gain: number },
): number {
  return Math.min(98, drain.base + drain.gain * arriving(weather, at, 12, 2));
}
