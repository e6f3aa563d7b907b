/** One page of a set, found, expanded and written as it is found, whatever the format [STA 9.3.3]. */
import { CodedError } from '../../../services/model/index.ts';
import type { Query } from '../plan/index.ts';
import {
  aggregateRows,
  countObservations,
  expandNodes,
  newNode,
  observationRows,
  placesToLook,
  type RequestContext,
  type ResultNode,
  type SourceSpan,
  selectEntities,
} from '../rows/index.ts';
import type { Entity, ObservationRange } from '../schema/index.ts';
import type { BodyWriter } from './body-writer.ts';

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
  /** nextLink for so many entities passed over, the last of them `last`. */
  next(skip: number, last: Entity | null): string;
}

/**
 * Entities that are expanded and printed together: one question to the store serves them all. Few enough that what is made
 * of them is dropped while it is young: collecting garbage that has lived on is what blocks the loop longest.
 */
const SLICE = 250;

export interface Page {
  /** All that match; null: not asked. */
  readonly total: number | null;
  readonly chunks: AsyncIterable<readonly Entity[]>;
  /** Of an aggregation what was read for which span; null: Observations as they came, all of which are there. */
  readonly sources: readonly SourceSpan[] | null;
}

export async function openPage(
  { query, members }: Pick<CollectionRequest, 'query' | 'members'>,
  context: RequestContext,
): Promise<Page> {
  if (query.aggregate !== null) {
    // Groups are asked like entities.
    const { rows, sources } = await aggregateRows(query.aggregate, members.range, context);
    const { entities, total } = await selectEntities(query, rows as unknown as Entity[], context);
    return { total, chunks: slices(entities), sources };
  }
  if (query.observations === null) {
    // Only behind a relation is there a list; a whole set need not be looked through for ids.
    const among = Array.isArray(members.entities) ? members.entities : placesToLook(query, context);
    const { entities, total } = await selectEntities(query, among, context);
    return { total, chunks: slices(entities), sources: null };
  }
  const total = query.count ? await countObservations(query, members.range, context) : null;
  const limit = query.top === 0 ? 0 : query.top + 1;
  return { total, chunks: observationRows(query, members.range, query.skip, limit, context), sources: null };
}

async function* slices(entities: readonly Entity[]): AsyncGenerator<readonly Entity[]> {
  yield entities;
}

export interface Written {
  readonly printed: number;
  /** There are more: behind the page, or because it ended early at a limit. */
  readonly more: boolean;
  /** The last one that was printed. */
  readonly last: Entity | null;
  /** The limit at which it ended early; null: it did not. */
  readonly limit: CodedError | null;
}

/** Prints the page's entities. @throws CodedError query.limit where a limit lets not even one through. */
export async function writePage(
  chunks: AsyncIterable<readonly Entity[]>,
  { query, ref }: Pick<CollectionRequest, 'query' | 'ref'>,
  context: RequestContext,
  body: BodyWriter,
  { separator, print }: { readonly separator: string; print(node: ResultNode): string },
): Promise<Written> {
  const { responseBytes } = context.options;
  let printed = 0;
  let more = false;
  let last: Entity | null = null;
  try {
    for await (const chunk of chunks) {
      const page = chunk.slice(0, query.top - printed);
      more = printed + chunk.length > query.top;
      for (let at = 0; at < page.length; ) {
        const slice = page.slice(at, at + SLICE);
        const nodes = ref ? slice.map(newNode) : await expandSlice(slice, query, context);
        for (const node of nodes) {
          if (context.pace.stepDue()) await context.pace.breathe();
          const text = print(node);
          if (body.written + text.length > responseBytes) throw tooLarge(responseBytes);
          const full = body.add(printed === 0 ? text : separator + text);
          printed++;
          last = node.entity;
          if (full) await body.flush();
        }
        at += nodes.length;
      }
      if (more) break;
    }
  } catch (error) {
    // At a limit the page ends early; with nothing to show it is an error.
    if (!(error instanceof CodedError) || error.code !== 'query.limit' || printed === 0) throw error;
    return { printed, more: true, last, limit: error };
  }
  return { printed, more, last, limit: null };
}

export function tooLarge(responseBytes: number): CodedError {
  return new CodedError('query.limit', `The answer is larger than ${responseBytes} bytes; set a smaller $top`);
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
