/** Single properties of bodies: each reader takes a value and its path and gives what is kept. */
import type { Properties, UnitOfMeasurement } from '../../../services/model/index.ts';
import { nearest } from '../plan/index.ts';
import { shown, wrong } from './complaint.ts';

export type Json = Readonly<Record<string, unknown>>;
export type ReadValue = (value: unknown, path: string) => unknown;

export function isJsonObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function readText(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw wrong(path, `a text expected, not ${shown(value)}`);
}

export function readAny(value: unknown, path: string): unknown {
  if (value === null) throw wrong(path, 'a value expected, not null');
  return value;
}

/** null empties them. */
export function readProperties(value: unknown, path: string): Properties {
  if (value === null) return {};
  if (isJsonObject(value)) return value;
  throw wrong(path, `a JSON object expected, not ${shown(value)}`);
}

const UNIT = ['name', 'symbol', 'definition'];

/** [STA table 10] All three may be null: a result without a unit. */
export function readUnit(value: unknown, path: string): UnitOfMeasurement {
  if (!isJsonObject(value))
    throw wrong(path, `an object with ${UNIT.join(', ')} expected, each a text or null, not ${shown(value)}`);
  for (const [key, part] of Object.entries(value)) {
    if (!UNIT.includes(key)) throw wrong(path, `a unit has no ${key}${nearest(key, UNIT)}`);
    if (part !== null && typeof part !== 'string')
      throw wrong(`${path}.${key}`, `a text or null expected, not ${shown(part)}`);
  }
  const { name = null, symbol = null, definition = null } = value as Partial<UnitOfMeasurement>;
  return { name, symbol, definition };
}

export function readList<T>(read: (value: unknown, path: string) => T): (value: unknown, path: string) => T[] {
  return (value, path) => {
    if (!Array.isArray(value)) throw wrong(path, `an array expected, not ${shown(value)}`);
    return value.map((one, i) => read(one, `${path}[${i}]`));
  };
}
