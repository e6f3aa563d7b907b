/** Bodies of new entities, small and complete, for tests of writing. */
export const point = (x: number, y: number) => ({ type: 'Point', coordinates: [x, y] });
export const locationBody = (name = 'Rathaus', x = 7.08, y = 51.17) => ({
  name,
  description: `at ${name}`,
  encodingType: 'application/geo+json',
  location: point(x, y),
});
export const thingBody = (name = 'Mast', more: object = {}) => ({ name, description: `the ${name}`, ...more });
export const sensorBody = (name = 'EM300') => ({
  name,
  description: '',
  encodingType: 'text/html',
  metadata: 'https://example.org/em300',
});
export const propertyBody = (name = 'airTemperature') => ({
  name,
  description: '',
  definition: `https://example.org/${name}`,
});
export const featureBody = (name = 'Wupper') => ({
  name,
  description: '',
  encodingType: 'application/geo+json',
  feature: point(7.1, 51.16),
});
const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/';
export const CELSIUS = { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' };
/** Without its Thing. */
export const streamBody = (name = 'Temperature', more: object = {}) => ({
  name,
  description: `${name} of it`,
  observationType: `${OM}OM_Measurement`,
  unitOfMeasurement: CELSIUS,
  Sensor: sensorBody(),
  ObservedProperty: propertyBody(),
  ...more,
});
/** Without its Thing. Two elements. */
export const multiBody = (name = 'Weather', more: object = {}) => ({
  name,
  description: `${name} of it`,
  multiObservationDataTypes: [`${OM}OM_Measurement`, `${OM}OM_Measurement`],
  unitOfMeasurements: [CELSIUS, { name: 'percent', symbol: '%', definition: 'ucum:%' }],
  Sensor: sensorBody(),
  ObservedProperties: [propertyBody(), propertyBody('relativeHumidity')],
  ...more,
});
/** A Thing with a Location and a Datastream: the first ones of an empty hub have the id 1. */
export const mastBody = (more: object = {}) =>
  thingBody('Mast', { Locations: [locationBody()], Datastreams: [streamBody()], ...more });

/** The `@iot.id` that the layout of ids gives the first Observation of an instant. */
export const layoutId = (ds: number, t: number) => String((BigInt(ds) << 42n) | BigInt(t));
