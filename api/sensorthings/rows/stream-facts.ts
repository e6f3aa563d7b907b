/** What holds of all streams that a reader sees: asked by every query over all Observations, found once for each change. */
import type { EntityId } from '../../../services/model/index.ts';
import type { Stream } from '../schema/index.ts';
import type { StreamFacts } from './caches.ts';
import type { RequestContext } from './context.ts';

export async function streamFacts({ view, caches, pace }: RequestContext): Promise<StreamFacts> {
  const known = caches.streams.get(view);
  const { revision } = view;
  if (known?.revision === revision) return known;
  const ids: EntityId[] = [];
  let readings = true;
  let numeric = true;
  for (const set of [view.set('Datastreams'), view.set('MultiDatastreams')]) {
    for (const stream of set.values()) {
      if (pace.stepDue()) await pace.breathe();
      ids.push(stream.id);
      readings &&= stream.ownTimes !== true;
      numeric &&= isNumeric(stream);
    }
  }
  const facts = { revision, all: view.complete, ids: ids.sort((a, b) => a - b), readings, numeric };
  // a change in between: right for what was seen, but not to be kept
  if (view.revision === revision) caches.streams.set(view, facts);
  return facts;
}

export function isNumeric(stream: Stream | undefined): boolean {
  return stream !== undefined && /OM_(Measurement|CountObservation)$/.test(stream.observationType);
}
