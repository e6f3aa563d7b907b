import { expect, test } from 'vitest';
import { appearanceOf, STATE_COLOURS, UNKNOWN_COLOUR } from './appearance.ts';
import { DEFAULT_RULES } from './options.ts';
import { thingWith } from './testing/index.ts';

const NOW = Date.UTC(2026, 5, 1);
const HOUR = 3_600_000;
const bay = thingWith(1, 'parking', ['parkingDuration', 'occupied']);
const said = (result: unknown, age = 0) => ({ t: NOW - age, result, changedAt: null });
const look = (thing: typeof bay, result: unknown, age = 0) =>
  appearanceOf(thing, said(result, age), NOW, DEFAULT_RULES);

test('a bay is free or occupied as it says, by colour and by state', () => {
  expect(look(bay, false)).toEqual({ state: 'free', colour: STATE_COLOURS.free, value: null });
  expect(look(bay, true)).toEqual({ state: 'occupied', colour: STATE_COLOURS.occupied, value: null });
});

test('a bay is unknown, never free: without a value, after a day of silence, and when it talks nonsense', () => {
  const unknown = { state: 'unknown', colour: UNKNOWN_COLOUR, value: null };
  expect(appearanceOf(bay, null, NOW, DEFAULT_RULES)).toEqual(unknown);
  expect(look(bay, false, 24 * HOUR)).toMatchObject({ state: 'free' });
  expect(look(bay, false, 24 * HOUR + 1)).toEqual(unknown);
  for (const nonsense of [null, undefined, 'free', 0, 1, {}, []]) expect(look(bay, nonsense)).toEqual(unknown);
});

test('the silence that makes a state unknown is a rule', () => {
  const strict = { ...DEFAULT_RULES, unknownAfter: HOUR };
  expect(appearanceOf(bay, said(false, 2 * HOUR), NOW, strict).state).toBe('unknown');
});

test('a clock that is ahead does not make a bay unknown', () => {
  expect(look(bay, false, -6 * 60_000).state).toBe('free');
});

test('containers fill up in three steps', () => {
  const bin = thingWith(2, 'waste', ['fillLevel']);
  const states = [0, 49.9, 50, 79.9, 80, 100].map((percent) => look(bin, percent).state);
  expect(states).toEqual(['low', 'low', 'filling', 'filling', 'full', 'full']);
});

test('a distance becomes a fill level or a water level where the Thing says its depth or height', () => {
  const container = thingWith(3, 'waste', ['fillDistance', 'full'], { properties: { depth: 1.5 } });
  expect(look(container, 30)).toMatchObject({ state: 'full', value: 80 });
  const drain = thingWith(4, 'water', ['waterDistance', 'full'], { properties: { shaftDepth: 1.6 } });
  expect(look(drain, 1.2).value).toBeCloseTo(25);
  const gauge = thingWith(5, 'water', ['waterDistance'], { properties: { sensorAboveZero: 4.5 } });
  expect(look(gauge, 3.2).value).toBeCloseTo(1.3);
  expect(look(thingWith(6, 'water', ['waterDistance']), 3.2)).toMatchObject({ state: 'value', value: 3.2 });
});

test('warmer air has another colour, and not a number has none', () => {
  const mast = thingWith(7, 'climate', ['relativeHumidity', 'airTemperature']);
  const colours = [-5, 5, 10, 18, 24, 28, 33, 38].map((celsius) => look(mast, celsius).colour);
  expect(new Set(colours).size).toBe(8);
  expect(look(mast, Number.NaN).state).toBe('unknown');
});

test('all colours stand out from white by at least 3:1', () => {
  const mast = thingWith(7, 'climate', ['airTemperature']);
  const gauge = thingWith(8, 'water', ['waterDepth']);
  const colours = [
    ...Object.values(STATE_COLOURS),
    UNKNOWN_COLOUR,
    ...[-5, 5, 10, 18, 24, 28, 33, 38].map((celsius) => look(mast, celsius).colour),
    ...[0.1, 0.7, 1.5, 3].map((metres) => look(gauge, metres).colour),
  ];
  for (const colour of colours) expect(contrastWithWhite(colour), colour).toBeGreaterThanOrEqual(3);
});

/** WCAG 2.2, relative luminance. */
function contrastWithWhite(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
}

test('a text, a truth, an object and null are said in words, where no quantity asks for more', () => {
  const column = { ...thingWith(8, 'energy', ['x']) };
  const own = { ...column, streams: column.streams.map((stream) => ({ ...stream, quantity: null })) };
  const { colour } = look(own, 'available');
  for (const words of ['available', true, { a: 1 }, [1]])
    expect(look(own, words)).toEqual({ state: 'value', colour, value: null, words });
  expect(look(own, null)).toEqual({ state: 'value', colour: UNKNOWN_COLOUR, value: null, words: null });
  expect(look(own, 'available', 25 * HOUR).state).toBe('unknown');
  expect(look(thingWith(9, 'climate', ['airTemperature']), 'defective')).toMatchObject({ words: 'defective' });
});
