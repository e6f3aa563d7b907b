import { expect, test } from 'vitest';
import { DOMAINS, QUANTITIES, type Quantity, quantityOf } from './index.ts';

const all: readonly (readonly [string, Quantity])[] = Object.entries(QUANTITIES);

/** The UCUM atoms that the hub uses; those of `metric` take a prefix. */
const ATOMS = {
  metric: ['m', 's', 'g', 'L', 'W', 'V', 'A', 'Pa', 'Cel', 'S', 'lx', 'B', 'B[SPL]'],
  plain: ['%', 'deg', 'min', 'h', '[pH]', '[ppm]', '[ppb]'],
};
const PREFIXES = ['', 'n', 'u', 'm', 'c', 'd', 'h', 'k', 'M'];
const SYMBOLS = new Set([...ATOMS.plain, ...ATOMS.metric.flatMap((atom) => PREFIXES.map((prefix) => prefix + atom))]);

/** Terms joined by `.` and `/`, each an atom with an exponent and an annotation, an integer, or an annotation alone. */
function isUcum(code: string): boolean {
  return code.split(/[./]/).every((term) => {
    const { symbol, exponent, annotation } =
      /^(?<symbol>.*?)(?<exponent>[+-]?\d)?(?<annotation>\{[!-z|~]+\})?$/.exec(term)?.groups ?? {};
    if (symbol === '') return exponent !== undefined || annotation !== undefined;
    return symbol !== undefined && SYMBOLS.has(symbol);
  });
}

test('the hub knows at least 40 quantities', () => {
  expect(all.length).toBeGreaterThanOrEqual(40);
});

test('the check of UCUM codes can refuse', () => {
  for (const wrong of ['', '°C', 'ppm', 'µg/m3', 'm//s', 'kWh', 'C', 'dBm', 'm^2'])
    expect(isUcum(wrong), wrong).toBe(false);
  for (const right of ['1', '%', 'kW.h', 'ug/m3', 'W/m2', '{count}/cm3', 'dB[SPL]{A}'])
    expect(isUcum(right), right).toBe(true);
});

test.each(all)('%s is complete', (id, quantity) => {
  expect(quantity.id).toBe(id);
  expect(id).toMatch(/^[a-z][A-Za-z0-9_]*$/);
  for (const text of [quantity.name, quantity.unit.name]) {
    expect(text.de.trim()).not.toBe('');
    expect(text.en.trim()).not.toBe('');
  }
  expect(Object.keys(DOMAINS)).toContain(quantity.domain);
  expect(quantity.diagnostic).toBe(quantity.domain === 'device');
  expect(URL.canParse(quantity.definition)).toBe(true);
  if (quantity.kind === 'number') {
    expect(isUcum(quantity.unit.ucum ?? ''), quantity.unit.ucum ?? 'null').toBe(true);
    const [min, max] = quantity.range!;
    expect(min).toBeLessThan(max);
    expect(Number.isFinite(max - min)).toBe(true);
  } else {
    expect(quantity.unit.ucum).toBeNull();
    expect(quantity.range).toBeNull();
  }
});

test('no two quantities share a name or a definition', () => {
  for (const key of [(q: Quantity) => q.name.de, (q: Quantity) => q.name.en, (q: Quantity) => q.definition]) {
    expect(new Set(all.map(([, quantity]) => key(quantity))).size).toBe(all.length);
  }
});

test('domains have a name in both languages and a colour of their own', () => {
  const domains = Object.values(DOMAINS);
  expect(domains).toHaveLength(11);
  for (const { name, colour } of domains) {
    expect(name.de).not.toBe('');
    expect(name.en).not.toBe('');
    expect(colour).toMatch(/^#[0-9a-f]{6}$/);
  }
  expect(new Set(domains.map(({ colour }) => colour)).size).toBe(domains.length);
});

test('an id from outside finds its quantity, and nothing that every object has', () => {
  expect(quantityOf('airTemperature')?.unit.ucum).toBe('Cel');
  for (const id of ['constructor', 'toString', '__proto__', 'heat', '']) expect(quantityOf(id), id).toBeUndefined();
});
