/** Taking a condition apart at its `and`s, to give each part to whom can answer it cheapest. */
import type { Expression, Path } from '../syntax/index.ts';

/** The parts that must all hold. */
export function conjuncts(e: Expression, into: Expression[] = []): Expression[] {
  if (e.kind === 'binary' && e.op === 'and') {
    conjuncts(e.left, into);
    conjuncts(e.right, into);
  } else into.push(e);
  return into;
}

export function joinConjuncts(parts: readonly Expression[]): Expression | null {
  return parts.reduce<Expression | null>(
    (left, right) => (left === null ? right : { kind: 'binary', op: 'and', left, right, at: right.at }),
    null,
  );
}

/** All paths of an expression. */
export function pathsOf(e: Expression, into: Path[] = []): Path[] {
  if (e.kind === 'path') into.push(e);
  else for (const part of partsOf(e)) pathsOf(part, into);
  return into;
}

function partsOf(e: Exclude<Expression, Path>): readonly Expression[] {
  switch (e.kind) {
    case 'literal':
      return [];
    case 'call':
      return e.args;
    case 'unary':
      return [e.operand];
    case 'binary':
      return [e.left, e.right];
    case 'in':
      return [e.left, ...e.items];
  }
}

/** The same expression with other paths. */
export function mapPaths(e: Expression, map: (segments: readonly string[]) => readonly string[]): Expression {
  switch (e.kind) {
    case 'path':
      return { ...e, segments: map(e.segments) };
    case 'literal':
      return e;
    case 'call':
      return { ...e, args: e.args.map((a) => mapPaths(a, map)) };
    case 'unary':
      return { ...e, operand: mapPaths(e.operand, map) };
    case 'binary':
      return { ...e, left: mapPaths(e.left, map), right: mapPaths(e.right, map) };
    case 'in':
      return { ...e, left: mapPaths(e.left, map), items: e.items.map((i) => mapPaths(i, map)) };
  }
}
