import type { CityThing } from '../data/index.ts';
import type { City, Town } from '../state/index.ts';

/**
 * South-west and north-east of where most of a town's Things stand, without a share `edge` at each side: the outermost
 * gauge would shrink the centre to a spot.
 */
export function coreOf(city: City, town: Town, edge: number): [[number, number], [number, number]] {
  const x: number[] = [];
  const y: number[] = [];
  for (const id of town.things) {
    const position = city.things.get(id)?.position;
    if (!position) continue;
    x.push(position[0]);
    y.push(position[1]);
  }
  const cut = x.length < 10 ? 0 : edge;
  const at = (values: number[], share: number) =>
    values.sort((a, b) => a - b)[Math.floor((values.length - 1) * share)]!;
  return [
    [at(x, cut), at(y, cut)],
    [at(x, 1 - cut), at(y, 1 - cut)],
  ];
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
