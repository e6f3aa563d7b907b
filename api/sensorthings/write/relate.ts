/** A link from one entity to another, in an entity that is there: `Datastreams(5)` gets `Thing` 1 [STA 10.2.1.1, 10.3.1]. */
import type { EntitySets, SetName } from '../../../services/model/index.ts';
import { changeRow } from './change-observation.ts';
import { wrong } from './complaint.ts';
import { findPlanned } from './find-planned.ts';
import type { FreeInstants } from './free-instants.ts';
import type { Maker } from './maker.ts';
import { followThing, moveThing } from './places.ts';
import { keptIdsOfRow } from './relations.ts';
import type { Session } from './session.ts';
import type { WritableSet } from './shapes.ts';

/** @throws CodedError request.body where the entity isn't there. */
export async function relate(
  maker: Maker,
  free: FreeInstants,
  set: WritableSet,
  id: bigint,
  relation: string,
  to: number,
  path: string,
): Promise<void> {
  const { session } = maker;
  session.mayLink();
  if (set === 'Observations') {
    const row = await findPlanned(session, id);
    if (row === null) throw wrong(path, `there is no Observation with the id ${id}`);
    if (keptIdsOfRow(session, row, relation).includes(to)) return;
    const feature = relation === 'FeatureOfInterest' ? to : null;
    const stream = feature === null ? to : row.ds;
    await changeRow(session, free, row, { values: {}, feature, stream, replace: false, byHand: true, path });
    return;
  }
  session.linked(set, id, path);
  session.spend();
  relateOne(session, set, Number(id), relation, to, path);
}

/** Links of catalogue entities that lead to one, or to one more of many. */
export function relateOne(
  session: Session,
  set: SetName,
  id: number,
  relation: string,
  to: number,
  path: string,
): void {
  const { plan } = session;
  const entity = <N extends SetName>(name: N): EntitySets[N] => plan.get(name, id)!;
  switch (`${set}.${relation}`) {
    case 'Things.Locations':
      moveThing(session, entity('Things'), [to]);
      return;
    case 'HistoricalLocations.Thing':
      plan.put(['HistoricalLocations', { ...entity('HistoricalLocations'), thing: to }]);
      return;
    case 'HistoricalLocations.Locations': {
      const history = entity('HistoricalLocations');
      if (history.locations.includes(to)) return;
      plan.put(['HistoricalLocations', { ...history, locations: [...history.locations, to] }]);
      return;
    }
    case 'Datastreams.Thing':
    case 'MultiDatastreams.Thing': {
      const stream = entity(set as 'Datastreams' | 'MultiDatastreams');
      if (stream.thing === to) return;
      session.putStream({ ...stream, thing: to });
      followThing(session, entity(set as 'Datastreams' | 'MultiDatastreams'), plan.get('Things', to)!);
      return;
    }
    case 'Datastreams.Sensor':
    case 'MultiDatastreams.Sensor':
      session.putStream({ ...entity(set as 'Datastreams' | 'MultiDatastreams'), sensor: to });
      return;
    case 'Datastreams.ObservedProperty':
      plan.put(['Datastreams', { ...entity('Datastreams'), observedProperty: to }]);
      return;
    default:
      throw wrong(
        path,
        `${relation} of a MultiDatastream go with the elements of its results; PATCH the MultiDatastream with all of them`,
      );
  }
}
