/** A set as the client gets it: `{"@iot.count", "value": […], "@iot.nextLink"}`, written as it is found [STA 9.3.3]. */
import { CodedError } from '../../../services/model/index.ts';
import type { Query } from '../plan/index.ts';
import {
  countObservations,
  expandNodes,
  newNode,
  observationRows,
  type RequestContext,
  type ResultNode,
  selectEntities,
} from '../rows/index.ts';
import type { Entity, ObservationRange } from '../schema/index.ts';
import type { BodyWriter } from './body-writer.ts';
import type { Links } from './links.ts';
import { printNode, printRef } from './print-entity.ts';

/** Which entities are asked for, before any query. */
export interface Members {
  /** Of a catalogue set: these. */
  readonly entities: Iterable<Entity>;
  /** Of Observations: those of this range; null: all. */
  readonly range: ObservationRange | null;
}

export interface CollectionRequest {
  readonly query: Query;
  readonly members: Members;
  /** Print addresses instead of entities. */
  readonly ref: boolean;
  /** nextLink for so many entities passed over. */
  next(top: number, skip: number): string;
}

/** Entities that are expanded and printed together: one question to the store serves them all. */
const SLICE = 2000;

interface Page {
  readonly total: number | null;
  readonly chunks: AsyncIterable<readonly Entity[]>;
}

export async function answerCollection(
  request: CollectionRequest,
  context: RequestContext,
  links: Links,
  body: BodyWriter,
): Promise<void> {
  const { query } = request;
  const { total, chunks } = await openPage(request, context);
  await body.write(`{${total === null ? '' : `"@iot.count":${total},`}"value":[`);
  let printed = 0;
  let more = false;
  const print = async (node: ResultNode) => {
    if (context.pace.due()) await context.pace.breathe();
    const text = JSON.stringify(
      request.ref ? printRef(query.set, node.entity, links) : printNode(node, query, context.env, links),
    );
    if (body.written + text.length > context.options.responseBytes) {
      throw new CodedError(
        'query.limit',
        `The answer is larger than ${context.options.responseBytes} bytes; set a smaller $top`,
      );
    }
    await body.write(printed === 0 ? text : `,${text}`);
    printed++;
  };
  try {
    for await (const chunk of chunks) {
      const page = chunk.slice(0, query.top - printed);
      more = printed + chunk.length > query.top;
      for (let at = 0; at < page.length; ) {
        const nodes = request.ref
          ? page.slice(at).map(newNode)
          : await expandSlice(page.slice(at, at + SLICE), query, context);
        for (const node of nodes) await print(node);
        at += nodes.length;
      }
      if (more) break;
    }
  } catch (error) {
    // At a limit the page ends early and the nextLink goes on from there; with nothing to show it is an error.
    if (!(error instanceof CodedError) || error.code !== 'query.limit' || printed === 0) throw error;
    more = true;
  }
  const next =
    more && query.top > 0 ? `,"@iot.nextLink":${JSON.stringify(request.next(query.top, query.skip + printed))}` : '';
  await body.write(`]${next}}`);
  body.end();
}

export async function openPage({ query, members }: CollectionRequest, context: RequestContext): Promise<Page> {
  if (query.observations === null) {
    const { entities, total } = await selectEntities(query, members.entities, context);
    return { total, chunks: slices(entities) };
  }
  const total = query.count ? await countObservations(query, members.range, context) : null;
  const limit = query.top === 0 ? 0 : query.top + 1;
  return { total, chunks: observationRows(query, members.range, query.skip, limit, context) };
}

async function* slices(entities: readonly Entity[]): AsyncGenerator<readonly Entity[]> {
  yield entities;
}

/** Expands as many of the entities as the limit allows, at least one. */
async function expandSlice(entities: readonly Entity[], query: Query, context: RequestContext): Promise<ResultNode[]> {
  const before = context.spent;
  const nodes = entities.map(newNode);
  try {
    await expandNodes(nodes, query, context);
    return nodes;
  } catch (error) {
    if (!context.overspent || nodes.length === 1) throw error;
    context.spent = before;
    return expandSlice(entities.slice(0, Math.ceil(entities.length / 8)), query, context);
  }
}
