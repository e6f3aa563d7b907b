/** Values and time of a mapped message. */
import type { ReadingValue, Refusal } from '../../../services/model/index.ts';
import { networkTime } from '../../envelope/index.ts';
import type { CompiledMapping, CompiledValue } from './compile.ts';
import { valueAt } from './json-path.ts';

function found(value: unknown): string {
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 40))}`;
  return typeof value === 'object' ? (Array.isArray(value) ? 'an array' : 'an object') : `${typeof value} ${value}`;
}

/** The reading, null where the message does not hold it, or why it is refused. */
function reading(message: unknown, value: CompiledValue): ReadingValue | Refusal | null {
  const raw = valueAt(message, value.path);
  if (raw === undefined || raw === null) return null;
  const fits = value.type === 'text' ? typeof raw === 'string' : typeof raw === value.type;
  // a plain value of the wrong type goes on: ingest keeps it as a dead letter of its device, and takes the others
  if (!fits && typeof raw !== 'object') return raw as ReadingValue;
  if (!fits) {
    const expected = value.type === 'boolean' ? 'true or false' : `a ${value.type}`;
    return {
      code: 'reading.type',
      detail: `${value.text} (channel ${value.channel}) should be ${expected}, found ${found(raw)}`,
    };
  }
  if (typeof raw !== 'number') return raw as ReadingValue;
  const scaled = (raw * value.scale) / value.per + value.offset;
  if (Number.isFinite(scaled)) return scaled;
  return { code: 'reading.notFinite', detail: `${value.text} (channel ${value.channel}) is ${scaled}` };
}

export interface MappedValues {
  readonly values: Readonly<Record<string, ReadingValue>>;
  /** null: all is well. */
  readonly refused: Refusal | null;
}

/** Channel ▸ value of what the message holds. */
export function readValues(message: unknown, mapping: CompiledMapping): MappedValues {
  const values: Record<string, ReadingValue> = {};
  let count = 0;
  for (const value of mapping.values) {
    const one = reading(message, value);
    if (one === null) continue;
    if (typeof one === 'object') return { values, refused: one };
    values[value.channel] = one;
    count++;
  }
  if (count > 0) return { values, refused: null };
  const paths = mapping.values.map((value) => value.text).join(', ');
  return {
    values,
    refused: { code: 'envelope.shape', detail: `the message holds none of the mapped values (${paths})` },
  };
}

/** Milliseconds since 1970, null where the mapping names none or the message holds none, or why it is refused. */
export function readMappedTime(message: unknown, mapping: CompiledMapping): number | Refusal | null {
  if (mapping.time === null) return null;
  const { path, text, format } = mapping.time;
  const raw = valueAt(message, path);
  if (raw === undefined || raw === null) return null;
  let time = Number.NaN;
  if (format === 'iso') time = typeof raw === 'string' ? networkTime(raw) : Number.NaN;
  else if (typeof raw === 'number') time = Math.trunc(format === 's' ? raw * 1000 : raw);
  if (Number.isFinite(time)) return time;
  const expected = format === 'iso' ? 'an ISO 8601 time' : `a time as number (${format} since 1970)`;
  return { code: 'envelope.shape', detail: `${text} should be ${expected}, found ${found(raw)}` };
}
