/** Beside the four domains: fine dust and noise. */
import type { Group } from './builder.ts';
import { offset } from './layout.ts';
import { SQUARES } from './places.ts';
import type { Place } from './types.ts';

/** Place, how urban, fine dust sensors, noise sensors. */
const PLACES: readonly (readonly [Place, number, number, number])[] = [
  [SQUARES.walterScheelPlatz, 0.8, 1, 1],
  [SQUARES.grafWilhelmPlatz, 1, 1, 1],
  [SQUARES.neumarkt, 0.95, 1, 1],
  [SQUARES.suedpark, 0.15, 1, 0],
  [SQUARES.muensterplatz, 1, 1, 1],
  [SQUARES.marktplatz, 0.95, 1, 1],
  [SQUARES.karlsplatz, 0.6, 1, 1],
  [SQUARES.friedrichsau, 0, 1, 0],
];

const AIR = 'decentlab/dl-pm';
const NOISE = 'browan/tbsl100';

const air: readonly Group[] = PLACES.map(([place, urban, usual]) => ({
  usual,
  model: AIR,
  build(city, count) {
    const parent = city.place(place, 'air');
    for (let i = 0; i < count; i++) {
      city.part({
        town: place.town,
        path: `air/${place.id}/${i + 1}`,
        parent,
        name: `Luftmessung ${place.name}${i > 0 ? ` ${i + 1}` : ''}`,
        position: offset(place.position, -14 - 9 * i, 9),
        domain: 'air',
        model: AIR,
        role: { kind: 'air', urban },
      });
    }
  },
}));

const noise: readonly Group[] = PLACES.filter(([, , , usual]) => usual > 0).map(([place, , , usual]) => ({
  usual,
  model: NOISE,
  build(city, count) {
    const parent = city.place(place, 'noise');
    for (let i = 0; i < count; i++) {
      city.part({
        town: place.town,
        path: `noise/${place.id}/${i + 1}`,
        parent,
        name: `Lärmmessung ${place.name}${i > 0 ? ` ${i + 1}` : ''}`,
        position: offset(place.position, 15 + 9 * i, -11),
        domain: 'noise',
        model: NOISE,
        role: {
          kind: 'noise',
          market: place.town === 'ulm' && (place.id === 'muensterplatz' || place.id === 'marktplatz'),
        },
      });
    }
  },
}));

export const EXTRAS: readonly Group[] = [...air, ...noise];
