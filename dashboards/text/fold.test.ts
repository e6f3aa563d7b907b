import { expect, test } from 'vitest';
import { folded } from './fold.ts';

test.each([
  ['munster', 'Münster Hafen'],
  ['strasse', 'Lange Straße 3'],
  ['STRASSE', 'GROẞE STRAẞE'],
  ['Straße', 'Bahnhofstrasse'],
  ['cafe', 'Café am Markt'],
])('who searches for "%s" finds "%s"', (wish, name) => {
  expect(folded(name)).toContain(folded(wish));
});

test('another word is not found', () => {
  expect(folded('Münster')).not.toContain(folded('monster'));
});
