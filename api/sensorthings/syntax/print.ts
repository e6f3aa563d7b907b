/** Tree ▸ text that parses to the same tree. Nested nextLinks are made with it. */
import { isoTime } from '../../../services/model/index.ts';
import { printDuration } from './duration.ts';
import { isSegment } from './lexer.ts';
import {
  type Apply,
  BINDING,
  DayTime,
  Duration,
  type Expression,
  Geography,
  IN_BINDING,
  type LiteralValue,
  MINUS_BINDING,
  NOT_BINDING,
  type QueryOptions,
  Time,
} from './tree.ts';

const OPERAND = 9;

export function printExpression(e: Expression): string {
  return print(e, 0);
}

/** `floor`: operators that bind no stronger must stand in parentheses. */
function print(e: Expression, floor: number): string {
  const [text, binding] = write(e);
  return binding <= floor ? `(${text})` : text;
}

function write(e: Expression): [text: string, binding: number] {
  switch (e.kind) {
    case 'literal':
      return [printLiteral(e.value), OPERAND];
    case 'path':
      return [printPath(e.segments), OPERAND];
    case 'call':
      return [`${e.name}(${e.args.map(printExpression).join(',')})`, OPERAND];
    case 'unary':
      // A prefix reads as far right as it can, so it stands in parentheses wherever an operator could follow.
      return e.op === 'not'
        ? [`not ${print(e.operand, NOT_BINDING)}`, 0]
        : [`-(${print(e.operand, 0)})`, MINUS_BINDING];
    case 'in':
      return [`${print(e.left, IN_BINDING - 1)} in (${e.items.map(printExpression).join(',')})`, IN_BINDING];
    case 'binary': {
      const power = BINDING[e.op];
      return [`${print(e.left, power - 1)} ${e.op} ${print(e.right, power)}`, power];
    }
  }
}

function printPath([first, ...keys]: readonly string[]): string {
  return keys.reduce((text, key) => text + (isSegment(key) ? `/${key}` : `[${quoted(key)}]`), first!);
}

function printLiteral(value: LiteralValue): string {
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Time) {
    return value.start === value.end ? isoTime(value.start) : `${isoTime(value.start)}/${isoTime(value.end)}`;
  }
  if (value instanceof Duration) return `duration'${printDuration(value)}'`;
  if (value instanceof DayTime) return isoTime(value.ms).slice(11, 23);
  if (value instanceof Geography) return `geography${quoted(value.wkt)}`;
  return String(value);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Options as name and text, without $top and $skip: those a nextLink gives anew. */
export function printOptions(options: QueryOptions): [name: string, text: string][] {
  const out: [string, string][] = [];
  if (options.filter !== undefined) out.push(['$filter', printExpression(options.filter)]);
  if (options.expand !== undefined) out.push(['$expand', options.expand.map(printExpand).join(',')]);
  if (options.select !== undefined) out.push(['$select', options.select.map((s) => s.name).join(',')]);
  if (options.orderby !== undefined) {
    out.push([
      '$orderby',
      options.orderby.map((k) => `${printExpression(k.by)} ${k.descending ? 'desc' : 'asc'}`).join(','),
    ]);
  }
  if (options.count !== undefined) out.push(['$count', String(options.count)]);
  if (options.apply !== undefined) out.push(['$apply', printApply(options.apply)]);
  if (options.interval !== undefined) out.push(['$interval', printWidth(options.interval)]);
  if (options.resultFormat !== undefined) out.push(['$resultFormat', options.resultFormat]);
  return out;
}

function printApply({ filter, keys, items }: Apply): string {
  const text = items.map((i) => `${i.property}${i.method === null ? '' : ` with ${i.method}`} as ${i.as}`).join(',');
  const before = filter === undefined ? '' : `filter(${printExpression(filter)})/`;
  if (keys.length === 0) return `${before}aggregate(${text})`;
  const groups = keys.map((k) => (k.kind === 'path' ? k.segments.join('/') : `bucket(${k.property},${printWidth(k)})`));
  return `${before}groupby((${groups.join(',')}),aggregate(${text}))`;
}

function printWidth({ width, zone }: { width: Duration; zone: string | null }): string {
  return `duration'${printDuration(width)}'${zone === null ? '' : `,${quoted(zone)}`}`;
}

function printExpand(item: NonNullable<QueryOptions['expand']>[number]): string {
  const inner = printOptions(item.options);
  if (item.options.top !== undefined) inner.push(['$top', String(item.options.top)]);
  if (item.options.skip !== undefined) inner.push(['$skip', String(item.options.skip)]);
  const text = inner.map(([name, value]) => `${name}=${value}`).join(';');
  return text === '' ? item.path.join('/') : `${item.path.join('/')}(${text})`;
}
