/** Weather stations and thermometers on masts, from the stone square to the river meadow. */
import type { Group } from './builder.ts';
import { aroundSquare, offset } from './layout.ts';
import { SQUARES } from './places.ts';
import type { Place } from './types.ts';

/** Place, how much it gets of the heat island (0 … 1), weather stations, thermometers. */
export const CLIMATE_PLACES: readonly (readonly [Place, number, number, number])[] = [
  [SQUARES.walterScheelPlatz, 0.8, 1, 4],
  [SQUARES.grafWilhelmPlatz, 1, 0, 4],
  [SQUARES.neumarkt, 0.95, 0, 4],
  [SQUARES.graefratherMarkt, 0.7, 1, 3],
  [SQUARES.suedpark, 0.15, 1, 4],
  [SQUARES.botanischerGartenSolingen, 0.1, 0, 3],
  [SQUARES.schlossBurg, 0.05, 1, 2],
  [SQUARES.muensterplatz, 1, 1, 5],
  [SQUARES.loraPark, 0.85, 1, 4],
  [SQUARES.marktplatz, 0.95, 0, 4],
  [SQUARES.karlsplatz, 0.6, 0, 4],
  [SQUARES.friedrichsau, 0, 1, 4],
  [SQUARES.botanischerGartenUlm, 0.05, 1, 3],
];

const MODELS = ['milesight/em300-th', 'dragino/lht65'] as const;

const stations: readonly Group[] = CLIMATE_PLACES.filter(([, , usual]) => usual > 0).map(([place, urban, usual]) => ({
  usual,
  model: 'decentlab/dl-atm41',
  build(city, count) {
    const parent = city.place(place, 'climate');
    for (let i = 0; i < count; i++) {
      city.part({
        town: place.town,
        path: `climate/${place.id}/wetter-${i + 1}`,
        parent,
        name: i === 0 ? `Wetterstation ${place.name}` : `Wetterstation ${place.name} ${i + 1}`,
        position: offset(place.position, 12 * i, 6),
        domain: 'climate',
        properties: { height: 4 },
        model: 'decentlab/dl-atm41',
        role: { kind: 'station', urban },
      });
    }
  },
}));

const thermometers: readonly Group[] = CLIMATE_PLACES.map(([place, urban, , usual]) => ({
  usual,
  model: MODELS,
  build(city, count) {
    const parent = city.place(place, 'climate');
    for (let i = 0; i < count; i++) {
      city.part({
        town: place.town,
        path: `climate/${place.id}/${i + 1}`,
        parent,
        name: `${place.name}, Mast ${i + 1}`,
        position: aroundSquare(place.position, i, Math.min(count, 8), 35),
        domain: 'climate',
        properties: { height: 3 },
        model: MODELS[i % 2]!,
        role: { kind: 'thermometer', urban },
      });
    }
  },
}));

export const CLIMATE: readonly Group[] = [...stations, ...thermometers];
