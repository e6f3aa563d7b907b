/** FeaturesOfInterest of Datastreams, made from the Location of their Thing. */
import { type Datastream, EARLIEST, type EntityId, type Thing } from '../model/index.ts';
import type { Planner } from './planner.ts';

/** The place that readings are about: made once from the Thing's Location; a moved Thing begins a new run. */
export function featureRuns(
  plan: Planner,
  thing: Thing,
  old: Datastream | undefined,
  now: number,
): Datastream['features'] {
  const runs = old?.features ?? [];
  const location = thing.locations[0] === undefined ? undefined : plan.get('Locations', thing.locations[0]);
  if (location === undefined) return runs;
  const feature = featureOf(plan, thing, location.id);
  const last = runs.at(-1);
  if (last?.feature === feature) return runs;
  return [...runs, { from: last === undefined ? EARLIEST : now, feature }];
}

function featureOf(plan: Planner, thing: Thing, location: EntityId): EntityId {
  const known = plan.featureOfLocation(location);
  if (known !== undefined) return known;
  const id = plan.newId('FeaturesOfInterest');
  plan.put([
    'FeaturesOfInterest',
    {
      id,
      name: thing.name,
      description: thing.description,
      properties: { location },
      encodingType: 'application/geo+json',
      feature: plan.get('Locations', location)?.location,
    },
  ]);
  return id;
}
