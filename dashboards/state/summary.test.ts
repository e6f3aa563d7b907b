import { expect, test } from 'vitest';
import { City } from './city.ts';
import { byDomain } from './measure.ts';
import { DEFAULT_RULES } from './options.ts';
import { placesOf } from './places.ts';
import { thingWith } from './testing/index.ts';
import { tilesOf } from './tiles.ts';
import { townsOf } from './towns.ts';

const NOW = Date.UTC(2026, 0, 2);
const fresh = new Date(NOW - 60_000).toISOString();
const stale = new Date(NOW - 30 * 3_600_000).toISOString();

function cityWith(values: readonly [domain: string, quantity: string, result: unknown, time?: string][]): City {
  const city = new City(values.map(([domain, quantity], at) => thingWith(at + 1, domain, [quantity])));
  city.snapshot(
    values.map(([, , result, time = fresh], at) => ({ datastream: (at + 1) * 10, phenomenonTime: time, result })),
  );
  return city;
}

test('the tiles count silent bays as unknown, not as free', () => {
  const city = cityWith([
    ['parking', 'occupied', false],
    ['parking', 'occupied', true],
    ['parking', 'occupied', false, stale],
  ]);
  const tiles = tilesOf(city, city.things.values(), new Map(), NOW, DEFAULT_RULES);
  expect(tiles).toEqual([{ kind: 'freeBays', free: 1, total: 3, unknown: 1 }]);
});

test('the tiles name the warmest and coolest place, the largest change of level and the full containers', () => {
  const city = cityWith([
    ['climate', 'airTemperature', 21],
    ['climate', 'airTemperature', 25.5],
    ['climate', 'airTemperature', 40, stale],
    ['water', 'waterDepth', 1],
    ['water', 'waterDepth', 2],
    ['waste', 'fillLevel', 80],
    ['waste', 'fillLevel', 79],
  ]);
  const baseline = new Map<number, unknown>([
    [40, 1.5],
    [50, 1.9],
  ]);
  const tiles = tilesOf(city, city.things.values(), baseline, NOW, DEFAULT_RULES);
  expect(tiles).toMatchObject([
    { kind: 'warmest', celsius: 25.5 },
    { kind: 'coolest', celsius: 21 },
    { kind: 'level', metres: 1, change: -0.5 },
    { kind: 'fullBins', full: 1, total: 2, unknown: 0 },
  ]);
});

test('towns are found from where things stand and named by most of their owners', () => {
  const things = [
    thingWith(1, 'parking', ['occupied'], { position: [7.08, 51.17] }),
    thingWith(2, 'parking', ['occupied'], { position: [7.15, 51.13] }),
    thingWith(3, 'water', ['waterDepth'], { position: [7.0, 51.16], organisation: 'stadtwerke' }),
    thingWith(4, 'parking', ['occupied'], { position: [9.99, 48.4], organisation: 'ulm' }),
    thingWith(5, 'parking', ['occupied'], { position: null }),
  ];
  const towns = townsOf(things);
  expect(towns.map(({ id, name, things: members }) => [id, name, members.size])).toEqual([
    ['solingen', 'Solingen', 3],
    ['ulm', 'Ulm', 1],
  ]);
  expect(towns[0]!.bounds).toEqual([
    [7.0, 51.13],
    [7.15, 51.17],
  ]);
});

test('bays of one car park are one place, also when another town has a place of that name', () => {
  const bay = (id: number, name: string, more = {}) => thingWith(id, 'parking', ['occupied'], { name, ...more });
  const places = placesOf([
    bay(1, 'Theater, Stellplatz 1'),
    bay(2, 'Theater, Stellplatz 2', { position: [7.0802, 51.17] }),
    bay(3, 'Theater, Stellplatz 1', { position: [9.98, 48.4], organisation: 'ulm' }),
    thingWith(4, 'climate', ['airTemperature'], { name: 'Südpark' }),
  ]);
  expect(places.map(({ name, things }) => [name, things.map((thing) => thing.id)])).toEqual([
    ['Theater', [1, 2]],
    ['Theater', [3]],
    ['Südpark', [4]],
  ]);
});

test('a domain counts the Things that stand on the map', () => {
  const things = [
    thingWith(1, 'waste', ['fillLevel']),
    thingWith(2, 'parking', ['occupied']),
    thingWith(3, 'parking', ['occupied']),
    thingWith(4, 'parking', ['occupied'], { position: null }),
    thingWith(5, 'parking', []),
  ];
  expect(byDomain(things)).toEqual([
    ['parking', 2],
    ['waste', 1],
  ]);
});

test('where nobody names a town, the Thing that has been there longest does', () => {
  const nobody = { organisation: null };
  const towns = townsOf([
    thingWith(2, 'energy', ['energy'], { ...nobody, name: 'Column B' }),
    thingWith(1, 'energy', ['energy'], { ...nobody, name: 'Column A' }),
    thingWith(3, 'energy', ['energy'], { organisation: 'ulm', position: [9.99, 48.4] }),
  ]);
  expect(towns.map(({ id, name, named }) => [id, name, named])).toEqual([
    ['column-a', 'Column A', false],
    ['ulm', 'Ulm', true],
  ]);
});
