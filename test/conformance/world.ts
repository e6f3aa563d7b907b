/**
 * The world of the conformance tests: a mast with a thermometer (Observations 1 to 12 °C, hourly from midnight of the 1st of
 * January 2026), a door whose results are texts, and both values at once in a MultiDatastream; and a second Thing far away.
 */
import type { Service } from './service.ts';

/** Addresses, `Things(1)`. */
export interface World {
  readonly mast: string;
  readonly door: string;
  readonly place: string;
  readonly temperatures: string;
  readonly states: string;
  readonly both: string;
  readonly sensor: string;
  readonly temperature: string;
  readonly state: string;
}

export const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/';
export const CELSIUS = { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' };
export const NO_UNIT = { name: null, symbol: null, definition: null };

export const point = (x: number, y: number) => ({ type: 'Point', coordinates: [x, y] });

export const location = (name: string, x: number, y: number) => ({
  name,
  description: `about ${name}`,
  encodingType: 'application/geo+json',
  location: point(x, y),
});

export const sensor = (name: string) => ({
  name,
  description: `about ${name}`,
  encodingType: 'application/pdf',
  metadata: `https://example.org/${name}.pdf`,
});

export const observedProperty = (name: string) => ({
  name,
  description: `about ${name}`,
  definition: `https://example.org/${name}`,
});

export const datastream = (name: string, more: object = {}) => ({
  name,
  description: `about ${name}`,
  observationType: `${OM}OM_Measurement`,
  unitOfMeasurement: CELSIUS,
  ...more,
});

/** `{"@iot.id": 17}` of `Things(17)`: a link to what is there. */
export const link = (address: string) => ({ '@iot.id': Number(/\((\d+)\)$/.exec(address)?.[1]) });

/** `2026-01-01T<hour>:00:00.000Z` */
export const hour = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();

export async function makeWorld(sta: Service): Promise<World> {
  const mast = await sta.create('Things', {
    name: 'Mast',
    description: 'a mast',
    properties: { height: 4, owner: 'city' },
    Locations: [location('Market', 7, 51)],
  });
  const door = await sta.create('Things', {
    name: 'Door',
    description: 'a door',
    properties: { height: 2 },
    Locations: [location('Harbour', 9, 54)],
  });
  const probe = await sta.create('Sensors', sensor('Probe'));
  const temperature = await sta.create('ObservedProperties', observedProperty('Temperature'));
  const state = await sta.create('ObservedProperties', observedProperty('State'));
  const temperatures = await sta.create(
    `${mast}/Datastreams`,
    datastream('Temperatures', {
      Sensor: link(probe),
      ObservedProperty: link(temperature),
      properties: { kind: 'air' },
    }),
  );
  const states = await sta.create('Datastreams', {
    ...datastream('States', { observationType: `${OM}OM_CategoryObservation`, unitOfMeasurement: NO_UNIT }),
    Thing: link(door),
    Sensor: link(probe),
    ObservedProperty: link(state),
  });
  const both = await sta.create('MultiDatastreams', {
    name: 'Both',
    description: 'both at once',
    observationType: `${OM}OM_ComplexObservation`,
    multiObservationDataTypes: [`${OM}OM_Measurement`, `${OM}OM_CategoryObservation`],
    unitOfMeasurements: [CELSIUS, NO_UNIT],
    Thing: link(mast),
    Sensor: link(probe),
    ObservedProperties: [link(temperature), link(state)],
  });
  for (let i = 1; i <= 12; i++)
    await sta.create(`${temperatures}/Observations`, {
      phenomenonTime: hour(i - 1),
      result: i,
      resultTime: hour(i - 1),
    });
  for (const [i, result] of ['open', 'shut', 'open'].entries())
    await sta.create('Observations', { phenomenonTime: hour(i), result, Datastream: link(states) });
  await sta.create(`${both}/Observations`, { phenomenonTime: hour(0), result: [1, 'open'] });
  const { value } = await sta.read(`${mast}/Locations`);
  return {
    mast,
    door,
    place: `Locations(${value[0]['@iot.id']})`,
    temperatures,
    states,
    both,
    sensor: probe,
    temperature,
    state,
  };
}
