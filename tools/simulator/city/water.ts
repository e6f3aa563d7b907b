/** Gauges in rivers, brooks and a reservoir; storm drains along streets. */
import { RESERVOIR_GATEWAY, WIBLINGEN_GATEWAY } from '../faults.ts';
import type { Water } from '../processes/index.ts';
import { hashText, unit } from '../random.ts';
import type { Group } from './builder.ts';
import { alongStreet } from './layout.ts';
import { SQUARES, WATERS } from './places.ts';
import type { Place } from './types.ts';

const CTD = 'decentlab/dl-ctd10';
const ULTRASONIC = 'dragino/ldds75';

const WUPPER: Water = { base: 1.18, wander: 0.05, lag: 215, shape: 9, gain: 0.0605 };
const BROOK: Water = { base: 0.42, wander: 0.02, lag: 50, shape: 5, gain: 0.0224 };

interface GaugePlace {
  readonly place: Place;
  readonly usual: number;
  readonly model: string;
  readonly water: Water;
  /** Zero of the gauge, metres above sea level (made up). */
  readonly zero: number;
  readonly onlyGateway?: string;
}

const GROUNDWATER: Water = { base: 3.1, wander: 0.08, lag: 2000, shape: 2, gain: 0.004 };

const GAUGES: readonly GaugePlace[] = [
  { place: WATERS.wupperUnterburg, usual: 3, model: CTD, water: WUPPER, zero: 91.2 },
  { place: WATERS.eschbach, usual: 2, model: CTD, water: BROOK, zero: 118.4 },
  { place: WATERS.muengsten, usual: 2, model: ULTRASONIC, water: { ...WUPPER, base: 1.05, lag: 190 }, zero: 102.7 },
  { place: WATERS.wipperkotten, usual: 2, model: ULTRASONIC, water: { ...WUPPER, base: 1.31, lag: 235 }, zero: 66.9 },
  {
    place: WATERS.sengbach,
    usual: 1,
    model: CTD,
    water: { base: 6.4, wander: 0.04, lag: 600, shape: 2, gain: 0.003 },
    zero: 141,
    onlyGateway: RESERVOIR_GATEWAY,
  },
  { place: WATERS.blau, usual: 2, model: ULTRASONIC, water: { ...BROOK, base: 0.74 }, zero: 472.3 },
  {
    place: WATERS.donau,
    usual: 3,
    model: CTD,
    water: { base: 1.92, wander: 0.12, lag: 320, shape: 3, gain: 0.02 },
    zero: 468.1,
  },
  {
    place: WATERS.badHeld,
    usual: 2,
    model: CTD,
    water: { base: 1.67, wander: 0.12, lag: 300, shape: 3, gain: 0.02 },
    zero: 470.6,
  },
  {
    place: WATERS.iller,
    usual: 1,
    model: ULTRASONIC,
    water: { base: 1.44, wander: 0.1, lag: 280, shape: 3, gain: 0.025 },
    zero: 471.9,
    onlyGateway: WIBLINGEN_GATEWAY,
  },
  {
    place: { ...SQUARES.suedpark, id: 'grundwasser-suedpark', name: 'Grundwasser, Südpark' },
    usual: 1,
    model: CTD,
    water: GROUNDWATER,
    zero: 176.2,
  },
  {
    place: { ...SQUARES.friedrichsau, id: 'grundwasser-friedrichsau', name: 'Grundwasser, Friedrichsau' },
    usual: 1,
    model: CTD,
    water: GROUNDWATER,
    zero: 466.8,
  },
];

const gauges: readonly Group[] = GAUGES.map(({ place, usual, model, water, zero, onlyGateway }) => ({
  usual,
  model,
  build(city, count) {
    const parent = city.place(place, 'water', { gaugeZero: zero });
    for (let i = 0; i < count; i++) {
      // what hangs over the water measures down to it, millimetres above the gauge's zero
      const mounting = model === ULTRASONIC ? 4500 : 0;
      city.part({
        town: place.town,
        path: `water/${place.id}/${i + 1}`,
        parent,
        name: i === 0 ? `Pegel ${place.name}` : `Pegel ${place.name}, Messpunkt ${i + 1}`,
        position: alongStreet(place.position, i, count, 60, 30),
        domain: 'water',
        properties: { gaugeZero: zero, ...(mounting > 0 ? { sensorAboveZero: mounting / 1000 } : {}) },
        model,
        role: { kind: 'gauge', water, mounting },
        ...(onlyGateway === undefined ? {} : { onlyGateway }),
      });
    }
  },
}));

/** Storm drains: place, how many, and how many of them are half blocked with leaves (these flood in a cloudburst). */
const DRAINS: readonly (readonly [Place, number, number])[] = [
  [SQUARES.walterScheelPlatz, 3, 2],
  [SQUARES.grafWilhelmPlatz, 3, 2],
  [SQUARES.neumarkt, 2, 2],
  [SQUARES.graefratherMarkt, 2, 1],
  [SQUARES.suedpark, 2, 1],
  [SQUARES.schlossBurg, 2, 1],
  [SQUARES.muensterplatz, 3, 1],
  [SQUARES.marktplatz, 3, 1],
  [SQUARES.karlsplatz, 2, 1],
  [SQUARES.loraPark, 2, 1],
];

const drains: readonly Group[] = DRAINS.map(([place, usual, blocked]) => ({
  usual,
  model: 'dingtek/dc410',
  build(city, count) {
    const parent = city.place({ ...place, id: `sinkkaesten-${place.id}`, name: `Sinkkästen ${place.name}` }, 'water');
    const share = blocked / usual;
    const street = hashText(place.id);
    for (let i = 0; i < count; i++) {
      const slow = i < Math.round(count * share);
      city.part({
        town: place.town,
        path: `water/sinkkaesten-${place.id}/${i + 1}`,
        parent,
        name: `Sinkkasten ${place.name} ${i + 1}`,
        position: alongStreet(place.position, i, count, 28, street % 180),
        domain: 'water',
        properties: { shaftDepth: 1.6 },
        model: 'dingtek/dc410',
        burial: 8,
        role: {
          kind: 'drain',
          depth: 1600,
          base: 6 + 8 * unit(street, i),
          gain: slow ? 6.6 + 1.2 * unit(street, i, 1) : 1.8 + 1.4 * unit(street, i, 1),
        },
      });
    }
  },
}));

export const WATER: readonly Group[] = [...gauges, ...drains];
