/** Things for the tests of this folder. */
import type { CityStream, CityThing } from '../../data/index.ts';

const SYMBOLS: Readonly<Record<string, string>> = {
  airTemperature: '°C',
  waterDepth: 'm',
  waterDistance: 'm',
  fillLevel: '%',
  fillDistance: 'cm',
};

/** A Thing with one Datastream per quantity; the Datastreams' ids are 10 × id, 10 × id + 1, … */
export function thingWith(
  id: number,
  domain: string,
  quantities: readonly string[],
  more: Partial<CityThing> = {},
): CityThing {
  const streams: CityStream[] = quantities.map((quantity, at) => ({
    id: id * 10 + at,
    element: null,
    name: quantity,
    thing: id,
    domain,
    quantity,
    property: quantity,
    symbol: SYMBOLS[quantity] ?? '',
  }));
  const fixed = { id, name: `Thing ${id}`, description: '', properties: {}, organisation: 'solingen' };
  return { ...fixed, position: [7.08, 51.17], streams, ...more };
}
