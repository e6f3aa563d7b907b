/** Relations as they are kept: on one side only. The other side is found by its way back. */
import type { EntitySets, SetName } from '../../../services/model/index.ts';
import { featureAt } from '../schema/index.ts';
import type { Session } from './session.ts';
import type { WritableSet } from './shapes.ts';
import type { StoredRow } from './stored-row.ts';

type Kept = { readonly [N in SetName]?: Readonly<Record<string, (entity: EntitySets[N]) => readonly number[]>> };

const KEPT: Kept = {
  Things: { Locations: (e) => e.locations },
  HistoricalLocations: { Thing: (e) => [e.thing], Locations: (e) => e.locations },
  Datastreams: {
    Thing: (e) => [e.thing],
    Sensor: (e) => [e.sensor],
    ObservedProperty: (e) => [e.observedProperty],
  },
  MultiDatastreams: {
    Thing: (e) => [e.thing],
    Sensor: (e) => [e.sensor],
    ObservedProperties: (e) => e.observedProperties,
  },
};

/** Is the relation kept in entities of this set? */
export function keeps(set: WritableSet, relation: string): boolean {
  return set === 'Observations' || (KEPT[set] !== undefined && Object.hasOwn(KEPT[set], relation));
}

/** Ids that a catalogue entity keeps under a relation; empty where it keeps none. */
export function keptIds<N extends SetName>(set: N, entity: EntitySets[N], relation: string): readonly number[] {
  const of = KEPT[set] as Readonly<Record<string, (entity: EntitySets[N]) => readonly number[]>> | undefined;
  return of !== undefined && Object.hasOwn(of, relation) ? of[relation]!(entity) : [];
}

/** The same for an Observation. */
export function keptIdsOfRow(session: Session, row: StoredRow, relation: string): readonly number[] {
  const stream = session.plan.get('Datastreams', row.ds);
  if (relation === 'Datastream') return stream === undefined ? [] : [row.ds];
  if (relation === 'MultiDatastream') return stream === undefined ? [row.ds] : [];
  const feature = featureOfRow(session, row);
  return feature === null ? [] : [feature];
}

/** The FeatureOfInterest of an Observation: the one it names, else its Datastream's at that time. */
export function featureOfRow({ plan }: Session, row: StoredRow): number | null {
  if (row.x?.f !== undefined) return row.x.f;
  const stream = plan.get('Datastreams', row.ds) ?? plan.get('MultiDatastreams', row.ds);
  return stream === undefined ? null : featureAt(stream, row.t);
}
