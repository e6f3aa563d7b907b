/** Conformance class "MultiDatastream" [STA 12]: results of several values. */
import { beforeAll, describe, expect, test } from 'vitest';
import { idOf, service } from './service.ts';
import { CELSIUS, hour, link, makeWorld, NO_UNIT, OM, type World } from './world.ts';

const sta = service();
let world: World;
beforeAll(async () => {
  world = await makeWorld(sta);
});

const multi = (more: object = {}) => ({
  name: 'M',
  description: 'd',
  observationType: `${OM}OM_ComplexObservation`,
  multiObservationDataTypes: [`${OM}OM_Measurement`, `${OM}OM_Measurement`],
  unitOfMeasurements: [CELSIUS, CELSIUS],
  Thing: link(world.mast),
  Sensor: link(world.sensor),
  ObservedProperties: [link(world.temperature), link(world.state)],
  ...more,
});

describe('a MultiDatastream', () => {
  test('has the properties of the standard [req multi-datastream/properties]', async () => {
    const { value } = await sta.read('MultiDatastreams');
    expect(value).toHaveLength(1);
    expect(value[0]).toMatchObject({
      '@iot.id': idOf(world.both),
      '@iot.selfLink': `${sta.root}/${world.both}`,
      name: 'Both',
      description: 'both at once',
      observationType: `${OM}OM_ComplexObservation`,
      multiObservationDataTypes: [`${OM}OM_Measurement`, `${OM}OM_CategoryObservation`],
      unitOfMeasurements: [CELSIUS, NO_UNIT],
    });
    expect((await sta.read(`${world.both}/phenomenonTime`)).phenomenonTime).toContain(hour(0));
  });
  test('leads to its Thing, Sensor, ObservedProperties in their order, and Observations, and back [req multi-datastream/relations]', async () => {
    const found = await sta.read(`${world.both}?$expand=Thing,Sensor,ObservedProperties,Observations`);
    expect([found.Thing.name, found.Sensor.name]).toEqual(['Mast', 'Probe']);
    expect(found.ObservedProperties.map((one: { name: string }) => one.name)).toEqual(['Temperature', 'State']);
    expect(found.Observations[0].result).toEqual([1, 'open']);
    const observation = `Observations(${found.Observations[0]['@iot.id']})`;
    expect((await sta.read(`${observation}/MultiDatastream`)).name).toBe('Both');
    for (const from of [world.mast, world.sensor, world.temperature, world.state])
      expect((await sta.read(`${from}/MultiDatastreams`)).value.map((one: { name: string }) => one.name)).toEqual([
        'Both',
      ]);
  });
  test('takes as many units, types and ObservedProperties as one another [req multi-datastream/constraints]', async () => {
    for (const wrong of [
      { unitOfMeasurements: [CELSIUS] },
      { multiObservationDataTypes: [`${OM}OM_Measurement`] },
      { ObservedProperties: [link(world.temperature)] },
    ])
      expect((await sta.send('POST', 'MultiDatastreams', multi(wrong))).status, JSON.stringify(wrong)).toBe(400);
  });
  test('takes results with as many elements [req multi-datastream/constraints]', async () => {
    const made = await sta.create('MultiDatastreams', multi());
    for (const result of [[1], [1, 2, 3], 1, { a: 1 }])
      expect((await sta.send('POST', `${made}/Observations`, { result })).status, JSON.stringify(result)).toBe(400);
    const observation = await sta.create(`${made}/Observations`, { result: [1, 2] });
    expect((await sta.read(observation)).result).toEqual([1, 2]);
  });
});
