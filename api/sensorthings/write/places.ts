/** Where Things are: their Locations, the history of them, and what their Datastreams look at from there. */
import { EARLIEST, type EntityId, type Thing } from '../../../services/model/index.ts';
import type { Stream } from '../schema/index.ts';
import { isGeoJsonType } from './geojson.ts';
import type { Session } from './session.ts';

/**
 * The Thing with new Locations, which replace the ones before [STA 8.2.2]. With `history` this makes a HistoricalLocation
 * [STA 10.2.2, historical-location-auto-creation]. The same Locations again are no move.
 */
export function moveThing(session: Session, thing: Thing, locations: readonly EntityId[], history = true): Thing {
  const before = session.plan.get('Things', thing.id)?.locations ?? [];
  const moved = { ...thing, locations };
  session.plan.put(['Things', moved]);
  if (locations.length === 0 || sameMembers(before, locations)) return moved;
  if (history) {
    const id = session.newId('HistoricalLocations');
    session.plan.put(['HistoricalLocations', { id, time: session.plan.now, thing: thing.id, locations }]);
  }
  for (const stream of streamsOf(session, thing.id)) followThing(session, stream, moved);
  return moved;
}

/** A Datastream that has begun to observe looks at another FeatureOfInterest from now on, where its Thing has moved. */
export function followThing(session: Session, stream: Stream, thing: Thing): void {
  const last = stream.features.at(-1);
  const location = placeOf(session, thing);
  if (last === undefined || location === null) return;
  const feature = session.plan.featureOfLocation(location);
  if (feature === last.feature) return;
  const from = session.plan.now;
  const earlier = stream.features.filter((run) => run.from < from);
  session.putStream({ ...stream, features: [...earlier, { from: earlier.length === 0 ? EARLIEST : from, feature }] });
}

/** The Location that a FeatureOfInterest is made of: the first one in GeoJSON, else the first. null: the Thing has none. */
export function placeOf({ plan }: Session, thing: Thing): EntityId | null {
  const geo = thing.locations.find((id) => isGeoJsonType(plan.get('Locations', id)?.encodingType));
  return geo ?? thing.locations[0] ?? null;
}

/** A Location whose place was corrected: Datastreams of the Things there look at the place as it is now. */
export function followLocation(session: Session, location: EntityId): void {
  for (const id of [...session.plan.related('thingsOfLocation', location)]) {
    const thing = session.plan.get('Things', id)!;
    if (placeOf(session, thing) !== location) continue;
    for (const stream of streamsOf(session, id)) followThing(session, stream, thing);
  }
}

function* streamsOf({ plan }: Session, thing: EntityId): Generator<Stream> {
  for (const id of [...plan.related('datastreamsOfThing', thing)]) yield plan.get('Datastreams', id)!;
  for (const id of [...plan.related('multiDatastreamsOfThing', thing)]) yield plan.get('MultiDatastreams', id)!;
}

export function sameMembers(a: readonly EntityId[], b: readonly EntityId[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}
