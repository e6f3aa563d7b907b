import { expect, test } from 'vitest';
import { hexLines } from './hex.ts';
import { addressOf, placeOf } from './place.ts';
import { NOW, status } from './testing/index.ts';
import { trendOf } from './trend.ts';

test('the address keeps section, filter and the dead letter that is open', () => {
  const filter = { code: 'device.unknown', device: 'mqtt:a b', from: '2026-03-01T12:00:00.000Z' };
  const place = { section: 'letters', record: '12', filter } as const;
  expect(placeOf(addressOf(place))).toEqual(place);
  expect(addressOf({ section: 'backups' })).toBe('#backups');
  expect(placeOf('#letters')).toEqual({ section: 'letters', record: null, filter: {} });
});

test.each(['', '#', '#nonsense', '#overview/3', '#constructor'])('the address %j shows the overview', (hash) => {
  expect(placeOf(hash)).toEqual({ section: 'overview', record: null, filter: {} });
});

test('what is no record, and what no filter, is left out of an address', () => {
  expect(placeOf('#letters/x?code=&token=secret&device=a')).toEqual({
    section: 'letters',
    record: null,
    filter: { device: 'a' },
  });
});

test('bytes are shown with their position and what can be read of them', () => {
  expect(hexLines('7b2268656c6c6f223a007f80ff414243ff41')).toEqual([
    { offset: '0000', hex: '7b 22 68 65 6c 6c 6f 22 3a 00 7f 80 ff 41 42 43', text: '{"hello":····ABC' },
    { offset: '0010', hex: 'ff 41', text: '·A' },
  ]);
  expect(hexLines('')).toEqual([]);
});

const with_ = (history: [number, number, number][], uplinks = 1000) => {
  const base = status();
  return trendOf({
    ...base,
    counters: { ...base.counters, uplinks },
    store: { ...base.store, history, behindRecords: 9 },
  });
};

test('the last minutes end with now, and the rate is that of the last half minute', () => {
  const { times, behind, uplinksPerSecond } = with_([
    [NOW - 60_000, 0, 0],
    [NOW - 20_000, 4, 800],
  ]);
  expect(times).toEqual([NOW / 1000 - 60, NOW / 1000 - 20, NOW / 1000]);
  expect(behind).toEqual([0, 4, 9]);
  expect(uplinksPerSecond).toBe(10);
});

test('a rate is not made up where nothing is known, nor negative', () => {
  expect(with_([]).uplinksPerSecond).toBeNull();
  expect(with_([[NOW - 500, 0, 0]]).uplinksPerSecond).toBeNull();
  expect(with_([[NOW - 10_000, 0, 5000]]).uplinksPerSecond).toBe(0);
});

test('a clock that was set back does not fold the picture over', () => {
  const { times } = with_([
    [NOW + 3_600_000, 1, 0],
    [NOW - 10_000, 2, 0],
    [NOW - 5000, 3, 0],
  ]);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times.at(-1)).toBe(NOW / 1000);
});
