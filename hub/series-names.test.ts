import { expect, test } from 'vitest';
import type { EntitySets, SetName } from '../services/model/index.ts';
import type { CatalogueReader } from '../services/registry/index.ts';
import { seriesNames } from './series-names.ts';

const sets: Partial<Record<SetName, ReadonlyMap<number, unknown>>> = {
  Things: new Map([
    [1, { name: 'Rathausplatz, Mast 3 (Süd)' }],
    [2, { name: '—' }],
  ]),
  ObservedProperties: new Map([
    [1, { name: 'Lufttemperatur', quantity: 'airTemperature' }],
    [2, { name: 'Füllstand der Straße', quantity: null }],
    [3, { name: 'wind', quantity: 'windSpeed' }],
  ]),
  Datastreams: new Map([
    [1, { thing: 1, observedProperty: 1 }],
    [2, { thing: 2, observedProperty: 2 }],
  ]),
  MultiDatastreams: new Map([
    [3, { thing: 1, observedProperties: [3, 1, 3] }],
    [4, { thing: 1, observedProperties: [7, 8, 9, 10], aggregate: { datastream: 1, level: 'hourly', zone: null } }],
  ]),
};
const catalogue = {
  set: (name: SetName) => sets[name] as ReadonlyMap<number, EntitySets[SetName]>,
} as Pick<CatalogueReader, 'set'>;

test('a person finds a series by what is measured and where', () => {
  expect(seriesNames(catalogue, 1)).toEqual({ measurement: 'airTemperature', place: 'rathausplatz-mast-3-sued' });
  expect(seriesNames(catalogue, 2)).toEqual({ measurement: 'fuellstand-der-strasse', place: '' });
  expect(seriesNames(catalogue, 3)).toEqual({
    measurement: 'windSpeed-airTemperature-windSpeed',
    place: 'rathausplatz-mast-3-sued',
    elements: ['windSpeed', 'airTemperature', 'windSpeed2'],
  });
  expect(seriesNames(catalogue, 4)).toMatchObject({
    measurement: 'airTemperature-hourly',
    elements: ['mean', 'minimum', 'maximum', 'count'],
  });
  expect(seriesNames(catalogue, 5)).toBeUndefined();
});
