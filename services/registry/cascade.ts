/** What goes, or changes, when an entity is removed [STA table 25]. */
import type { Datastream, Device, EntityId, MultiDatastream, SetName } from '../model/index.ts';
import type { ChangePlan } from './port.ts';

/** A plan that also knows where devices are. */
export interface DevicePlan extends ChangePlan {
  /** Those that are mounted on a Thing. */
  devicesOn(thing: EntityId): Device[];
  deviceFeeding(datastream: EntityId): Device | undefined;
  removeDevice(key: string): void;
}

/** To be called when the entity itself is gone from the plan. */
export function removeRelated(plan: DevicePlan, set: SetName, id: EntityId): void {
  switch (set) {
    case 'Things':
      // before the Datastreams: a device that is gone need not lose its channels one by one
      for (const device of plan.devicesOn(id)) plan.removeDevice(device.key);
      removeStreams(plan, 'Thing', id);
      for (const one of plan.related('historicalLocationsOfThing', id)) plan.remove('HistoricalLocations', one);
      for (const one of plan.related('partsOfThing', id)) {
        const part = plan.get('Things', one);
        if (part !== undefined) plan.put(['Things', { ...part, parent: null }]);
      }
      return;
    case 'Locations':
      for (const one of plan.related('historicalLocationsOfLocation', id)) plan.remove('HistoricalLocations', one);
      for (const one of plan.related('thingsOfLocation', id)) {
        const thing = plan.get('Things', one);
        if (thing === undefined) continue;
        plan.put(['Things', { ...thing, locations: thing.locations.filter((other) => other !== id) }]);
      }
      return;
    case 'Sensors':
      removeStreams(plan, 'Sensor', id);
      return;
    case 'ObservedProperties':
      removeStreams(plan, 'ObservedProperty', id);
      return;
    case 'Datastreams':
      plan.edit({ op: 'drop', ds: id });
      releaseChannel(plan, id);
      for (const one of plan.related('aggregatesOfDatastream', id)) plan.remove('MultiDatastreams', one);
      return;
    case 'MultiDatastreams':
      plan.edit({ op: 'drop', ds: id });
      return;
    case 'FeaturesOfInterest':
      for (const one of plan.related('datastreamsOfFeature', id)) {
        const stream = plan.get('Datastreams', one);
        if (stream !== undefined) plan.put(['Datastreams', withoutFeature(stream, id)]);
      }
      for (const one of plan.related('multiDatastreamsOfFeature', id)) {
        const stream = plan.get('MultiDatastreams', one);
        if (stream !== undefined) plan.put(['MultiDatastreams', withoutFeature(stream, id)]);
      }
      return;
    default:
      return;
  }
}

function removeStreams(plan: DevicePlan, of: 'Thing' | 'Sensor' | 'ObservedProperty', id: EntityId): void {
  // both lists first: after 10,000 removals a look at a list is dear
  const streams = plan.related(`datastreamsOf${of}`, id);
  const multi = plan.related(`multiDatastreamsOf${of}`, id);
  for (const one of streams) plan.remove('Datastreams', one);
  for (const one of multi) plan.remove('MultiDatastreams', one);
}

/** Later readings of this channel become dead letters: nobody said where else they belong. */
function releaseChannel(plan: DevicePlan, datastream: EntityId): void {
  const device = plan.deviceFeeding(datastream);
  if (device === undefined) return;
  const datastreams = Object.fromEntries(Object.entries(device.datastreams).filter(([, id]) => id !== datastream));
  plan.put(['Devices', { ...device, datastreams }]);
}

/** The run before it goes on in its place. */
function withoutFeature<S extends Datastream | MultiDatastream>(stream: S, feature: EntityId): S {
  const features = stream.features.filter((run) => run.feature !== feature);
  if (stream.otherFeatures === undefined) return { ...stream, features };
  return { ...stream, features, otherFeatures: stream.otherFeatures.filter((other) => other !== feature) };
}
