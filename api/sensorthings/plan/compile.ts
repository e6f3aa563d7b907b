/** Syntax tree ▸ checked Program: names exist, types fit, texts that stand for numbers and times are read. */
import { CodedError, type ErrorCode } from '../../../services/model/index.ts';
import type { SetDef, ValueType } from '../schema/index.ts';
import {
  BINDING,
  type Binary,
  type Call,
  DayTime,
  Duration,
  type Expression,
  Geography,
  type Literal,
  printExpression,
  Time,
} from '../syntax/index.ts';
import { type ArithmeticOperator, compute } from './arithmetic.ts';
import { FUNCTIONS, type FunctionDef } from './functions/index.ts';
import { parseWkt } from './geometry/index.ts';
import { nearest } from './nearest.ts';
import type { Node } from './node.ts';
import { PathCompiler } from './path.ts';
import type { Program, Run, Scope } from './program.ts';
import { type Comparison, compare, numberOf, timeOf, type Value } from './value.ts';

/** @throws CodedError query.property, query.type, query.unsupported with the option's name and the column. */
export function compile(option: string, expression: Expression, set: SetDef): Program {
  const compiler = new Compiler(option, set);
  const node = compiler.node(expression);
  const { slots, needsExtent, observationSlot } = compiler.paths;
  return { ...node, slots, needsExtent, observationSlot };
}

/** As `compile`, for what must be true or false. */
export function compileCondition(option: string, expression: Expression, set: SetDef): Program {
  const program = compile(option, expression, set);
  if (program.type !== 'boolean' && program.type !== 'json' && program.type !== 'null') {
    throw new CodedError('query.type', `${option}: a condition expected, '${short(expression)}' is a ${program.type}`);
  }
  return program;
}

function short(expression: Expression): string {
  const text = printExpression(expression);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

class Compiler {
  readonly #option: string;
  readonly paths: PathCompiler;

  constructor(option: string, set: SetDef) {
    this.#option = option;
    this.paths = new PathCompiler(set, (code, at, detail) => this.#error(code, at, detail));
  }

  #error(code: ErrorCode, at: number, detail: string): CodedError {
    return new CodedError(code, `${this.#option}, column ${at}: ${detail}`);
  }

  node(e: Expression): Node {
    switch (e.kind) {
      case 'literal':
        return this.#literal(e);
      case 'path':
        return this.paths.compile(e);
      case 'call':
        return this.#call(e);
      case 'in': {
        // computed once, not once per item: the left side may be such a list itself
        const left = this.node(e.left);
        let value: Value = null;
        const held: Node = left.literal ? left : { ...left, run: () => value };
        const choices = e.items.map((item) => this.#comparison('eq', e.left, item, e.at, held));
        const run: Run = (s) => {
          value = left.run(s);
          return choices.some((c) => c.run(s) === true);
        };
        return { run, type: 'boolean', constant: choices.every((c) => c.constant) };
      }
      case 'unary':
        return e.op === 'not' ? this.#not(e.operand) : this.#negation(e.operand);
      case 'binary':
        return this.#binary(e);
    }
  }

  #literal({ value, at }: Literal): Node {
    if (value instanceof Geography) {
      const geometry = parseWkt(value.wkt);
      if (geometry === null) throw this.#error('query.type', at, "no geometry; write geography'POINT (7.08 51.17)'");
      return constant(geometry, 'geometry');
    }
    if (value === null) return constant(null, 'null');
    if (value instanceof Time) return constant(value, 'time');
    if (value instanceof Duration) return constant(value, 'duration');
    if (value instanceof DayTime) return constant(value, 'dayTime');
    const type = typeof value;
    return constant(value, type === 'bigint' ? 'number' : (type as ValueType));
  }

  #not(operand: Expression): Node {
    const inner = this.#condition(operand);
    return { ...inner, run: (s) => negate(inner.run(s)), type: 'boolean' };
  }

  #negation(operand: Expression): Node {
    const inner = this.#as(operand, 'number');
    const run: Run = (s) => {
      const v = inner.run(s);
      return typeof v === 'number' || typeof v === 'bigint' ? -v : null;
    };
    return { ...inner, run, type: 'number' };
  }

  #binary(e: Binary): Node {
    if (e.op === 'and' || e.op === 'or') {
      const left = this.#condition(e.left);
      const right = this.#condition(e.right);
      const run: Run =
        e.op === 'and'
          ? (s) => left.run(s) === true && right.run(s) === true
          : (s) => left.run(s) === true || right.run(s) === true;
      return { run, type: 'boolean', constant: left.constant && right.constant };
    }
    if (BINDING[e.op] <= BINDING.gt) return this.#comparison(e.op as Comparison, e.left, e.right, e.at);
    return this.#arithmetic(e.op as ArithmeticOperator, e);
  }

  #condition(e: Expression): Node {
    const node = this.node(e);
    if (node.type === 'boolean' || node.type === 'json' || node.type === 'null') return node;
    throw this.#error('query.type', e.at, `a condition expected, '${short(e)}' is a ${node.type}`);
  }

  #comparison(
    op: Comparison,
    leftTree: Expression,
    rightTree: Expression,
    at: number,
    leftNode: Node = this.node(leftTree),
  ): Node {
    let left = leftNode;
    let right = this.node(rightTree);
    left = this.#fit(leftTree, left, right.type);
    right = this.#fit(rightTree, right, left.type);
    if (!comparable(left.type, right.type)) {
      const quotes = left.type === 'string' && right.type === 'number' ? '; texts stand in single quotes' : '';
      const detail = `'${short(leftTree)}' is a ${left.type} and '${short(rightTree)}' is a ${right.type}${quotes}`;
      throw this.#error('query.type', at, detail);
    }
    const run = right.literal
      ? comparison(op, left.run, right.run(NOWHERE))
      : left.literal
        ? comparison(TURNED[op], right.run, left.run(NOWHERE))
        : compared(op, left.run, right.run);
    return { run, type: 'boolean', constant: left.constant && right.constant };
  }

  /** A quoted number or time beside a number or a time. */
  #fit(tree: Expression, node: Node, other: ValueType): Node {
    if (tree.kind !== 'literal' || typeof tree.value !== 'string') return node;
    if (other === 'time') {
      const time = timeOf(tree.value);
      if (time !== null) return constant(time, 'time');
    }
    if (other === 'number' && !Number.isNaN(numberOf(tree.value))) {
      return constant(/^\s*\d+\s*$/.test(tree.value) ? BigInt(tree.value) : numberOf(tree.value), 'number');
    }
    return node;
  }

  #arithmetic(op: ArithmeticOperator, e: Binary): Node {
    const left = this.node(e.left);
    const right = this.node(e.right);
    const type = arithmeticType(op, left.type, right.type);
    if (type === null) throw this.#error('query.type', e.at, `${op} does not go with ${left.type} and ${right.type}`);
    const l = left.run;
    const r = right.run;
    return { run: (s) => compute(op, l(s), r(s)), type, constant: left.constant && right.constant };
  }

  #call(e: Call): Node {
    const def = FUNCTIONS.get(e.name);
    if (def === undefined) {
      if (e.name === 'any' || e.name === 'all')
        throw this.#error('query.unsupported', e.at, `${e.name}() is not supported`);
      throw this.#error(
        'query.property',
        e.at,
        `there is no function ${e.name}${nearest(e.name, [...FUNCTIONS.keys()])}`,
      );
    }
    if (e.args.length < def.required || e.args.length > def.args.length) {
      const wanted = def.required === def.args.length ? def.required : `${def.required} or ${def.args.length}`;
      throw this.#error('query.type', e.at, `${e.name} takes ${wanted} arguments, not ${e.args.length}`);
    }
    const args = e.args.map((arg, i) => this.#as(arg, def.args[i]!));
    const wrong = def.check?.(args.map((a) => (a.literal ? a.run(NOWHERE) : undefined)));
    if (wrong != null) throw this.#error('query.type', e.at, `${e.name}: ${wrong}`);
    return { run: callRun(def, args), type: def.returns, constant: args.every((a) => a.constant) };
  }

  /** An argument of the wanted type; JSON is looked at when it is there. */
  #as(tree: Expression, wanted: ValueType): Node {
    const node = this.#fit(tree, this.node(tree), wanted);
    if (wanted === 'geometry') {
      if (node.type === 'geometry' && node.constant) return node;
      if (node.type === 'geometry' || node.type === 'json')
        return { ...node, run: (s) => s.env.geometryOf(node.run(s)) };
    } else if (node.type === wanted || node.type === 'null') return node;
    else if (node.type === 'json') return { ...node, run: (s) => convert(node.run(s), wanted) };
    throw this.#error('query.type', tree.at, `a ${wanted} expected, '${short(tree)}' is a ${node.type}`);
  }
}

const TURNED = { eq: 'eq', ne: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' } as const;

function compared(op: Comparison, left: Run, right: Run): Run {
  return (s) => compare(op, left(s), right(s));
}

/** Against a literal, which is what most conditions do: texts and numbers don't go through all the types. */
function comparison(op: Comparison, left: Run, value: Value): Run {
  if (op === 'eq' && (typeof value === 'string' || typeof value === 'number')) {
    const type = typeof value;
    return (s) => {
      const v = left(s);
      return typeof v === type ? v === value : compare('eq', v, value);
    };
  }
  return (s) => compare(op, left(s), value);
}

/** Literals look at nothing. */
const NOWHERE = {} as Scope;

function constant(value: Value, type: ValueType): Node {
  return { run: () => value, type, constant: true, literal: true };
}

function negate(v: Value): Value {
  return typeof v === 'boolean' ? !v : null;
}

function convert(v: Value, wanted: ValueType): Value {
  if (wanted === 'time') return timeOf(v);
  if (wanted === 'number') return typeof v === 'number' || typeof v === 'bigint' ? v : null;
  return typeof v === wanted ? v : null;
}

function callRun(def: FunctionDef, args: readonly Node[]): Run {
  return (s) => {
    const values: Value[] = [];
    for (const arg of args) {
      const v = arg.run(s);
      if (v === null) return null;
      values.push(v);
    }
    return def.run(values, s.env.now);
  };
}

function comparable(a: ValueType, b: ValueType): boolean {
  return a === b ? a !== 'geometry' : a === 'null' || b === 'null' || a === 'json' || b === 'json';
}

const DYNAMIC = new Set<ValueType>(['json', 'null']);

function arithmeticType(op: ArithmeticOperator, a: ValueType, b: ValueType): ValueType | null {
  const dynamic = DYNAMIC.has(a) || DYNAMIC.has(b);
  const fits = (x: ValueType, y: ValueType) => (a === x || DYNAMIC.has(a)) && (b === y || DYNAMIC.has(b));
  if (dynamic) {
    const known = DYNAMIC.has(a) ? b : a;
    return DYNAMIC.has(known) || known === 'number' || known === 'time' || known === 'duration' ? 'json' : null;
  }
  if (fits('number', 'number')) return 'number';
  const additive = op === 'add' || op === 'sub';
  if (fits('time', 'duration')) return additive ? 'time' : null;
  if (fits('duration', 'time')) return op === 'add' ? 'time' : null;
  if (fits('time', 'time')) return op === 'sub' ? 'duration' : null;
  if (fits('duration', 'duration')) return additive ? 'duration' : null;
  if (fits('duration', 'number')) return op === 'mul' || op === 'div' ? 'duration' : null;
  return fits('number', 'duration') && op === 'mul' ? 'duration' : null;
}
