import { expect, test } from 'vitest';
import { rowLine, seriesKey } from './lines.ts';
import { slotFor } from './slots.ts';

const key = seriesKey(17, { measurement: 'air temperature', place: 'a=b, c' });
const row = { t: 1_780_000_000_123, n: 0, r: 20.7, type: 0, rec: 2 ** 40, q: 0, id: 0, x: null };

test('a number is as short as it can be', () => {
  expect(rowLine(key, row, 0, null, false)).toBe(
    'air\\ temperature,datastream=17,place=a\\=b\\,\\ c value=20.7,record=1099511627776i 1780000000123000000',
  );
});

test('what may stand there is written over in every field', () => {
  expect(rowLine(key, row, 0, null, true)).toContain(
    ' value=20.7,record=1099511627776i,kind=0i,quality=0i,extra="",id=0i,end=1780000000123i 178',
  );
});

test('text, objects, intervals and quality have their fields', () => {
  const text = rowLine(
    'm',
    { ...row, type: 2, r: Number.NaN, x: '{"v":"a \\"b\\"\\nc","e":1780000000999}', q: 4 },
    0,
    null,
    false,
  );
  expect(text).toBe(
    'm text="a \\"b\\"\nc",record=1099511627776i,kind=2i,quality=4i,extra="{\\"v\\":\\"a \\\\\\"b\\\\\\"\\\\nc\\",\\"e\\":1780000000999}",end=1780000000999i 1780000000123000000',
  );
  const many = rowLine('m', { ...row, type: 3, r: Number.NaN, x: '{"v":[1.5,"x",3]}' }, 0, ['a', 'b', 'c d'], false);
  expect(many).toContain('m object="[1.5,\\"x\\",3]",a=1.5,c\\ d=3,record=');
});

test('times before 1970 count backwards, slots do not', () => {
  expect(rowLine('m', { ...row, t: -5, n: 1 }, 1, null, false)).toMatch(/ -4999999$/);
});

test('high tie numbers keep their order, from either end, and stand in their own field', () => {
  const taken = new Map<number, number>();
  const add = (n: number): number => {
    const slot = slotFor(n, taken);
    taken.set(slot, n);
    return slot;
  };
  for (const n of [2 ** 30, 2 ** 30 + 7, 2 ** 31 - 1, 2 ** 30 + 3, 2 ** 31 - 2, 2 ** 30 + 9, 5]) add(n);
  const inOrder = [...taken].sort(([a], [b]) => a - b).map(([, n]) => n);
  expect(inOrder).toEqual([5, 2 ** 30, 2 ** 30 + 3, 2 ** 30 + 7, 2 ** 30 + 9, 2 ** 31 - 2, 2 ** 31 - 1]);
  expect(slotFor(2 ** 30 + 3, taken)).toBe([...taken].find(([, n]) => n === 2 ** 30 + 3)![0]);
  expect(rowLine('m', { ...row, n: 2 ** 30 }, 524_288, null, false)).toContain(',tie=1073741824i ');
});
