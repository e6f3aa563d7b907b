/** An imported Thing ▸ Thing, Location, HistoricalLocation. */
import { isDeepStrictEqual } from 'node:util';
import { CodedError, type EntityId } from '../model/index.ts';
import type { CheckedImport } from './import-document.ts';
import { featureRuns } from './plan-feature.ts';
import type { Planner } from './planner.ts';

type ThingImport = CheckedImport['things'][number];

export function planThing(plan: Planner, given: ThingImport, path: string): void {
  if (plan.organisation(given.organisation) === undefined) {
    throw new CodedError('request.body', `${path}.organisation: there is no organisation "${given.organisation}"`);
  }
  const old = plan.thing(given.key);
  const id = old?.id ?? plan.newId('Things');
  const parent = parentOf(plan, given, id, path, old?.parent ?? null);
  const description = given.description ?? old?.description ?? '';
  const locations =
    given.location === undefined ? (old?.locations ?? []) : planLocation(plan, given, id, old?.locations ?? []);
  const thing = {
    id,
    key: given.key,
    name: given.name,
    description,
    properties: given.properties ?? old?.properties ?? {},
    organisation: given.organisation,
    parent,
    locations,
  };
  plan.put(['Things', thing]);
  for (const stream of plan.datastreamsOf(id)) {
    const features = featureRuns(plan, thing, stream);
    if (features !== stream.features) plan.put(['Datastreams', { ...stream, features }]);
  }
}

function parentOf(
  plan: Planner,
  given: ThingImport,
  id: EntityId,
  path: string,
  before: EntityId | null,
): EntityId | null {
  if (given.parent === undefined) return before;
  if (given.parent === null) return null;
  const parent = plan.thing(given.parent);
  if (parent === undefined) {
    throw new CodedError(
      'request.body',
      `${path}.parent: there is no Thing "${given.parent}", here above or in the hub`,
    );
  }
  for (
    let up: typeof parent | undefined = parent;
    up !== undefined;
    up = up.parent === null ? undefined : plan.get('Things', up.parent)
  ) {
    if (up.id === id)
      throw new CodedError('request.body', `${path}.parent: "${given.parent}" is part of "${given.key}" itself`);
  }
  return parent.id;
}

/** A changed place is a new Location and an entry in the Thing's history [STA 10.3.1, historical-location-auto-creation]. */
function planLocation(plan: Planner, given: ThingImport, thing: EntityId, before: readonly EntityId[]): EntityId[] {
  for (const id of before) {
    if (isDeepStrictEqual(plan.get('Locations', id)?.location, given.location)) return [...before];
  }
  const id = plan.newId('Locations');
  plan.put([
    'Locations',
    {
      id,
      name: given.name,
      description: given.description ?? '',
      properties: {},
      encodingType: 'application/geo+json',
      location: given.location,
      organisation: given.organisation,
    },
  ]);
  plan.put(['HistoricalLocations', { id: plan.newId('HistoricalLocations'), time: plan.now, thing, locations: [id] }]);
  return [id];
}
