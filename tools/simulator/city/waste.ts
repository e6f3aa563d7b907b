/** Containers for glass and paper, street bins, and two household bins that only their organisation may see. */
import { hashText, unit } from '../random.ts';
import type { Group } from './builder.ts';
import { aroundSquare, offset } from './layout.ts';
import { SQUARES, TOWNS } from './places.ts';
import type { Place, TownId } from './types.ts';

interface Fraction {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  /** Litres. */
  readonly volume: number;
  /** Millimetres from the sensor to the ground. */
  readonly depth: number;
  /** % per day, from … to. */
  readonly perDay: readonly [number, number];
  readonly everyNthTour: number;
  /** Metres from the middle of the place. */
  readonly radius: number;
}

const GLASS: Fraction = {
  id: 'glas',
  name: 'Glascontainer',
  model: 'teneo-iot/filling-degree-sensor',
  volume: 3000,
  depth: 1800,
  perDay: [2.7, 3.3],
  everyNthTour: 8,
  radius: 45,
};
const PAPER: Fraction = {
  id: 'papier',
  name: 'Papiercontainer',
  model: 'dingtek/df702',
  volume: 1100,
  depth: 1500,
  perDay: [5.4, 6.6],
  everyNthTour: 4,
  radius: 50,
};
const STREET: Fraction = {
  id: 'papierkorb',
  name: 'Papierkorb',
  model: 'noah/trashbin-sensor',
  volume: 70,
  depth: 900,
  perDay: [25, 60],
  everyNthTour: 1,
  radius: 25,
};

/** Place, then how many of glass, paper, street bins. */
const PLACES: readonly (readonly [Place, number, number, number])[] = [
  [SQUARES.walterScheelPlatz, 1, 1, 4],
  [SQUARES.grafWilhelmPlatz, 1, 1, 3],
  [SQUARES.neumarkt, 2, 2, 3],
  [SQUARES.graefratherMarkt, 1, 1, 2],
  [SQUARES.suedpark, 1, 1, 3],
  [SQUARES.botanischerGartenSolingen, 1, 1, 2],
  [SQUARES.schlossBurg, 1, 1, 2],
  [SQUARES.muensterplatz, 1, 1, 5],
  [SQUARES.loraPark, 1, 1, 3],
  [SQUARES.marktplatz, 1, 1, 3],
  [SQUARES.karlsplatz, 2, 2, 2],
  [SQUARES.friedrichsau, 2, 2, 3],
  [SQUARES.botanischerGartenUlm, 1, 1, 1],
];

/** Squares where the bins fill during the Christmas market. */
const MARKET: ReadonlySet<string> = new Set(['muensterplatz', 'marktplatz']);

function containers(place: Place, fraction: Fraction, usual: number): Group {
  return {
    usual,
    model: fraction.model,
    build(city, count) {
      const parent = city.place(place, 'waste');
      const own = hashText(`${place.town}/${place.id}/${fraction.id}`);
      for (let i = 0; i < count; i++) {
        const [low, high] = fraction.perDay;
        city.part({
          town: place.town,
          path: `waste/${place.id}/${fraction.id}-${i + 1}`,
          parent,
          name: `${fraction.name} ${place.name}${count > 1 ? ` ${i + 1}` : ''}`,
          position: aroundSquare(place.position, i, Math.min(Math.max(count, 3), 8), fraction.radius),
          domain: 'waste',
          properties: { fraction: fraction.id, volume: fraction.volume, depth: fraction.depth / 1000 },
          model: fraction.model,
          burial: 4,
          role: {
            kind: 'bin',
            depth: fraction.depth,
            market: place.town === 'ulm' && MARKET.has(place.id),
            bin: {
              perDay: low + (high - low) * unit(own, i),
              everyNthTour: fraction.everyNthTour,
              tourHour: 7 + 3 * unit(own, i, 1),
              seed: own + i * 7919,
            },
          },
        });
      }
    },
  };
}

/** What a household throws away is personal data: the hub must never show these two. */
function household(town: TownId, east: number, north: number): Group {
  return {
    usual: 1,
    fixed: true,
    model: PAPER.model,
    build(city) {
      const position = offset(TOWNS[town].position, east, north);
      const key = `${town}/haushalt`;
      city.part({
        town,
        path: 'waste/haushalt/1',
        parent: town,
        name: 'Hausmülltonne (nicht öffentlich)',
        position,
        domain: 'waste',
        properties: { fraction: 'restmuell', volume: 240, depth: 1 },
        model: PAPER.model,
        visibility: 'internal',
        role: {
          kind: 'bin',
          depth: 1000,
          market: false,
          bin: { perDay: 9, everyNthTour: 2, tourHour: 8, seed: hashText(key) },
        },
      });
    },
  };
}

export const WASTE: readonly Group[] = [
  ...PLACES.flatMap(([place, glass, paper, street]) => [
    containers(place, GLASS, glass),
    containers(place, PAPER, paper),
    containers(place, STREET, street),
  ]),
  household('solingen', 640, -410),
  household('ulm', -520, 610),
];
