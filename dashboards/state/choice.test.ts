import { expect, test } from 'vitest';
import { ALL, choiceAmong, clicked, isShown } from './choice.ts';

const DOMAINS = ['parking', 'water', 'climate'];
const after = (...clicks: string[]) => clicks.reduce((choice, domain) => clicked(choice, domain, DOMAINS), ALL);

test('the first click shows that domain only', () => {
  expect(DOMAINS.filter((domain) => isShown(after('water'), domain))).toEqual(['water']);
});

test('further clicks add domains and take them away', () => {
  expect([...after('water', 'parking')].sort()).toEqual(['parking', 'water']);
  expect([...after('water', 'parking', 'water')]).toEqual(['parking']);
});

test('without the last domain all are shown again', () => {
  expect(after('water', 'water')).toEqual(ALL);
  expect(DOMAINS.every((domain) => isShown(after('water', 'water'), domain))).toBe(true);
});

test('all domains picked one by one are all domains: the next click picks one', () => {
  const all = after('water', 'parking', 'climate');
  expect(all).toEqual(ALL);
  expect([...clicked(all, 'climate', DOMAINS)]).toEqual(['climate']);
});

test('a town without the chosen domains shows what it has', () => {
  expect(choiceAmong(new Set(['waste']), DOMAINS)).toEqual(ALL);
  expect([...choiceAmong(new Set(['waste', 'water']), DOMAINS)]).toEqual(['water']);
});
