import { expect, test } from 'vitest';
import { readAddress, writeAddress } from './address.ts';

const FIRST = { town: null, view: 'map', domains: [] } as const;

test('what is written into the address is read from it', () => {
  const address = { town: 'münster', view: 'list', domains: ['parking', 'water'] } as const;
  expect(readAddress(writeAddress('', address))).toEqual(address);
  expect(writeAddress('', address)).toContain('domains=parking,water');
});

test('an address as at the first visit stays short, and keeps what others wrote', () => {
  expect(writeAddress('?town=solingen&view=list&domains=water', FIRST)).toBe('');
  expect(writeAddress('?lang=en&view=list', FIRST)).toBe('?lang=en');
});

test('an address that says nonsense is as at the first visit', () => {
  expect(readAddress('?town=&view=moon&domains=,%3Cb%3E,,')).toEqual(FIRST);
  expect(readAddress(`?domains=${Array.from({ length: 99 }, (_, at) => `d${at}`)}`).domains).toHaveLength(40);
});
