/** Where the map looks. Pure. */
import type { CityThing } from '../data/index.ts';

/** Room at the edges of the map, CSS pixels. */
export interface Room {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** Half of a wide sign; above it the note about the base map; below it its name, and the scale or the folded legend. */
const SIGN: Room = { top: 44, right: 60, bottom: 76, left: 60 };

/** This share of the map stays for what is shown, however small the map. */
const LEAST = 0.35;

/**
 * Room that a first view leaves, so that no sign is cut off or lies below the legend, which covers so many pixels at
 * the left. On a map too small for all of it, each side gives way in proportion.
 */
export function roomFor(width: number, height: number, covered: number): Room {
  const left = SIGN.left + covered;
  const across = Math.min(1, (width * (1 - LEAST)) / (left + SIGN.right));
  const down = Math.min(1, (height * (1 - LEAST)) / (SIGN.top + SIGN.bottom));
  return { top: SIGN.top * down, right: SIGN.right * across, bottom: SIGN.bottom * down, left: left * across };
}

/** South-west and north-east corner of Things that have a position. */
export function boundsOf(things: readonly CityThing[]): [[number, number], [number, number]] {
  const x = things.flatMap(({ position }) => (position === null ? [] : position[0]));
  const y = things.flatMap(({ position }) => (position === null ? [] : position[1]));
  return [
    [Math.min(...x), Math.min(...y)],
    [Math.max(...x), Math.max(...y)],
  ];
}
