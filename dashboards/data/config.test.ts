import { expect, test } from 'vitest';
import { parseConfig } from './config.ts';

test('a complete configuration is taken over', () => {
  const config = parseConfig({
    name: 'Solingen',
    languages: ['de'],
    simulation: true,
    baseMap: { style: 'https://example.org/style.json', name: 'Karte', attribution: '© Amt' },
    centre: [7.08, 51.17],
    zoom: 13,
  });
  expect(config.simulation).toBe(true);
  expect(config.centre).toEqual([7.08, 51.17]);
  expect(config.baseMap?.attribution).toBe('© Amt');
});

test('wrong fields cost their default and not the map', () => {
  const config = parseConfig({ name: 7, simulation: 'yes', baseMap: { style: 4 }, centre: ['a'], zoom: Number.NaN });
  expect(config).toMatchObject({ name: 'Stadtpegel', simulation: false, baseMap: null, centre: null, zoom: null });
  expect(parseConfig(null).languages).toEqual(['de', 'en']);
});

test('a base map without a style is no base map', () => {
  expect(parseConfig({ baseMap: { style: null, name: 'x', attribution: 'y' } }).baseMap).toBeNull();
});
