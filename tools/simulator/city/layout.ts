/** Where things stand: rows of bays, rings of bins around a square, drains along a street. */
import type { Position } from './types.ts';

/** Moves a position by metres to the east and to the north. */
export function offset([longitude, latitude]: Position, east: number, north: number): Position {
  const perDegree = 111_320;
  const round = (x: number) => Math.round(x * 1e7) / 1e7;
  return [
    round(longitude + east / (perDegree * Math.cos((latitude * Math.PI) / 180))),
    round(latitude + north / perDegree),
  ];
}

/** Metres between two positions (flat earth, good for a town). */
export function distance(a: Position, b: Position): number {
  const perDegree = 111_320;
  const east = (b[0] - a[0]) * perDegree * Math.cos((((a[1] + b[1]) / 2) * Math.PI) / 180);
  return Math.hypot(east, (b[1] - a[1]) * perDegree);
}

function turned(centre: Position, east: number, north: number, degrees: number): Position {
  const angle = (degrees * Math.PI) / 180;
  return offset(
    centre,
    east * Math.cos(angle) - north * Math.sin(angle),
    east * Math.sin(angle) + north * Math.cos(angle),
  );
}

/**
 * Bay `index` of a car park: rows of ten bays, 2.6 m wide; two rows back to back, then an aisle of 6 m. The rows are turned
 * as the street runs.
 */
export function bayPosition(centre: Position, index: number, count: number, degrees: number): Position {
  const perRow = Math.min(10, Math.ceil(count / 2));
  const row = Math.floor(index / perRow);
  const east = ((index % perRow) - (perRow - 1) / 2) * 2.6;
  const north = -(Math.floor(row / 2) * 16 + (row % 2) * 5.2) + 2.6;
  return turned(centre, east, north, degrees);
}

/** Point `index` along a street through the centre, `spacing` metres apart. */
export function alongStreet(
  centre: Position,
  index: number,
  count: number,
  spacing: number,
  degrees: number,
): Position {
  return turned(centre, (index - (count - 1) / 2) * spacing, index % 2 === 0 ? 4 : -4, degrees);
}

/** Point `index` of a ring around a square; every further ring holds as many again. */
export function aroundSquare(centre: Position, index: number, count: number, radius: number): Position {
  const ring = Math.floor(index / count);
  const angle = ((index % count) / count + ring * 0.13) * 2 * Math.PI + 0.4;
  return offset(centre, Math.cos(angle) * (radius + ring * 14), Math.sin(angle) * (radius + ring * 14) * 0.8);
}
