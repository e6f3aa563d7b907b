/** Which columns a query has in CSV, and what stands in their cells. */
import { CodedError } from '../../../services/model/index.ts';
import type { Query } from '../plan/index.ts';
import type { RequestContext, ResultNode } from '../rows/index.ts';
import type { AggregateRow, Entity } from '../schema/index.ts';
import { Time } from '../syntax/index.ts';
import type { Links } from './links.ts';
import { TimeText } from './time-text.ts';

export interface Column {
  readonly name: string;
  cell(node: ResultNode): string;
}

/** Of a unit all parts are known by name: each has its column. */
const PARTS: Readonly<Record<string, readonly string[]>> = { unitOfMeasurement: ['name', 'symbol', 'definition'] };

/** @throws CodedError query.option for an expanded set without $top=1: a line has one place for it. */
export function columnsOf(query: Query, context: RequestContext, links: Links, times = new TimeText()): Column[] {
  const { set, select, expand } = query;
  const { env } = context;
  const columns: Column[] = [];
  if (select?.has('@iot.selfLink'))
    columns.push({ name: 'selfLink', cell: ({ entity }) => cellText(links.self(set, entity.id)) });
  if (query.aggregate?.perDatastream && (select === null || select.has('Datastream'))) {
    const id = (entity: Entity) => String((entity as unknown as AggregateRow).datastream);
    columns.push({ name: 'Datastream/id', cell: ({ entity }) => id(entity) });
  }
  for (const [name, property] of set.properties) {
    if (select !== null && !select.has(name)) continue;
    const value = (entity: Entity) => property.get(entity, env) ?? null;
    const parts = PARTS[name];
    if (parts === undefined) {
      // FROST's header says id, and so do the tools that read its files
      const title = name === '@iot.id' ? 'id' : name;
      columns.push({ name: title, cell: ({ entity }) => cellOf(value(entity), times) });
    } else {
      for (const part of parts) {
        const cell = ({ entity }: ResultNode) =>
          cellOf((value(entity) as Record<string, unknown> | null)?.[part], times);
        columns.push({ name: `${name}/${part}`, cell });
      }
    }
  }
  for (const [slot, { name, relation, query: inner }] of expand.entries()) {
    if (relation.many && inner.top > 1) {
      const detail = `$resultFormat=CSV has one line per entity; expand ${name} with $top=1, or ask for ${name} and expand the other way`;
      throw new CodedError('query.option', detail);
    }
    for (const column of columnsOf(inner, context, links, times)) {
      const cell = (node: ResultNode) => {
        const child = node.expanded[slot] ?? null;
        const one = child !== null && 'nodes' in child ? (child.nodes[0] ?? null) : child;
        return one === null ? '' : column.cell(one);
      };
      columns.push({ name: `${name}/${column.name}`, cell });
    }
  }
  return columns;
}

function cellOf(value: unknown, times: TimeText): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Time) return times.of(value);
  return cellText(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/** In quotes where it must be [RFC 4180 §2]. The text itself is never changed, also where a spreadsheet takes it for a formula. */
export function cellText(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
