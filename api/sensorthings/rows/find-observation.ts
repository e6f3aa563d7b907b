import { parseObservationId } from '../observation-id.ts';
import { featureOf, Observation, type ObservationRange } from '../schema/index.ts';
import type { RequestContext } from './context.ts';

/** The Observation of an id, if the reader may see it and it lies in the range (null: everywhere). */
export async function findObservation(
  id: bigint,
  within: ObservationRange | null,
  context: RequestContext,
): Promise<Observation | null> {
  const row = await rowOf(id, context);
  const stream = row === null ? undefined : context.env.stream(row.datastream);
  if (row === null || stream === undefined) return null;
  if (within !== null && !within.datastreams.includes(row.datastream)) return null;
  if (within?.feature != null && featureOf(row, stream) !== within.feature) return null;
  return row;
}

async function rowOf(id: bigint, { store, env }: RequestContext): Promise<Observation | null> {
  const parsed = parseObservationId(id);
  if (parsed.kind === 'none') return null;
  if (parsed.kind === 'assigned') return pick(await store.byAssignedId(parsed.id), id);
  const { ds, t } = parsed;
  // What is hidden is not even asked for: the time to answer must not tell that it exists.
  const there = env.stream(ds) === undefined ? null : pick(await store.at(ds, t), id);
  // It may have been moved, also to another stream, and has kept its id.
  return there ?? pick(await store.byClaim(ds, t), id);
}

/** The row that has this id, among those of its place. */
function pick(rows: Awaited<ReturnType<RequestContext['store']['byClaim']>>, id: bigint): Observation | null {
  const digits = String(id);
  for (let i = 0; i < (rows?.length ?? 0); i++) {
    const row = new Observation(rows!, i);
    // A further reading of an instant has an assigned id or the one that it had elsewhere, never the id of its place.
    if (row.idText === digits && (row.tie === 0 || rows!.id[i] !== 0 || row.extra.k !== undefined)) return row;
  }
  return null;
}
