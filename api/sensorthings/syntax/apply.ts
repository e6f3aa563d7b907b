/** Parser of $apply and $interval: a small part of OData's aggregation, and its short form. */
import type { Cursor } from './cursor.ts';
import { parseDuration } from './duration.ts';
import { parseExpression } from './expression.ts';
import { type AggregateItem, type Apply, Duration, type GroupKey, type Interval } from './tree.ts';

const STEPS = 'filter(…), groupby((…),aggregate(…)) or aggregate(…)';

/** `filter(…)/groupby((keys),aggregate(items))`, each part but the aggregate may be left out. */
export function parseApply(cursor: Cursor): Apply {
  let filter: Apply['filter'];
  if (word(cursor) === 'filter' && cursor.isMark('(', 1)) {
    cursor.take();
    filter = cursor.deeper(() => between(cursor, () => parseExpression(cursor), 'after filter'));
    cursor.expectMark('/', 'after filter(…), before groupby or aggregate');
  }
  const before = filter === undefined ? {} : { filter };
  if (word(cursor) === 'aggregate') return { ...before, keys: [], items: parseAggregate(cursor) };
  if (word(cursor) !== 'groupby') throw cursor.error(`${STEPS} expected`);
  cursor.take();
  return between(
    cursor,
    () => {
      const keys = between(cursor, () => list(cursor, parseKey), 'before the keys of the groups');
      cursor.expectMark(',', 'after the keys of the groups');
      return { ...before, keys, items: parseAggregate(cursor) };
    },
    'after groupby',
  );
}

/** `PT1H`, `duration'PT1H'`, also with a time zone: `P1D,'Europe/Berlin'`. */
export function parseInterval(cursor: Cursor): Interval {
  const token = cursor.take();
  const width = token.kind === 'name' ? parseDuration(token.text) : token.kind === 'literal' ? token.value : null;
  if (!(width instanceof Duration)) throw cursor.error('a duration such as PT1H or P1D expected', token);
  return { width, zone: cursor.takeMark(',') ? parseZone(cursor) : null, at: token.at };
}

function parseKey(cursor: Cursor): GroupKey {
  const first = cursor.take();
  if (first.kind !== 'name')
    throw cursor.error("bucket(phenomenonTime,duration'PT1H') or Datastream/id expected", first);
  if (first.text === 'bucket' && cursor.isMark('(')) {
    return between(
      cursor,
      () => {
        const property = cursor.take();
        if (property.kind !== 'name') throw cursor.error('phenomenonTime expected', property);
        cursor.expectMark(',', 'after the property');
        const width = cursor.take();
        if (width.kind !== 'literal' || !(width.value instanceof Duration))
          throw cursor.error("a duration such as duration'PT1H' expected", width);
        const zone = cursor.takeMark(',') ? parseZone(cursor) : null;
        return { kind: 'bucket', property: property.text, width: width.value, zone, at: first.at };
      },
      'after bucket',
    );
  }
  const segments = [first.text];
  while (cursor.takeMark('/')) {
    const next = cursor.take();
    if (next.kind !== 'name') throw cursor.error('a name after / expected', next);
    segments.push(next.text);
  }
  return { kind: 'path', segments, at: first.at };
}

function parseAggregate(cursor: Cursor): AggregateItem[] {
  if (word(cursor) !== 'aggregate') throw cursor.error('aggregate(…) expected');
  cursor.take();
  return between(cursor, () => list(cursor, parseItem), 'after aggregate');
}

function parseItem(cursor: Cursor): AggregateItem {
  const property = cursor.take();
  if (property.kind !== 'name') throw cursor.error('result with a method, or $count, expected', property);
  let method: string | null = null;
  if (word(cursor) === 'with') {
    cursor.take();
    const token = cursor.take();
    if (token.kind !== 'name') throw cursor.error('a method such as average expected', token);
    method = token.text;
  }
  if (word(cursor) !== 'as') throw cursor.error(`'as' and a name for the outcome of ${property.text} expected`);
  cursor.take();
  const as = cursor.take();
  if (as.kind !== 'name' || !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(as.text))
    throw cursor.error('a name of letters, digits and _ expected', as);
  return { property: property.text, method, as: as.text, at: property.at };
}

function parseZone(cursor: Cursor): string {
  const token = cursor.take();
  if (token.kind === 'literal' && typeof token.value === 'string') return token.value;
  throw cursor.error("a time zone such as 'Europe/Berlin' expected", token);
}

function word(cursor: Cursor): string | null {
  const token = cursor.peek();
  return token.kind === 'name' ? token.text : null;
}

function between<T>(cursor: Cursor, inside: () => T, why: string): T {
  cursor.expectMark('(', why);
  const result = inside();
  cursor.expectMark(')', why);
  return result;
}

function list<T>(cursor: Cursor, parse: (cursor: Cursor) => T): T[] {
  const items: T[] = [];
  do items.push(parse(cursor));
  while (cursor.takeMark(','));
  return items;
}
