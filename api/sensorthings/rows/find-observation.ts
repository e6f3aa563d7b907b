import { observationId, parseObservationId } from '../observation-id.ts';
import { featureAt, Observation, type ObservationRange } from '../schema/index.ts';
import type { RequestContext } from './context.ts';

/** The Observation of an id, if the reader may see it and it lies in the range (null: everywhere). */
export async function findObservation(
  id: bigint,
  within: ObservationRange | null,
  { store, view }: RequestContext,
): Promise<Observation | null> {
  const parsed = parseObservationId(id);
  const visible = view.set('Datastreams');
  // What is hidden is not even asked for: the time to answer must not tell that it exists.
  if (parsed.kind === 'none' || (parsed.kind === 'layout' && !visible.has(parsed.ds))) return null;
  const rows = parsed.kind === 'assigned' ? await store.byAssignedId(parsed.id) : await store.at(parsed.ds, parsed.t);
  if (rows === null) return null;
  for (let i = 0; i < rows.length; i++) {
    const key = { ds: rows.ds[i]!, t: rows.t[i]!, id: rows.id[i]! };
    if (key.id === 0 && rows.n[i] !== 0) continue;
    if (observationId(key) !== id) continue;
    const datastream = visible.get(key.ds);
    if (datastream === undefined) return null;
    if (within !== null && !within.datastreams.includes(key.ds)) return null;
    if (within?.feature != null && featureAt(datastream, key.t) !== within.feature) return null;
    return new Observation(rows, i);
  }
  return null;
}
