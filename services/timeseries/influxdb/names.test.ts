import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seriesKey } from './lines.ts';
import { safeNames, slugOf } from './names.ts';

test.each([
  ['Rathausplatz, Mast 3', 'rathausplatz-mast-3'],
  ['Grüner Weg (Süd) – Ölbach/Straße', 'gruener-weg-sued-oelbach-strasse'],
  ['ŁÓDŹ café №5', 'lodz-cafe-no5'],
  ['  --- ', ''],
  ['水位', ''],
])('the slug of "%s" is "%s"', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

test('a Datastream that the catalogue does not know has names all the same', () => {
  expect(safeNames(7, null)).toEqual({ measurement: 'observation', place: 'datastream-7' });
  expect(safeNames(7, { measurement: ' ', place: '"\\' })).toEqual({
    measurement: 'observation',
    place: 'datastream-7',
  });
});

test('no name looks like one of the hub’s own measurements, or like a comment', () => {
  expect(safeNames(1, { measurement: '_stadtpegel_ids', place: 'p' }).measurement).toBe('x_stadtpegel_ids');
  expect(safeNames(1, { measurement: '#1', place: 'p' }).measurement).toBe('x#1');
});

test('elements of a MultiDatastream never take the name of a field of the hub', () => {
  const elements = ['value', 'airTemperature', 'id', 'a\nb', ''];
  expect(safeNames(1, { measurement: 'm', place: 'p', elements }).elements).toEqual([
    'value_',
    'airTemperature',
    'id_',
    'a b',
    'element5',
  ]);
});

test('whatever the catalogue calls things, a line is one line with its tags', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (measurement, place) => {
      const key = seriesKey(3, safeNames(3, { measurement, place }));
      expect(key).not.toMatch(/[\p{Cc}"]/u);
      expect(key.replace(/\\[,= ]/g, '').match(/[,= ]/g)).toEqual([',', '=', ',', '=']);
    }),
    { numRuns: 500 },
  );
});
