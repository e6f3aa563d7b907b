/** FeaturesOfInterest of Datastreams, made from the Location of their Thing. */
import { type Datastream, EARLIEST, type Thing } from '../model/index.ts';
import type { Planner } from './planner.ts';

/** The place that readings are about: made once from the Thing's Location; a moved Thing begins a new run. */
export function featureRuns(plan: Planner, thing: Thing, old: Datastream | undefined): Datastream['features'] {
  const runs = old?.features ?? [];
  const [location] = thing.locations;
  if (location === undefined || plan.get('Locations', location) === undefined) return runs;
  const feature = plan.featureOfLocation(location);
  const last = runs.at(-1);
  if (last?.feature === feature) return runs;
  return [...runs, { from: last === undefined ? EARLIEST : plan.now, feature }];
}
