import { expect, test } from 'vitest';
import {
  byLength,
  byPort,
  byValue,
  type Codec,
  flag,
  group,
  i8,
  i16be,
  i16le,
  layout,
  layoutThenMore,
  overlay,
  type Part,
  type Reading,
  silent,
  skip,
  tagged,
  u8,
  u16be,
  u16le,
  u32be,
  u32le,
} from './index.ts';

const bytes = (...list: number[]) => Uint8Array.from(list);

function values(codec: Codec<string>, frame: Uint8Array, fPort = 1): unknown {
  const into: Reading[] = [];
  return codec.read(frame, fPort, into)?.code ?? Object.fromEntries(into.map(({ channel, value }) => [channel, value]));
}

test.each<[string, Part<string>, number[], number]>([
  ['u8', u8('x'), [0xff], 255],
  ['i8', i8('x'), [0x80], -128],
  ['u16be', u16be('x'), [0xff, 0xfe], 65534],
  ['u16le', u16le('x'), [0xff, 0xfe], 65279],
  ['i16be', i16be('x'), [0xff, 0xfe], -2],
  ['i16le', i16le('x'), [0xff, 0x80], -32513],
  ['u32be', u32be('x'), [0xff, 0, 0, 1], 4278190081],
  ['u32le', u32le('x'), [1, 0, 0, 0xff], 4278190081],
])('%s keeps sign and byte order', (_name, part, frame, want) => {
  expect(values(layout(part), bytes(...frame))).toEqual({ x: want });
});

test('per divides: 207 tenths are 20.7', () => {
  expect(values(layout(u8('x', 10)), bytes(207))).toEqual({ x: 20.7 });
});

test('plus shifts the raw number, before the division', () => {
  expect(values(layout(u8('x', 10, { plus: 20 })), bytes(11))).toEqual({ x: 3.1 });
});

test('a device’s word for "no value" gives no reading', () => {
  expect(values(layout(i16be('x', 100, { none: [0x7fff] })), bytes(0x7f, 0xff))).toEqual({});
});

test('a layout refuses to be cut and to be followed by what it does not know', () => {
  const codec = layout(u8('x'), skip(1));
  expect(values(codec, bytes(1))).toBe('decode.truncated');
  expect(values(codec, bytes(1, 2, 3))).toBe('decode.unknown');
  expect(values(layoutThenMore(u8('x'), skip(1)), bytes(1, 2, 3))).toEqual({ x: 1 });
});

test('flags share a byte, groups follow one another', () => {
  const codec = layout(overlay(flag('a', 0x80), flag('b', 0x0f)), group(skip(1), u8('c')));
  expect(values(codec, bytes(0x80, 9, 7))).toEqual({ a: true, b: false, c: 7 });
});

test('a frame that measures nothing is understood', () => {
  expect(values(silent(2), bytes(1, 2, 3))).toEqual({});
  expect(values(silent(2), bytes(1))).toBe('decode.truncated');
});

test('a port without a codec is refused, also one outside the table', () => {
  const codec = byPort({ 2: layout(u8('x')) });
  expect(values(codec, bytes(5), 2)).toEqual({ x: 5 });
  for (const port of [0, 1, 255, 256, -1, Number.NaN])
    expect(values(codec, bytes(5), port), String(port)).toBe('decode.port');
});

test('a length between the known ones is cut, a greater one unknown', () => {
  const codec = byLength({ 1: layout(u8('x')), 3: layout(u8('x'), skip(2)) });
  expect(values(codec, bytes(1))).toEqual({ x: 1 });
  expect(values(codec, bytes())).toBe('decode.truncated');
  expect(values(codec, bytes(1, 2))).toBe('decode.truncated');
  expect(values(codec, bytes(1, 2, 3, 4))).toBe('decode.unknown');
});

test('a message type that the model does not know is refused', () => {
  const codec = byValue('type', 0, 0x0f, { 1: layout(skip(1), u8('x')) });
  expect(values(codec, bytes(0xf1, 5))).toEqual({ x: 5 });
  expect(values(codec, bytes(0xf2, 5))).toBe('decode.unknown');
  expect(values(codec, bytes())).toBe('decode.truncated');
});

test('tagged values come in any order, until a tag is unknown', () => {
  const codec = tagged({ '01': u8('x'), '02': u16be('y') });
  expect(values(codec, bytes(2, 1, 0, 1, 9))).toEqual({ y: 256, x: 9 });
  expect(values(codec, bytes(1, 9, 3))).toBe('decode.unknown');
  expect(values(codec, bytes(1, 9, 2, 1))).toBe('decode.truncated');
});

test('a table of tags of different lengths is a defect found while loading', () => {
  expect(() => tagged({ '01': u8('x'), '0203': u8('y') })).toThrow(RangeError);
  expect(() => tagged({ '0G': u8('x') })).toThrow(RangeError);
});
