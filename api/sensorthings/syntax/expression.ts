/** Pratt parser of $filter and $orderby expressions [STA 9.3.3.5]. */
import { CodedError } from '../../../services/model/index.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './lexer.ts';
import {
  BINDING,
  type BinaryOperator,
  type Expression,
  IN_BINDING,
  MINUS_BINDING,
  NOT_BINDING,
  type Path,
} from './tree.ts';

const CONSTANTS: ReadonlyMap<string, null | boolean> = new Map<string, null | boolean>([
  ['null', null],
  ['true', true],
  ['false', false],
]);

function operator(text: string): BinaryOperator | null {
  return Object.hasOwn(BINDING, text) ? (text as BinaryOperator) : null;
}

/** Reads an expression whose operators bind stronger than `floor`. */
export function parseExpression(cursor: Cursor, floor = 0): Expression {
  return cursor.deeper(() => {
    let left = parseOperand(cursor);
    for (;;) {
      const token = cursor.peek();
      if (token.kind !== 'name') return left;
      if (token.text === 'in' && IN_BINDING > floor) {
        cursor.countOperator(cursor.take());
        left = { kind: 'in', left, items: parseList(cursor, 'after in'), at: token.at };
        continue;
      }
      const op = operator(token.text);
      if (op === null || BINDING[op] <= floor) return left;
      cursor.countOperator(cursor.take());
      left = { kind: 'binary', op, left, right: parseExpression(cursor, BINDING[op]), at: token.at };
    }
  });
}

function parseOperand(cursor: Cursor): Expression {
  const token = cursor.peek();
  if (token.kind === 'literal') {
    cursor.take();
    return { kind: 'literal', value: token.value, at: token.at };
  }
  if (cursor.takeMark('(')) {
    const inner = parseExpression(cursor);
    cursor.expectMark(')', `to close the one at column ${token.at}`);
    return inner;
  }
  if (cursor.takeMark('-')) {
    return { kind: 'unary', op: '-', operand: parseExpression(cursor, MINUS_BINDING), at: token.at };
  }
  if (token.kind !== 'name') throw cursor.error('a value, a property or a function expected');
  if (operator(token.text) !== null && !cursor.isMark('/', 1))
    throw cursor.error('a value before this operator expected');
  cursor.take();
  const constant = CONSTANTS.get(token.text);
  if (constant !== undefined) return { kind: 'literal', value: constant, at: token.at };
  if (token.text === 'not' && !cursor.isMark('/')) {
    return { kind: 'unary', op: 'not', operand: parseExpression(cursor, NOT_BINDING), at: token.at };
  }
  if (cursor.isMark('('))
    return { kind: 'call', name: token.text, args: parseList(cursor, `after ${token.text}`), at: token.at };
  return parsePath(cursor, token);
}

/** `Thing/properties/tags/0`, also `properties/tags[0]` and `properties['a b']`. */
function parsePath(cursor: Cursor, first: Token): Path {
  const segments = [first.text];
  for (;;) {
    if (cursor.takeMark('/')) {
      const next = cursor.take();
      cursor.countOperator(next);
      if (next.kind !== 'name') throw cursor.error('a name after / expected', next);
      if (cursor.isMark('(')) throw lambda(cursor, segments, next);
      segments.push(next.text);
    } else if (cursor.takeMark('[')) {
      cursor.countOperator(cursor.peek());
      segments.push(parseKey(cursor));
    } else return { kind: 'path', segments, at: first.at };
  }
}

function parseKey(cursor: Cursor): string {
  const token = cursor.take();
  const key = token.kind === 'literal' ? token.value : null;
  if (typeof key !== 'string' && !(typeof key === 'number' && Number.isInteger(key) && key >= 0)) {
    throw cursor.error("a position such as 0, or a name in single quotes, expected after '['", token);
  }
  cursor.expectMark(']', 'after it');
  return String(key);
}

function lambda(cursor: Cursor, before: readonly string[], { text, at }: Token): CodedError {
  const path = before.join('/');
  if (text !== 'any' && text !== 'all') return cursor.error(`an operator after ${path}/${text} expected`);
  const detail =
    text === 'any'
      ? `any() is not needed: ${path}/name eq 'x' holds if it does for one of them`
      : `all() is not supported: a condition over ${path} holds if it does for one of them`;
  return new CodedError('query.unsupported', `${cursor.option}, column ${at}: ${detail}`);
}

function parseList(cursor: Cursor, why: string): Expression[] {
  cursor.expectMark('(', why);
  const items: Expression[] = [];
  if (cursor.takeMark(')')) return items;
  do items.push(parseExpression(cursor));
  while (cursor.takeMark(','));
  cursor.expectMark(')', `or ',' ${why}`);
  return items;
}
