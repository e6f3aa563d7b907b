import { expect, test } from 'vitest';
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
const city = () => new City([thingWith(1, 'parking', ['occupied']), thingWith(2, 'waste', ['fillLevel'])]);

test('a heartbeat confirms a state and does not change it', () => {
  const it = city();
  it.snapshot([value(10, 0, true)]);
  it.observe([value(10, 5, false)]);
  it.observe([value(10, 9, false)]);
  expect(it.reading(10)).toEqual({ t: ms(9), result: false, changedAt: ms(5) });
});

test('what is late or from the future never becomes the latest', () => {
  const it = city();
  it.snapshot([value(10, 10, true)]);
  expect(it.observe([value(10, 9, false)]).size).toBe(0);
  expect(it.observe([value(10, 60, false, ['future'])]).size).toBe(0);
  expect(it.reading(10)?.result).toBe(true);
});

test('a snapshot takes away what the hub does not have any more', () => {
  const it = city();
  it.snapshot([value(10, 0, true), value(20, 0, 50)]);
  it.snapshot([value(20, 1, 60)]);
  expect(it.reading(10)).toBeNull();
  expect(it.reading(20)?.result).toBe(60);
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
  expect(renewed.reading(10)?.result).toBe(true);
});
