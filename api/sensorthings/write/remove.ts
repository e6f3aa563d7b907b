/** DELETE of one entity, with what the standard deletes with it [STA 10.4, table 25]. */
import { EARLIEST, type EntityId, LATEST, type SetName } from '../../../services/model/index.ts';
import type { Stream } from '../schema/index.ts';
import { noteRemoval } from './change-observation.ts';
import { refuseComputed } from './computed-by-hub.ts';
import { placeOf } from './places.ts';
import { featureOfRow } from './relations.ts';
import type { Session } from './session.ts';
import { idOf, type StoredRow, storedRows } from './stored-row.ts';
import type { Place } from './target.ts';

/** @throws CodedError request.tooLarge where it takes too many Observations along. */
export async function removeEntity(session: Session, place: Place): Promise<void> {
  if (place.set === 'Observations') {
    const { ds } = place.row;
    refuseComputed(session.plan.get('MultiDatastreams', ds));
    removeRow(session, place.row);
    return;
  }
  if (place.set === 'FeaturesOfInterest') await removeFeature(session, place.id);
  else removeFromCatalogue(session, place.set, place.id);
}

function removeRow(session: Session, row: StoredRow): void {
  session.spend();
  session.rows.remove(row);
  if (row.rec !== null) noteRemoval(session, row.ds);
}

function removeFromCatalogue(session: Session, set: SetName, id: EntityId): void {
  session.spend();
  session.plan.remove(set, id);
}

/** Its Observations go with it; their Datastreams look at their Thing's place again. */
async function removeFeature(session: Session, feature: EntityId): Promise<void> {
  const { plan, rows, parts } = session;
  const streams = [
    ...plan.related('datastreamsOfFeature', feature).map((id) => plan.get('Datastreams', id)!),
    ...plan.related('multiDatastreamsOfFeature', feature).map((id) => plan.get('MultiDatastreams', id)!),
  ];
  for (const { id } of streams) {
    const stream = (plan.get('Datastreams', id) ?? plan.get('MultiDatastreams', id))!;
    for (const row of [...rows.planned()]) {
      if (row.ds === id && featureOfRow(session, row) === feature) removeRow(session, row);
    }
    const { from, to } = spanOf(stream, feature);
    const query = { datastreams: [id], from, to, order: 'id', offset: 0, limit: Infinity } as const;
    for await (const chunk of parts.source.scan(query)) {
      for (const row of storedRows(chunk)) {
        await session.breathe();
        if (rows.find(idOf(row)) === undefined && featureOfRow(session, row) === feature) removeRow(session, row);
      }
    }
  }
  removeFromCatalogue(session, 'FeaturesOfInterest', feature);
  for (const { id, features } of streams)
    if (features.at(-1)?.feature === feature) lookAgain(session, id, features.at(-1)!.from);
}

/** Where rows with this FeatureOfInterest can stand: anywhere if single ones name it, else in its runs. */
function spanOf({ features, otherFeatures }: Stream, feature: EntityId): { from: number; to: number } {
  const runs = features.flatMap((run, i) => (run.feature === feature ? [i] : []));
  const first = runs[0];
  if (otherFeatures?.includes(feature) === true || first === undefined) return { from: EARLIEST, to: LATEST };
  return { from: first === 0 ? EARLIEST : features[first]!.from, to: features[runs.at(-1)! + 1]?.from ?? LATEST };
}

/** What is observed from now on must not count as observed at the place before. */
function lookAgain(session: Session, id: number, from: number): void {
  const { plan } = session;
  const stream = plan.get('Datastreams', id) ?? plan.get('MultiDatastreams', id);
  if (stream === undefined || stream.features.length === 0) return;
  const location = placeOf(session, plan.get('Things', stream.thing)!);
  if (location === null) return;
  session.putStream({ ...stream, features: [...stream.features, { from, feature: plan.featureOfLocation(location) }] });
}
