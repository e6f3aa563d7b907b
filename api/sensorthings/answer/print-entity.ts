/** Entities ▸ what JSON.stringify prints [STA 8.1, 9.3.2]. */
import { isoTime } from '../../../services/model/index.ts';
import type { Env, Query } from '../plan/index.ts';
import type { ResultNode, ResultSet } from '../rows/index.ts';
import type { Entity, SetDef } from '../schema/index.ts';
import { Time } from '../syntax/index.ts';
import type { Links } from './links.ts';

type Json = Record<string, unknown>;

export function printNode(node: ResultNode, query: Query, env: Env, links: Links): Json {
  const { set, select } = query;
  const { entity } = node;
  const self = links.self(set, entity.id);
  const out: Json = {};
  if (select === null || select.has('@iot.selfLink')) out['@iot.selfLink'] = self;
  for (const [name, property] of set.properties) {
    if (select !== null && !select.has(name)) continue;
    const value = property.get(entity, env) ?? null;
    if (value !== null || property.printsNull || select !== null) out[name] = printValue(value);
  }
  const expanded = new Set(query.expand.map((e) => e.name));
  for (const name of set.relations.keys()) {
    if (expanded.has(name) || (select !== null && !select.has(name))) continue;
    out[`${name}@iot.navigationLink`] = `${self}/${name}`;
  }
  for (const expand of query.expand) {
    const child = node.expanded.get(expand.name);
    if (child === null || child === undefined) continue;
    if ('entity' in child) out[expand.name] = printNode(child, expand.query, env, links);
    else printSet(out, expand.name, child, expand.query, { self, env, links });
  }
  return out;
}

function printSet(
  out: Json,
  name: string,
  { nodes, total, more }: ResultSet,
  query: Query,
  { self, env, links }: { self: string; env: Env; links: Links },
): void {
  if (total !== null) out[`${name}@iot.count`] = total;
  out[name] = nodes.map((node) => printNode(node, query, env, links));
  if (more) {
    out[`${name}@iot.nextLink`] = links.nextOf(`${self}/${name}`, query.source, query.top, query.skip + nodes.length);
  }
}

export function printRef(set: SetDef, entity: Entity, links: Links): Json {
  return { '@iot.selfLink': links.self(set, entity.id) };
}

/** Times as ISO 8601, ids beyond 2^53 exactly. */
export function printValue(value: unknown): unknown {
  if (value instanceof Time) return printTime(value);
  return typeof value === 'bigint' ? rawJson(String(value)) : value;
}

export function printTime({ start, end }: Time): string {
  return start === end ? isoTime(start) : `${isoTime(start)}/${isoTime(end)}`;
}

// TypeScript's library does not know it yet.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
function rawJson(text: string): unknown {
  return rawJSON(text);
}
