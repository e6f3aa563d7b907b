/**
 * DELETE of everything that a filter finds: `DELETE Datastreams(1)/Observations?$filter=phenomenonTime lt 2026-01-01`. What
 * is found first is what goes, in several records of the journal, so that the others' changes have room between.
 */
import { CodedError, type Edit } from '../../../services/model/index.ts';
import type { ChangePlan, Registry } from '../../../services/registry/index.ts';
import { resolveAddress } from '../answer/index.ts';
import { planQuery } from '../plan/index.ts';
import { observationRows, type RequestContext, selectEntities } from '../rows/index.ts';
import type { Observation, ObservationRange, Stream } from '../schema/index.ts';
import { SETS } from '../schema/index.ts';
import { parseOptions, parseQueryString, parseResourcePath, type QueryOptions } from '../syntax/index.ts';
import { refuseComputed, sourceOf } from './computed-by-hub.ts';
import { WrongMethod } from './wrong-method.ts';

/** Observations that one record takes away. */
const ROWS_A_CHANGE = 1000;

export interface Removal {
  readonly registry: Pick<Registry, 'change'>;
  readonly context: RequestContext;
  readonly by: string;
}

/** Catalogue entities that were found, or null: they were Observations, and are gone. */
export interface Found {
  readonly set: string;
  readonly ids: readonly number[] | null;
  readonly deleted: number;
}

/** Finds what the path and its $filter name; Observations are removed at once. @throws CodedError; then nothing is gone. */
export async function findOrRemove(path: string, search: string, removal: Removal): Promise<Found> {
  const { context } = removal;
  const filter = filterOf(parseOptions(parseQueryString(search), context.options));
  const target = await resolveAddress(parseResourcePath(path), context);
  if (target.kind !== 'set' || target.ref) throw new WrongMethod('DELETE with a $filter goes to a set', 'GET, HEAD');
  const limit = context.options.deleteEntities;
  const planned = planQuery(target.set, { filter }, { options: context.options, now: context.env.now });
  const query = { ...planned, top: limit, skip: 0 };
  if (target.set.name === 'Observations') {
    return { set: 'Observations', ids: null, deleted: await removeObservations(query, target.members.range, removal) };
  }
  const { entities } = await selectEntities(query, target.members.entities, context);
  if (entities.length > limit) throw tooMany(limit);
  return { set: target.set.name, ids: entities.map(({ id }) => Number(id)), deleted: entities.length };
}

/** All Observations of a range: what goes with a FeatureOfInterest. Returns how many. */
export async function removeRange(range: ObservationRange, removal: Removal): Promise<number> {
  const { options, env } = removal.context;
  const query = { ...planQuery(SETS.Observations, {}, { options, now: env.now }), top: options.deleteEntities };
  return await removeObservations(query, range, removal);
}

async function removeObservations(
  query: ReturnType<typeof planQuery>,
  range: ObservationRange | null,
  { registry, context, by }: Removal,
): Promise<number> {
  const edits: Extract<Edit, { op: 'remove' }>[] = [];
  const limit = query.top;
  let computed: Stream | undefined;
  for await (const rows of observationRows(query, range, 0, limit + 1, context)) {
    for (const row of rows as readonly Observation[]) {
      if (context.pace.due()) await context.pace.breathe();
      const stream = context.env.stream(row.datastream);
      if (sourceOf(stream) !== null) {
        // they go when what they are computed of goes
        computed = stream;
        continue;
      }
      edits.push({ op: 'remove', ds: row.datastream, t: row.t, rec: row.record, n: row.tie });
    }
    if (edits.length > limit) throw tooMany(limit);
  }
  if (edits.length === 0) refuseComputed(computed);
  for (let start = 0; start < edits.length; start += ROWS_A_CHANGE) {
    await registry.change(by, (plan) => removeRows(plan, edits.slice(start, start + ROWS_A_CHANGE)));
  }
  return edits.length;
}

function removeRows(plan: ChangePlan, edits: readonly Extract<Edit, { op: 'remove' }>[]): void {
  const lives = new Map<number, boolean>();
  for (const edit of edits) {
    let alive = lives.get(edit.ds);
    if (alive === undefined) {
      alive = noteRemovals(plan, edit.ds);
      lives.set(edit.ds, alive);
    }
    if (alive) plan.edit(edit);
  }
}

/** false: the Datastream was deleted meanwhile, and its Observations with it. */
function noteRemovals(plan: ChangePlan, ds: number): boolean {
  const one = plan.get('Datastreams', ds);
  const many = plan.get('MultiDatastreams', ds);
  if (one !== undefined && one.hadRemovals !== true) plan.put(['Datastreams', { ...one, hadRemovals: true }]);
  if (many !== undefined && many.hadRemovals !== true) plan.put(['MultiDatastreams', { ...many, hadRemovals: true }]);
  return one !== undefined || many !== undefined;
}

function filterOf(options: QueryOptions): NonNullable<QueryOptions['filter']> {
  const other = Object.keys(options).find((name) => name !== 'filter');
  if (other !== undefined) throw new CodedError('query.option', `DELETE takes $filter, not $${other}`);
  if (options.filter !== undefined) return options.filter;
  throw new CodedError('query.option', 'DELETE of a set needs a $filter that says which ones; $filter=true means all');
}

function tooMany(limit: number): CodedError {
  const detail = `more than ${limit} entities would go (sensorthings.deleteEntities); delete them in parts with a narrower $filter. Nothing was deleted`;
  return new CodedError('query.limit', detail);
}
