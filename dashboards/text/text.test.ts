import { expect, test } from 'vitest';
import { QUANTITIES } from '../../services/model/index.ts';
import type { CityStream } from '../data/index.ts';
import { cut } from './cut.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { localeOf, pickLanguage } from './locale.ts';

const stream = (quantity: string | null, symbol = ''): CityStream => {
  return { id: 1, element: null, name: 'x', thing: 1, domain: 'climate', quantity, property: 'Own name', symbol };
};
const german = localeOf('de');
const english = localeOf('en');

test('numbers are written as the language does, with the digits of their unit', () => {
  expect(german.value(stream('airTemperature', '°C'), 21.449)).toBe('21,4 °C');
  expect(english.value(stream('airTemperature', '°C'), 21.449)).toBe('21.4 °C');
  expect(german.value(stream('fillLevel', '%'), 79.6)).toBe('80 %');
  expect(german.value(stream('windDirection', '°'), 292)).toBe('292°');
  expect(german.value(stream('energy', 'kWh'), 1234.5)).toBe('1.234,5 kWh');
  expect(german.withUnit(-0.04, '°C')).toBe('0,0 °C');
});

test('true and false are written in words', () => {
  expect(german.value(stream('occupied'), false)).toBe('frei');
  expect(english.value(stream('occupied'), true)).toBe('occupied');
  expect(german.value(stream('fireAlarm'), true)).toBe('ja');
  expect(english.value(stream('full'), true)).toBe('full');
});

test('time that has passed is said in the nearest unit, and a clock that is ahead is now', () => {
  const said = [-360_000, 59_000, 61_000, 3_599_000, 3_600_000, 47 * 3_600_000, 49 * 3_600_000];
  expect(said.map((ms) => german.ago(ms))).toEqual([
    'gerade eben',
    'gerade eben',
    'vor 1 Min.',
    'vor 59 Min.',
    'vor 1 Std.',
    'vor 47 Std.',
    'vor 2 Tagen',
  ]);
  expect(english.ago(120_000)).toMatch(/^2 min/);
});

test('every quantity has a name in both languages, and an unknown one keeps that of the API', () => {
  let visited = 0;
  for (const id of Object.keys(QUANTITIES)) {
    expect(german.quantity(stream(id))).not.toBe('');
    expect(english.quantity(stream(id))).not.toBe('Own name');
    visited++;
  }
  expect(visited).toBeGreaterThanOrEqual(40);
  expect(german.quantity(stream('constructor'))).toBe('Own name');
  expect(german.quantity(stream(null))).toBe('Own name');
});

test('no text is empty, and English is not German left standing', () => {
  let same = 0;
  let visited = 0;
  const walk = (a: object, b: object): void => {
    for (const key of Object.keys(a)) {
      const [left, right] = [a[key as never] as unknown, b[key as never] as unknown];
      if (typeof left === 'object' && left !== null) walk(left, right as object);
      if (typeof left !== 'string') continue;
      visited++;
      expect(left.trim()).not.toBe('');
      if (left === right) same++;
    }
  };
  walk(de, en);
  expect(visited).toBeGreaterThan(60);
  // Simulation, Live, Name.
  expect(same).toBeLessThanOrEqual(3);
});

test('the address chooses the language, then the browser, then German', () => {
  expect(pickLanguage('?lang=en', ['de-DE'], ['de', 'en'])).toBe('en');
  expect(pickLanguage('', ['fr-FR', 'en-US', 'de'], ['de', 'en'])).toBe('en');
  expect(pickLanguage('?lang=xx', ['fr'], ['de', 'en'])).toBe('de');
  expect(pickLanguage('?lang=de', [], ['en'])).toBe('en');
});

test('the numbers of an axis have the same number of decimals', () => {
  expect(german.axis([0, 0.5, 1, 1.5])).toEqual(['0,0', '0,5', '1,0', '1,5']);
  expect(english.axis([0.1, 0.1 + 0.1, 0.1 + 0.2])).toEqual(['0.1', '0.2', '0.3']);
  expect(english.axis([-20, -0, 20])).toEqual(['-20', '0', '20']);
  expect(german.axis([])).toEqual([]);
});

test('very large and very small numbers are written with a power of ten', () => {
  expect(german.withUnit(1e300, '')).toBe('1 · 10³⁰⁰');
  expect(english.withUnit(-1.2345e12, 'Wh')).toBe('-1.23 × 10¹² Wh');
  expect(german.withUnit(1.5e-7, 'mol')).toBe('1,5 · 10⁻⁷ mol');
  expect(english.withUnit(0.0004, '')).toBe('4 × 10⁻⁴');
  expect(german.withUnit(0.001, '°C')).toBe('0,0 °C');
  expect(german.withUnit(0, '')).toBe('0');
  expect(english.withUnit(123_456_789, 'Wh')).toBe('123,456,789 Wh');
  expect(german.axis([0, 5e299, 1e300])).toEqual(['0', '5 · 10²⁹⁹', '1 · 10³⁰⁰']);
});

test('a Thing is named by its number, by what it says, or by its state', () => {
  const measure = { stream: stream(null), symbol: 'm' };
  const said = (more: object) => german.look(measure, { state: 'value', colour: '', value: null, ...more });
  expect(said({ value: 1.5 })).toBe('1,50 m');
  expect(said({ words: 'available' })).toBe('available');
  expect(said({ words: true })).toBe('ja');
  expect(said({ words: null })).toBe('kein Wert');
  expect(said({ words: { a: [1] } })).toBe('{"a":[1]}');
  expect(said({ state: 'unknown' })).toBe('unbekannt');
});

test('a long text is cut, and whole letters stay', () => {
  expect(cut('available', 9)).toBe('available');
  expect(cut('out of\n  order', 9)).toBe('out of o…');
  expect(cut('🚲🚲🚲🚲', 3)).toBe('🚲🚲…');
});
