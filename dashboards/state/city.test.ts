import { expect, test } from 'vitest';
import type { CityStream } from '../data/index.ts';
import { City } from './city.ts';
import { thingWith } from './testing/index.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const ms = (minute: number) => Date.UTC(2026, 0, 1, 0, minute);
const value = (datastream: number, minute: number, result: unknown, quality?: string[]) => ({
  datastream,
  phenomenonTime: at(minute),
  result,
  ...(quality ? { quality } : {}),
});
const stream = (id: number, element: number | null = null) => ({ id, element });
const city = () => new City([thingWith(1, 'parking', ['occupied']), thingWith(2, 'waste', ['fillLevel'])]);

test('a heartbeat confirms a state and does not change it', () => {
  const it = city();
  it.snapshot([value(10, 0, true)]);
  it.observe([value(10, 5, false)]);
  it.observe([value(10, 9, false)]);
  expect(it.reading(stream(10))).toEqual({ t: ms(9), result: false, changedAt: ms(5) });
});

test('what is late or from the future never becomes the latest', () => {
  const it = city();
  it.snapshot([value(10, 10, true)]);
  expect(it.observe([value(10, 9, false)]).size).toBe(0);
  expect(it.observe([value(10, 60, false, ['future'])]).size).toBe(0);
  expect(it.reading(stream(10))?.result).toBe(true);
});

test('a snapshot takes away what the hub does not have any more', () => {
  const it = city();
  it.snapshot([value(10, 0, true), value(20, 0, 50)]);
  it.snapshot([value(20, 1, 60)]);
  expect(it.reading(stream(10))).toBeNull();
  expect(it.reading(stream(20))?.result).toBe(60);
});

test('only the Things that have new values are drawn again', () => {
  const it = city();
  expect([...it.observe([value(20, 0, 50), value(999, 0, 1)])]).toEqual([2]);
});

test('values of unknown Datastreams are counted, so that the catalogue is loaded again', () => {
  const it = city();
  it.observe([value(999, 0, 1), value(999, 1, 1), value(998, 0, 1)]);
  expect(it.strangers).toBe(2);
});

test('a renewed catalogue keeps what is known', () => {
  const old = city();
  old.snapshot([value(10, 0, true)]);
  const renewed = new City([...old.things.values(), thingWith(3, 'parking', ['occupied'])]);
  renewed.adopt(old);
  expect(renewed.reading(stream(10))?.result).toBe(true);
});

const climate = (id: number, element: number): CityStream => {
  const unit = { symbol: '', quantity: null, domain: 'climate', name: 'Both' };
  return { ...unit, id, element, thing: 3, property: `Property ${element}` };
};
const station = { ...thingWith(3, 'climate', []), streams: [climate(30, 0), climate(30, 1)] };

test('each element of a MultiDatastream has a reading of its own, which changes by itself', () => {
  const it = new City([station]);
  it.snapshot([value(30, 0, [21, true])]);
  expect([...it.observe([value(30, 5, [21, false])])]).toEqual([3]);
  expect(it.reading(stream(30, 0))).toEqual({ t: ms(5), result: 21, changedAt: null });
  expect(it.reading(stream(30, 1))).toEqual({ t: ms(5), result: false, changedAt: ms(5) });
  it.observe([value(30, 6, 'no array'), value(30, 7, [5])]);
  expect(it.reading(stream(30, 1))).toMatchObject({ result: null });
});

test('a value before the last one is the latest again when the hub says so, and a history of it must be read again', () => {
  const it = city();
  it.snapshot([value(10, 5, true), value(20, 5, 7)]);
  expect([...it.correct([value(10, 1, false)], [20, 999])]).toEqual([1, 2]);
  expect(it.reading(stream(10))).toEqual({ t: ms(1), result: false, changedAt: null });
  expect(it.reading(stream(20))).toBeNull();
  expect([it.corrections(stream(10)), it.corrections(stream(20))]).toEqual([1, 1]);
  it.snapshot([value(10, 0, true)]);
  expect(it.reading(stream(10))?.t).toBe(ms(0));
});

test('what is gone leaves the city: a Datastream, and the Thing that has no other', () => {
  const two = thingWith(4, 'climate', ['airTemperature', 'humidity']);
  const old = new City([...city().things.values(), station, two]);
  old.snapshot([value(20, 0, 50), value(41, 0, 1)]);
  const now = old.followed([], [], new Set([10, 30, 40, 999]));
  expect([...now.things.keys()]).toEqual([2, 4]);
  expect(now.things.get(4)?.streams.map(({ id }) => id)).toEqual([41]);
  expect(now.reading(stream(20))?.result).toBe(50);
  expect(now.reading(stream(41))?.result).toBe(1);
});

test('a Thing that was asked for and did not come is gone, and one that came is as it is now', () => {
  const old = city();
  old.snapshot([value(10, 0, true)]);
  old.observe([value(50, 0, 1), value(999, 0, 1)]);
  const renamed = { ...thingWith(1, 'parking', ['occupied']), name: 'Renamed' };
  const now = old.followed([renamed, thingWith(5, 'waste', ['fillLevel'])], [1, 2, 5], new Set());
  expect([...now.things.values()].map(({ name }) => name)).toEqual(['Renamed', 'Thing 5']);
  expect(now.reading(stream(10))?.result).toBe(true);
  // 50 has come with its Thing
  expect(now.strangers).toBe(1);
});
