/** Parser of the query options themselves, on the top level and inside $expand [STA 9.3.2, 9.3.3]. */
import { CodedError } from '../../../services/model/index.ts';
import { parseApply, parseInterval } from './apply.ts';
import { Cursor, type SyntaxLimits } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { parsePlace } from './place.ts';
import type { ExpandItem, OrderKey, QueryOptions, SelectItem } from './tree.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type OptionParser = (cursor: Cursor, into: Mutable<QueryOptions>) => void;

const OPTIONS: Readonly<Record<string, readonly [key: keyof QueryOptions, parse: OptionParser]>> = {
  $filter: ['filter', (cursor, into) => (into.filter = parseExpression(cursor))],
  $expand: ['expand', (cursor, into) => (into.expand = list(cursor, parseExpandItem))],
  $select: ['select', (cursor, into) => (into.select = list(cursor, parseSelectItem))],
  $orderby: ['orderby', (cursor, into) => (into.orderby = list(cursor, parseOrderKey))],
  $top: ['top', (cursor, into) => (into.top = natural(cursor))],
  $skip: ['skip', (cursor, into) => (into.skip = natural(cursor))],
  $count: ['count', (cursor, into) => (into.count = flag(cursor))],
  $resultformat: ['resultFormat', (cursor, into) => (into.resultFormat = word(cursor))],
  $apply: ['apply', (cursor, into) => (into.apply = parseApply(cursor))],
  $interval: ['interval', (cursor, into) => (into.interval = parseInterval(cursor))],
  $skiptoken: ['skiptoken', (cursor, into) => (into.skiptoken = parsePlace(cursor))],
};
const KNOWN = '$filter, $expand, $select, $orderby, $top, $skip, $count, $resultFormat, $apply, $interval';
/** Options of OData and of extensions that the hub does not have: 501, where a misspelt one is 400. */
const UNSUPPORTED = new Set(['$compute', '$search', '$format', '$levels', '$deltatoken', '$skipfilter']);

/** Name and text of each option as they came ▸ tree. */
export function parseOptions(
  parameters: readonly (readonly [name: string, text: string])[],
  limits: SyntaxLimits,
): QueryOptions {
  const into: Mutable<QueryOptions> = {};
  for (const [name, text] of parameters) {
    if (!name.startsWith('$')) {
      // Tokens and cache breakers are none of our business, a forgotten dollar is: it would give all rows.
      if (!Object.hasOwn(OPTIONS, `$${name.toLowerCase()}`)) continue;
      throw new CodedError('query.option', `'${name}' lacks its dollar sign: $${name}`);
    }
    const cursor = new Cursor(name, text, limits);
    parseOption(cursor, name, into);
    cursor.expectEnd();
  }
  return into;
}

function parseOption(cursor: Cursor, name: string, into: Mutable<QueryOptions>): void {
  const lower = name.toLowerCase();
  if (UNSUPPORTED.has(lower)) throw new CodedError('query.unsupported', `${name} is not supported; there are ${KNOWN}`);
  if (!Object.hasOwn(OPTIONS, lower))
    throw new CodedError('query.option', `There is no option ${name}; there are ${KNOWN}`);
  const [key, parse] = OPTIONS[lower]!;
  if (into[key] !== undefined) throw new CodedError('query.option', `${name} is given twice`);
  parse(cursor, into);
}

function list<T>(cursor: Cursor, parse: (cursor: Cursor) => T): T[] {
  const items: T[] = [];
  do items.push(parse(cursor));
  while (cursor.takeMark(','));
  return items;
}

function name(cursor: Cursor, what: string): { text: string; at: number } {
  const token = cursor.take();
  if (token.kind !== 'name') throw cursor.error(`${what} expected`, token);
  return token;
}

function parseSelectItem(cursor: Cursor): SelectItem {
  const { text, at } = name(cursor, 'a property');
  return { name: text, at };
}

function parseOrderKey(cursor: Cursor): OrderKey {
  const by = parseExpression(cursor);
  const token = cursor.peek();
  if (token.kind !== 'name') return { by, descending: false };
  const direction = token.text.toLowerCase();
  if (direction !== 'asc' && direction !== 'desc') throw cursor.error('asc, desc, a comma or the end expected');
  cursor.take();
  return { by, descending: direction === 'desc' };
}

function parseExpandItem(cursor: Cursor): ExpandItem {
  return cursor.deeper(() => {
    const first = name(cursor, 'a related entity');
    const path = [first.text];
    while (cursor.takeMark('/')) path.push(name(cursor, 'a related entity after /').text);
    const into: Mutable<QueryOptions> = {};
    if (cursor.takeMark('(')) {
      while (!cursor.takeMark(')')) {
        const option = name(cursor, 'an option such as $top');
        if (!option.text.startsWith('$'))
          throw cursor.error('an option that starts with $ expected', { kind: 'name', ...option });
        cursor.expectMark('=', `after ${option.text}`);
        parseOption(cursor, option.text, into);
        if (!cursor.takeMark(';') && !cursor.isMark(')'))
          throw cursor.error("';' before the next option, or ')' expected");
      }
    }
    return { path, options: into, at: first.at };
  });
}

function natural(cursor: Cursor): number {
  const token = cursor.take();
  const value = token.kind === 'literal' ? Number(token.value) : Number.NaN;
  if (token.kind !== 'literal' || typeof token.value === 'string' || !Number.isInteger(value) || value < 0) {
    throw cursor.error('a whole number from 0 expected', token);
  }
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}

function flag(cursor: Cursor): boolean {
  const token = cursor.take();
  const text = token.text.toLowerCase();
  if (text !== 'true' && text !== 'false') throw cursor.error('true or false expected', token);
  return text === 'true';
}

function word(cursor: Cursor): string {
  return name(cursor, 'dataArray').text;
}
