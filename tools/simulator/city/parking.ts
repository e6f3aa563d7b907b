/** Garages, park and ride, single bays in the street. A garage has sensors in some of its bays only. */
import type { BayKind, ParkingUse } from '../processes/index.ts';
import type { Group } from './builder.ts';
import { bayPosition } from './layout.ts';
import type { Position, TownId } from './types.ts';

interface CarPark {
  readonly town: TownId;
  readonly id: string;
  readonly name: string;
  readonly position: Position;
  readonly use: ParkingUse;
  /** Bays in all; null: not known. */
  readonly capacity: number | null;
  /** Bays with a sensor. */
  readonly bays: number;
  /** Which way the rows run, degrees. */
  readonly turned: number;
  readonly model: string;
  readonly disabled: number;
  readonly charging: number;
  readonly marketOrder?: number;
}

const BOSCH = 'bosch/tps110-0292';
const NWAVE = 'nwave/nps405';
const TEKZITEL = 'tekzitel/tekzipark';

const CAR_PARKS: readonly CarPark[] = [
  {
    town: 'solingen',
    id: 'clemens-galerien',
    name: 'Clemens-Galerien',
    position: [7.0842, 51.1745],
    use: 'garage',
    capacity: null,
    bays: 8,
    turned: 12,
    model: BOSCH,
    disabled: 1,
    charging: 1,
  },
  {
    town: 'solingen',
    id: 'hofgarten',
    name: 'Hofgarten',
    position: [7.0815, 51.1702],
    use: 'garage',
    capacity: 600,
    bays: 10,
    turned: -20,
    model: NWAVE,
    disabled: 1,
    charging: 1,
  },
  {
    town: 'solingen',
    id: 'rathaus',
    name: 'Rathaus',
    position: [7.084, 51.1766],
    use: 'garage',
    capacity: null,
    bays: 12,
    turned: 35,
    model: BOSCH,
    disabled: 1,
    charging: 1,
  },
  {
    town: 'solingen',
    id: 'goerdelerstrasse',
    name: 'Goerdelerstraße',
    position: [7.0802, 51.1733],
    use: 'street',
    capacity: null,
    bays: 8,
    turned: 70,
    model: TEKZITEL,
    disabled: 1,
    charging: 1,
  },
  {
    town: 'solingen',
    id: 'klingenhalle',
    name: 'Klingenhalle',
    position: [7.0745, 51.177],
    use: 'garage',
    capacity: null,
    bays: 10,
    turned: 5,
    model: NWAVE,
    disabled: 1,
    charging: 0,
  },
  {
    town: 'solingen',
    id: 'pr-hauptbahnhof',
    name: 'P+R Hauptbahnhof',
    position: [7.0042, 51.1608],
    use: 'parkAndRide',
    capacity: 130,
    bays: 12,
    turned: 80,
    model: TEKZITEL,
    disabled: 1,
    charging: 1,
  },
  {
    town: 'solingen',
    id: 'merianstrasse',
    name: 'Merianstraße',
    position: [7.083, 51.177],
    use: 'street',
    capacity: null,
    bays: 8,
    turned: -40,
    model: BOSCH,
    disabled: 2,
    charging: 2,
  },
  {
    town: 'ulm',
    id: 'am-rathaus',
    name: 'Am Rathaus',
    position: [9.993, 48.3973],
    use: 'garage',
    capacity: 558,
    bays: 8,
    turned: 20,
    model: BOSCH,
    disabled: 1,
    charging: 1,
    marketOrder: 2,
  },
  {
    town: 'ulm',
    id: 'deutschhaus',
    name: 'Deutschhaus',
    position: [9.9845, 48.3979],
    use: 'garage',
    capacity: 594,
    bays: 8,
    turned: -15,
    model: NWAVE,
    disabled: 1,
    charging: 1,
    marketOrder: 1,
  },
  {
    town: 'ulm',
    id: 'fischerviertel',
    name: 'Fischerviertel',
    position: [9.9884, 48.3966],
    use: 'garage',
    capacity: 395,
    bays: 7,
    turned: 40,
    model: TEKZITEL,
    disabled: 1,
    charging: 0,
    marketOrder: 4,
  },
  {
    town: 'ulm',
    id: 'salzstadel',
    name: 'Salzstadel',
    position: [9.99, 48.4012],
    use: 'garage',
    capacity: 530,
    bays: 7,
    turned: 0,
    model: BOSCH,
    disabled: 1,
    charging: 1,
    marketOrder: 3,
  },
  {
    town: 'ulm',
    id: 'frauenstrasse',
    name: 'Frauenstraße',
    position: [9.996, 48.401],
    use: 'garage',
    capacity: 770,
    bays: 8,
    turned: 55,
    model: NWAVE,
    disabled: 1,
    charging: 1,
    marketOrder: 6,
  },
  {
    town: 'ulm',
    id: 'kornhaus',
    name: 'Kornhaus',
    position: [9.9949, 48.4009],
    use: 'garage',
    capacity: 135,
    bays: 6,
    turned: 30,
    model: TEKZITEL,
    disabled: 1,
    charging: 0,
    marketOrder: 5,
  },
  {
    town: 'ulm',
    id: 'theater',
    name: 'Theater',
    position: [9.9856, 48.4006],
    use: 'garage',
    capacity: 83,
    bays: 6,
    turned: -30,
    model: BOSCH,
    disabled: 1,
    charging: 1,
    marketOrder: 7,
  },
  {
    town: 'ulm',
    id: 'congress-centrum-nord',
    name: 'Congress Centrum Nord',
    position: [10.0016, 48.4018],
    use: 'garage',
    capacity: 420,
    bays: 6,
    turned: 65,
    model: NWAVE,
    disabled: 1,
    charging: 1,
    marketOrder: 8,
  },
  {
    town: 'ulm',
    id: 'pr-donaustadion',
    name: 'P+R Donaustadion',
    position: [10.0096, 48.4046],
    use: 'parkAndRide',
    capacity: null,
    bays: 12,
    turned: 15,
    model: TEKZITEL,
    disabled: 1,
    charging: 1,
  },
];

const KIND_NAMES: Readonly<Record<BayKind, string>> = {
  standard: 'Stellplatz',
  disabled: 'Behindertenstellplatz',
  charging: 'Ladeplatz',
};

const USE_NAMES: Readonly<Record<ParkingUse, string>> = {
  garage: 'Parkhaus',
  parkAndRide: 'Park and Ride',
  street: 'Straßenrand',
};

function bayKind(park: CarPark, index: number): BayKind {
  if (index < park.disabled) return 'disabled';
  return index < park.disabled + park.charging ? 'charging' : 'standard';
}

export const PARKING: readonly Group[] = CAR_PARKS.map((park) => ({
  usual: park.bays,
  least: 3,
  model: park.model,
  build(city, count) {
    const parent = city.place(park, 'parking', {
      use: USE_NAMES[park.use],
      ...(park.capacity === null ? {} : { capacity: park.capacity }),
      baysWithSensor: count,
    });
    for (let i = 0; i < count; i++) {
      const bay = bayKind(park, i);
      city.part({
        town: park.town,
        path: `parking/${park.id}/${i + 1}`,
        parent,
        name: `${park.name}, ${KIND_NAMES[bay]} ${i + 1}`,
        position: bayPosition(park.position, i, count, park.turned),
        domain: 'parking',
        properties: { bayKind: bay },
        model: park.model,
        burial: park.use === 'garage' ? 6 : 2,
        role: {
          kind: 'bay',
          bay,
          number: i + 1,
          place: { use: park.use, town: park.town, marketOrder: park.marketOrder ?? null },
        },
      });
    }
  },
}));
