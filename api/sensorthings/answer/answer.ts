/** One GET, from its address and options to the body. */
import { CodedError } from '../../../services/model/index.ts';
import { type PlanContext, planQuery, type Query } from '../plan/index.ts';
import { expandNodes, newNode, type RequestContext } from '../rows/index.ts';
import { type Entity, Observation } from '../schema/index.ts';
import {
  parseOptions,
  parseQueryString,
  parseResourcePath,
  printPlace,
  type QueryOptions,
  Time,
} from '../syntax/index.ts';
import { resolveAddress, type Target } from './address.ts';
import { answerAggregates } from './aggregates.ts';
import { BodyWriter } from './body-writer.ts';
import { FORMATS, type Format, formatOf, JSON_TYPE } from './formats.ts';
import { jsonText } from './json-text.ts';
import { landingPage } from './landing.ts';
import type { Links } from './links.ts';
import { openPage, tooLarge } from './page.ts';
import { Printer } from './printer.ts';
import type { Reply } from './reply.ts';
import { TimeText } from './time-text.ts';

const TEXT_TYPE = 'text/plain; charset=utf-8';

/** `path` from the version on, `search` behind the question mark, both as they came. */
export async function answer(
  path: string,
  search: string,
  context: RequestContext,
  links: Links,
  reply: Reply,
): Promise<void> {
  const parameters = parseQueryString(search);
  const options = parseOptions(parameters, context.options);
  // long texts take some milliseconds to read, and again to check
  if (context.pace.due()) await context.pace.breathe();
  const target = await resolveAddress(parseResourcePath(path), context);
  if (context.pace.due()) await context.pace.breathe();
  switch (target.kind) {
    case 'landing':
      await send(reply, JSON_TYPE, JSON.stringify(landingPage(links, context.mqttEndpoints(links.root))));
      return;
    case 'property':
      await answerProperty(target, reply);
      return;
    case 'entity':
      await answerEntity(target, options, context, links, reply);
      return;
    case 'count':
      await answerCount(target, options, context, reply);
      return;
    case 'set': {
      const address = links.root + path.replace(/\/+$/, '');
      const query = planQuery(target.set, options, planContext(context));
      const request = {
        query,
        members: target.members,
        ref: target.ref,
        next: (skip: number, last: Entity | null) => links.next(address, parameters, skip, markOf(query, skip, last)),
      };
      const format = target.ref ? FORMATS.json : formatOf(options.resultFormat);
      reply.header('Content-Type', format.type);
      if (format === FORMATS.csv) reply.header('Content-Disposition', `attachment; filename="${target.set.name}.csv"`);
      const collection = query.aggregate === null ? format.collection : aggregatesAs(format);
      await collection(request, context, links, new BodyWriter(reply));
    }
  }
}

/** Observations in an order of the store are found again by their place. null: only counting finds the next page. */
function markOf({ observations, rowOrders }: Query, skip: number, last: Entity | null): string | null {
  if (observations === null || observations.ids !== null || rowOrders.readings === null) return null;
  return last instanceof Observation ? printPlace({ skip, t: last.t, ds: last.datastream, n: last.tie }) : null;
}

/** Groups are rows of numbers: JSON, or a table. */
function aggregatesAs(format: Format): Format['collection'] {
  if (format === FORMATS.json) return answerAggregates;
  if (format === FORMATS.csv) return format.collection;
  throw new CodedError('query.unsupported', `$resultFormat=${format.name} does not go with $apply and $interval`);
}

function planContext({ options, env }: RequestContext): PlanContext {
  return { options, now: env.now };
}

/** `/$count`: how many there are, as plain text [OData 4.01 part 2, 4.8]. */
async function answerCount(
  { set, members }: Extract<Target, { kind: 'count' }>,
  { filter }: QueryOptions,
  context: RequestContext,
  reply: Reply,
): Promise<void> {
  const counted: QueryOptions = { count: true, top: 0, ...(filter === undefined ? {} : { filter }) };
  const query = planQuery(set, counted, planContext(context));
  const { total } = await openPage({ query, members }, context);
  await send(reply, TEXT_TYPE, String(total));
}

async function answerEntity(
  { set, entity, ref }: Extract<Target, { kind: 'entity' }>,
  options: QueryOptions,
  context: RequestContext,
  links: Links,
  reply: Reply,
): Promise<void> {
  if (options.filter !== undefined) throw new CodedError('query.option', '$filter is for sets, this is one entity');
  const query = planQuery(set, ref ? {} : options, planContext(context));
  if (query.aggregate !== null)
    throw new CodedError('query.option', '$apply and $interval are for sets, this is one entity');
  if (ref) {
    await send(reply, JSON_TYPE, new Printer(query, context, links).printRef(entity));
    return;
  }
  const format = formatOf(options.resultFormat);
  const node = newNode(entity);
  await expandNodes([node], query, context);
  const text = format.one(node, query, context, links);
  const { responseBytes } = context.options;
  if (text.length > responseBytes) throw tooLarge(responseBytes);
  await send(reply, format.type, text);
}

/** No value is 204, `$value` is plain text [STA 9.2.4, 9.2.5]. */
async function answerProperty(
  { name, value, raw }: Extract<Target, { kind: 'property' }>,
  reply: Reply,
): Promise<void> {
  if (value === null) {
    reply.status(204);
    reply.end();
  } else if (raw) await send(reply, TEXT_TYPE, plain(value));
  else await send(reply, JSON_TYPE, `{${JSON.stringify(name)}:${jsonText(value, new TimeText())}}`);
}

function plain(value: unknown): string {
  if (value instanceof Time) return new TimeText().of(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

async function send(reply: Reply, type: string, text: string): Promise<void> {
  reply.header('Content-Type', type);
  await reply.write(text);
  reply.end();
}
