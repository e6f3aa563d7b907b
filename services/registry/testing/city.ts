/** A small city that has one of everything. */
import type { JournaledRegistry } from '../index.ts';
import { datastream, historicalLocation, location, multiDatastream, property, sensor, thing } from './entities.ts';

/**
 * Thing 1 at Location 1 with its history, Datastreams 1 and 2, MultiDatastream 3, a device and a part; Thing 2 is the part,
 * with Datastream 4 of the same Sensor.
 */
export async function buildCity(registry: JournaledRegistry): Promise<void> {
  await registry.change('test', (plan) => {
    plan.put(['Organisations', { id: 'hub', name: 'Hub', properties: {} }]);
    for (const set of ['Things', 'Things', 'Sensors', 'ObservedProperties', 'ObservedProperties', 'Locations'] as const)
      plan.newId(set);
    plan.put(['Locations', location(1)]);
    const feature = plan.featureOfLocation(1);
    plan.put(['Things', thing(1, { key: 'one', locations: [1] })]);
    plan.put(['Things', thing(2, { parent: 1 })]);
    plan.put(['HistoricalLocations', historicalLocation(plan.newId('HistoricalLocations'), { locations: [1] })]);
    plan.put(['Sensors', sensor(1, { model: 'acme/bay' })]);
    plan.put(['ObservedProperties', property(1)]);
    plan.put(['ObservedProperties', property(2)]);
    const features = [{ from: 0, feature }];
    plan.put(['Datastreams', datastream(plan.newId('Datastreams'), { channel: 'a', features })]);
    plan.put(['Datastreams', datastream(plan.newId('Datastreams'), { channel: 'b', observedProperty: 2 })]);
    const both = { observedProperties: [1, 2], features };
    plan.put(['MultiDatastreams', multiDatastream(plan.newId('MultiDatastreams'), both)]);
    plan.put(['Datastreams', datastream(plan.newId('Datastreams'), { thing: 2, otherFeatures: [feature] })]);
    plan.put([
      'Devices',
      {
        key: 'mqtt:a',
        name: 'a',
        organisation: 'hub',
        model: null,
        thing: 1,
        datastreams: { a: 1, b: 2 },
        properties: {},
      },
    ]);
  });
}
