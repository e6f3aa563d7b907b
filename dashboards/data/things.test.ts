import { expect, test } from 'vitest';
import { toThing } from './things.ts';

const bay = {
  '@iot.id': 7,
  name: 'Rathaus, Stellplatz 7',
  description: 'Bay',
  properties: { organisation: 'solingen', bayKind: 'disabled' },
  Locations: [{ encodingType: 'application/geo+json', location: { type: 'Point', coordinates: [7.084, 51.1766] } }],
  Datastreams: [
    {
      '@iot.id': 70,
      name: 'occupied',
      unitOfMeasurement: { name: null, symbol: null, definition: null },
      properties: { domain: 'parking', quantity: 'occupied', channel: 'occupied' },
      ObservedProperty: { name: 'Belegt' },
    },
  ],
};

test('a Thing with its Location and Datastreams becomes what the map draws', () => {
  const thing = toThing(bay);
  expect(thing).toMatchObject({ id: 7, position: [7.084, 51.1766], organisation: 'solingen' });
  expect(thing?.streams).toEqual([
    {
      id: 70,
      element: null,
      name: 'occupied',
      thing: 7,
      domain: 'parking',
      quantity: 'occupied',
      property: 'Belegt',
      symbol: '',
    },
  ]);
});

test('a Location may be a Feature, a line or an area: its first position counts', () => {
  const at = (location: unknown) => toThing({ ...bay, Locations: [{ location }] })?.position;
  expect(at({ type: 'Feature', geometry: { type: 'Point', coordinates: [7, 51] } })).toEqual([7, 51]);
  expect(
    at({
      type: 'Polygon',
      coordinates: [
        [
          [8, 50],
          [9, 50],
          [9, 51],
          [8, 50],
        ],
      ],
    }),
  ).toEqual([8, 50]);
});

test('an impossible position is none, and a strange entity does not throw', () => {
  const at = (coordinates: unknown) =>
    toThing({ ...bay, Locations: [{ location: { type: 'Point', coordinates } }] })?.position;
  for (const strange of [[200, 51], ['7', 51], [], null, 'x', [[]]]) expect(at(strange)).toBeNull();
  expect(toThing(null)).toBeNull();
  expect(toThing({ name: 'without id' })).toBeNull();
  expect(toThing({ '@iot.id': 1 })).toMatchObject({ name: '#1', position: null, streams: [] });
  expect(toThing({ '@iot.id': 1, Datastreams: [null, {}, 5] })?.streams).toEqual([]);
});

test('a MultiDatastream becomes one stream for each of its ObservedProperties', () => {
  const both = {
    '@iot.id': 71,
    name: 'Weather',
    unitOfMeasurements: [{ symbol: '°C' }, { symbol: null }],
    properties: { domain: 'climate' },
    ObservedProperties: [{ name: 'Temperature' }, { name: 'Weather' }],
  };
  const thing = toThing({ ...bay, Datastreams: [], MultiDatastreams: [both, {}, 7] });
  const shared = { id: 71, name: 'Weather', thing: 7, domain: 'climate', quantity: null };
  expect(thing?.streams).toEqual([
    { ...shared, element: 0, property: 'Temperature', symbol: '°C' },
    { ...shared, element: 1, property: 'Weather', symbol: '' },
  ]);
});

test('hours and days of a Datastream are no Datastreams of their own', () => {
  const hourly = {
    '@iot.id': 7,
    name: 'x [1 hour]',
    properties: { aggregateFor: '/Datastreams(1)' },
    ObservedProperties: [{}],
  };
  expect(toThing({ '@iot.id': 1, MultiDatastreams: [hourly] })?.streams).toEqual([]);
});
