import { expect, test } from 'vitest';
import { CODES, type ErrorCode, REMEDIES } from '../../../services/model/index.ts';
import { CODES_DE } from './codes-de.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { inputOfIso, isoOfInput } from './format.ts';
import { speechOf } from './speech.ts';

const NOW = Date.UTC(2026, 2, 1, 12);
const german = speechOf('de', () => NOW);
const english = speechOf('en', () => NOW);
/** `Intl` puts spaces there that don't break. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

test.each([
  [0, '0 Sek.', '0 secs'],
  [59_400, '59 Sek.', '59 secs'],
  [60_000, '1 Min.', '1 min'],
  [90_000, '1 Min. 30 Sek.', '1 min 30 secs'],
  [12 * 60_000 + 5000, '12 Min.', '12 mins'],
  [2 * 3_600_000 + 5 * 60_000, '2 Std. 5 Min.', '2 hrs 5 mins'],
  [3 * 86_400_000 + 4 * 3_600_000, '3 Tg. 4 Std.', '3 days 4 hrs'],
  [-5, '0 Sek.', '0 secs'],
])('a span of %i ms is said in its largest units', (ms, de, en) => {
  expect([plain(german.span(ms)), plain(english.span(ms))]).toEqual([de, en]);
});

test.each([
  [0, '0 B', '0 B'],
  [1023, '1.023 B', '1,023 B'],
  [1024, '1 KiB', '1 KiB'],
  [256 * 2 ** 20, '256 MiB', '256 MiB'],
  [76.94 * 2 ** 30, '76,9 GiB', '76.9 GiB'],
  [1.234 * 2 ** 40, '1,23 TiB', '1.23 TiB'],
  [2 ** 70, '1.048.576 PiB', '1,048,576 PiB'],
])('%d bytes are counted as the options count', (bytes, de, en) => {
  expect([plain(german.bytes(bytes)), plain(english.bytes(bytes))]).toEqual([de, en]);
});

test('a moment names its year only where it is another one', () => {
  expect(german.moment(NOW)).not.toContain('2026');
  expect(german.moment('2024-12-31T12:00:00Z')).toContain('2024');
  expect(english.exact(NOW)).toMatch(/1 Mar 2026, \d\d:00:00/);
  expect(german.ago(NOW - 7_200_000)).toBe('vor 2 Std.');
});

test('a time of a form is one of this browser, and comes back as it was', () => {
  const iso = isoOfInput('2026-07-01T12:30');
  expect(iso).toBe(new Date(2026, 6, 1, 12, 30).toISOString());
  expect(inputOfIso(iso ?? undefined)).toBe('2026-07-01T12:30');
  expect([isoOfInput(''), isoOfInput('soon'), inputOfIso(undefined), inputOfIso('soon')]).toEqual([null, null, '', '']);
});

test('every error code has its German words, and the names in its remedy are those of the English one', () => {
  let visited = 0;
  for (const code of Object.keys(CODES) as ErrorCode[]) {
    const { title, remedy } = german.code(code);
    expect([code, title]).not.toEqual([code, CODES[code].title]);
    expect(title.length).toBeGreaterThan(5);
    expect(remedy.split('`').length % 2, code).toBe(1);
    expect(english.code(code)).toEqual({ title: CODES[code].title, remedy: REMEDIES[code] });
    const names = [...remedy.matchAll(/`([a-z]+\.[a-zA-Z.]+)`/g)].map(([, name]) => name);
    for (const name of names) expect(REMEDIES[code], code).toContain(name);
    visited++;
  }
  expect(visited).toBeGreaterThanOrEqual(45);
  expect(Object.keys(CODES_DE)).toHaveLength(visited);
});

test('no text is empty, English is not German left standing, and one is not said like many', () => {
  let visited = 0;
  const same: string[] = [];
  const said = (text: unknown) => (typeof text === 'function' ? text('1', '1', '1') : text);
  const walk = (left: object, right: object): void => {
    for (const key of Object.keys(left)) {
      const [a, b] = [left[key as never] as unknown, right[key as never] as unknown];
      if (typeof a === 'object' && a !== null) walk(a, b as object);
      else {
        const [german, english] = [said(a), said(b)] as [string, string];
        expect(german.trim(), key).not.toBe('');
        expect(english.trim(), key).not.toBe('');
        if (german === english) same.push(german);
        visited++;
      }
    }
  };
  walk(de, en);
  expect(visited).toBeGreaterThan(250);
  expect(same.sort()).toEqual(['1 (1)', '1/s', 'InfluxDB', 'MQTT', 'Organisation', 'Topic', 'Version', 'Version']);
  expect(de.findings.deadLetters.title('1')).toBe('1 Nachricht wurde nicht verstanden');
  expect(en.findings.deadLetters.title('1,000')).toBe('1,000 messages were not understood');
});
