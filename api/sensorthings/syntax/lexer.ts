/** Text of a query option ▸ tokens. One lexer for all options, because $expand holds all others inside. */
import { CodedError, parseTime } from '../../../services/model/index.ts';
import { parseDuration } from './duration.ts';
import { DayTime, Geography, type LiteralValue, Time } from './tree.ts';

export type Token =
  | { readonly kind: 'name'; readonly text: string; readonly at: number }
  | { readonly kind: 'literal'; readonly text: string; readonly value: LiteralValue; readonly at: number }
  | {
      readonly kind: 'mark';
      readonly text: '(' | ')' | ',' | ';' | '/' | '=' | '-' | '[' | ']' | ':';
      readonly at: number;
    }
  | { readonly kind: 'end'; readonly text: ''; readonly at: number };

const SPACE = /\s+/y;
const STRING = /'((?:[^']|'')*)'/y;
const TYPED = /(geography|geometry|duration|datetime|datetimeoffset|date|time)'((?:[^']|'')*)'/iy;
// A zone after a blank is a `+` that the client did not encode.
const INSTANT = /\d{4}-\d\d-\d\d(?:T\d\d(?::\d\d(?::\d\d(?:[.,]\d+)?)?)?(?:Z|[+-]\d\d:?\d\d| \d\d:\d\d)?)?/iy;
const DAY_TIME = /(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?/y;
const NUMBER = /-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?[dDfFmMlL]?(?![\p{L}\p{N}_])/uy;
/** Days as other countries write them. */
const OTHER_DATE = /\d{1,2}[./]\d{1,2}[./]\d{4}(?!\d)|\d{4}[./]\d{1,2}[./]\d{1,2}(?!\d)/y;
/** A number with something behind it, such as `24h`. */
const MIXED = /\p{N}[\p{L}\p{N}_.]*/uy;
const NAME = /[\p{L}_@$][\p{L}\p{N}_@.:-]*/uy;
// After a slash everything up to the next mark is a key: `properties/2nd`, `coordinates/0`.
const SEGMENT = /[^\s()/,;='[\]]+/y;

/** Can it stand in a path as it is, behind a slash? Other keys stand in brackets: `properties['a b']`. */
export function isSegment(text: string): boolean {
  SEGMENT.lastIndex = 0;
  return SEGMENT.exec(text)?.[0].length === text.length;
}

/** Years of four digits, the only ones that ISO 8601 writes without a sign. */
const FIRST = Date.parse('0000-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

export function syntaxError(option: string, at: number, detail: string): CodedError {
  return new CodedError('query.syntax', `${option}, column ${at}: ${detail}`);
}

/** @throws CodedError query.syntax with the option's name and the column. */
export function tokenize(option: string, text: string): Token[] {
  const lexer = new Lexer(option, text);
  const tokens: Token[] = [];
  for (;;) {
    const token = lexer.next(tokens.at(-1));
    tokens.push(token);
    if (token.kind === 'end') return tokens;
  }
}

class Lexer {
  readonly #option: string;
  readonly #text: string;
  #at = 0;

  constructor(option: string, text: string) {
    this.#option = option;
    this.#text = text;
  }

  next(last: Token | undefined): Token {
    this.#match(SPACE);
    const column = this.#at + 1;
    if (this.#at >= this.#text.length) return { kind: 'end', text: '', at: column };
    const value = last?.kind === 'mark' && last.text === '/' ? undefined : this.#literal(column);
    if (value !== undefined) {
      return { kind: 'literal', value, text: this.#text.slice(column - 1, this.#at), at: column };
    }
    const name = this.#match(last?.text === '/' ? SEGMENT : NAME);
    if (name !== null) return { kind: 'name', text: name[0], at: column };
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at)!);
    if ('(),;/=-[]:'.includes(char)) {
      this.#at++;
      return { kind: 'mark', text: char as '(', at: column };
    }
    const mixed = this.#match(MIXED);
    if (mixed !== null)
      throw syntaxError(this.#option, column, `'${mixed[0]}' is neither a number nor a name${spanHint(mixed[0])}`);
    if (char !== "'") throw syntaxError(this.#option, column, `'${char}' has no meaning here${hint(char)}`);
    throw syntaxError(this.#option, column, "the text has no closing quote; a quote inside is written ''");
  }

  /** undefined: what stands here is none. The order matters: a time begins like a number. */
  #literal(column: number): LiteralValue | undefined {
    const string = this.#match(STRING);
    if (string !== null) return string[1]!.replaceAll("''", "'");
    const prefixed = this.#match(TYPED);
    if (prefixed !== null) {
      return typed(this.#option, column, prefixed[1]!.toLowerCase(), prefixed[2]!.replaceAll("''", "'"));
    }
    if (peek(INSTANT, this.#text, this.#at)) return this.#time(column);
    const day = this.#match(DAY_TIME);
    if (day !== null) return dayTime(this.#option, column, day);
    const foreign = this.#match(OTHER_DATE);
    if (foreign !== null)
      throw syntaxError(this.#option, column, `'${foreign[0]}' is no time; times are written 2026-05-01T12:00:00Z`);
    const digits = this.#match(NUMBER);
    return digits === null ? undefined : number(this.#option, column, digits[0]);
  }

  #time(column: number): Time {
    const start = this.#instant(column);
    if (this.#text[this.#at] !== '/' || !peek(INSTANT, this.#text, this.#at + 1)) return new Time(start);
    this.#at++;
    const end = this.#instant(this.#at + 1);
    if (end < start) throw syntaxError(this.#option, column, 'the interval ends before it starts');
    return new Time(start, end);
  }

  #instant(column: number): number {
    const text = this.#match(INSTANT)![0];
    const ms = parseTime(isoText(text));
    if (ms >= FIRST && ms <= LAST) return ms;
    throw syntaxError(this.#option, column, `'${text}' is no time; write 2026-05-01T12:00:00Z`);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const m = pattern.exec(this.#text);
    if (m !== null) this.#at += m[0].length;
    return m;
  }
}

function peek(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** To what `parseTime` reads: a zone whose `+` became a blank, hours without minutes. */
function isoText(text: string): string {
  const zoned = text.replace(/ (?=\d\d:\d\d$)/, '+');
  return /T\d\d(?!:)/i.test(zoned) ? zoned.replace(/T(\d\d)/i, 'T$1:00') : zoned;
}

function number(option: string, at: number, text: string): number | bigint {
  const digits = text.replace(/[dDfFmMlL]$/, '');
  const value = Number(digits);
  if (!Number.isFinite(value)) throw syntaxError(option, at, `'${text.slice(0, 40)}' is too large for a number`);
  return /^-?\d+$/.test(digits) && !Number.isSafeInteger(value) ? BigInt(digits) : value;
}

function dayTime(option: string, at: number, m: RegExpExecArray): DayTime {
  if (Number(m[1]) > 23 || Number(m[2]) > 59 || Number(m[3] ?? 0) > 59) {
    throw syntaxError(option, at, `'${m[0]}' is no time of day; write 13:30:00`);
  }
  const ms = Number(`${m[4] ?? ''}000`.slice(0, 3));
  return new DayTime((Number(m[1]) * 3600 + Number(m[2]) * 60 + Number(m[3] ?? 0)) * 1000 + ms);
}

function typed(option: string, at: number, type: string, text: string): LiteralValue {
  if (type === 'geography' || type === 'geometry') return new Geography(text);
  if (type === 'duration') {
    const duration = parseDuration(text);
    if (duration === null) throw syntaxError(option, at, `'${text}' is no duration; write duration'PT24H'`);
    return duration;
  }
  if (type === 'time') {
    const m = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?$/.exec(text);
    if (m === null) throw syntaxError(option, at, `'${text}' is no time of day; write 13:30:00`);
    return dayTime(option, at, m);
  }
  const ms = parseTime(text);
  if (!(ms >= FIRST && ms <= LAST)) throw syntaxError(option, at, `'${text}' is no time; write 2026-05-01T12:00:00Z`);
  return new Time(ms);
}

/** `1h` ▸ `PT1H` */
function spanHint(text: string): string {
  const [, n, unit] = /^(\d+)(s|m|min|h|d|w)[a-z]*$/i.exec(text) ?? [];
  if (n === undefined || unit === undefined) return '';
  const span = { s: `PT${n}S`, m: `PT${n}M`, min: `PT${n}M`, h: `PT${n}H`, d: `P${n}D`, w: `P${n}W` };
  return `; a duration is written ${span[unit.toLowerCase() as keyof typeof span]}`;
}

function hint(char: string): string {
  if ('<>!'.includes(char)) return '; comparisons are eq, ne, gt, ge, lt, le';
  if ('*%+'.includes(char)) return '; arithmetic is add, sub, mul, div, mod';
  if (char === '"') return "; texts stand in single quotes: 'text'";
  if (char === '&' || char === '|') return '; combine with and, or';
  return '';
}
