/**
 * Typed fields of a foreign JSON object. A field of the wrong type sets `problem` (the first one stays) and reads as its
 * neutral value, so a source reads all fields in a row and asks once at the end: no exception and no allocation per field.
 * Networks leave out 0, false and "" (protobuf's JSON mapping), and null stands for the same.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

const NOTHING: JsonObject = Object.freeze({});

/** What was found, in words; never the value of an object or a long text. */
function found(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string')
    return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  return `${typeof value} ${String(value)}`;
}

export class Fields {
  /** Names the field, what it should be and what was found; null: all is well so far. */
  problem: string | null = null;

  /** Says that `path.key` is wrong. */
  wrong(path: string, key: string, expected: string, value: unknown): void {
    this.problem ??= `${path === '' ? key : `${path}.${key}`} should be ${expected}, found ${found(value)}`;
  }

  /** The whole message, which must be an object. */
  root(value: unknown): JsonObject {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
    this.problem ??= `the message should be an object, found ${found(value)}`;
    return NOTHING;
  }

  /** An object that must be there. */
  object(from: JsonObject, key: string, path = ''): JsonObject {
    const value = from[key];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
    this.wrong(path, key, 'an object', value);
    return NOTHING;
  }

  /** An object, or null where it is left out. */
  optionalObject(from: JsonObject, key: string, path = ''): JsonObject | null {
    const value = from[key];
    return value === undefined || value === null ? null : this.object(from, key, path);
  }

  /** Text; '' where left out. */
  text(from: JsonObject, key: string, path = ''): string {
    const value = from[key];
    if (typeof value === 'string') return value;
    if (value !== undefined && value !== null) this.wrong(path, key, 'a text', value);
    return '';
  }

  /** Text that must be there and not be empty. */
  requiredText(from: JsonObject, key: string, path = ''): string {
    const value = from[key];
    if (typeof value === 'string' && value !== '') return value;
    this.wrong(path, key, 'a text', value);
    return '';
  }

  /** false where left out. */
  flag(from: JsonObject, key: string, path = ''): boolean {
    const value = from[key];
    if (typeof value === 'boolean') return value;
    if (value !== undefined && value !== null) this.wrong(path, key, 'true or false', value);
    return false;
  }

  /** An integer of 0 … max; 0 where left out. */
  uint(from: JsonObject, key: string, max: number, path = ''): number {
    const value = from[key];
    if (value === undefined || value === null) return 0;
    if (typeof value === 'number' && value >= 0 && value <= max && Number.isInteger(value)) return value;
    this.wrong(path, key, `an integer of 0 to ${max}`, value);
    return 0;
  }

  /** A finite number, or null where it is left out. */
  number(from: JsonObject, key: string, path = ''): number | null {
    const value = from[key];
    if (value === undefined || value === null) return null;
    // JSON.parse reads 1e400 as Infinity.
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    this.wrong(path, key, 'a finite number', value);
    return null;
  }

  /** A list of objects; empty where left out. */
  list(from: JsonObject, key: string, path = ''): readonly unknown[] {
    const value = from[key];
    if (Array.isArray(value)) return value;
    if (value !== undefined && value !== null) this.wrong(path, key, 'a list', value);
    return [];
  }
}
