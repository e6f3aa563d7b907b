import { expect, test } from 'vitest';
import { Scans } from './scans.ts';

test('scans are bounded per address, whoever else asks, and a place is free again when its scan has ended [limit sensorthings.maxScansPerAddress]', () => {
  const scans = new Scans(3);
  const leave = scans.of('2001:db8::1').enter();
  scans.of('2001:db8::2').enter();
  scans.of('2001:db8::3').enter();
  expect(() => scans.of('2001:db8::4').enter()).toThrow(/maxScansPerAddress/);
  scans.of('10.0.0.1').enter();
  leave();
  // leaving twice frees one place only
  leave();
  scans.of('2001:db8::1').enter();
  expect(() => scans.of('2001:db8::1').enter()).toThrow(/maxScansPerAddress/);
});

test('an address with most of its places taken is told to take one after the other', () => {
  const scans = new Scans(4);
  const places = scans.of('10.0.0.1');
  const leave = places.enter();
  expect(places.crowded).toBe(false);
  scans.of('10.0.0.1').enter();
  expect([places.crowded, scans.of('10.0.0.2').crowded]).toEqual([true, false]);
  leave();
  expect(places.crowded).toBe(false);
});
