/** Conformance class "Sensing entities" [STA 8]: control information, properties and relations of the eight entities. */
import { beforeAll, describe, expect, test } from 'vitest';
import { service } from './service.ts';
import { makeWorld, type World } from './world.ts';

const sta = service();
let world: World;
beforeAll(async () => {
  world = await makeWorld(sta);
});

type Kind = 'string' | 'object' | 'uri' | 'instant' | 'interval' | 'json' | 'unit';

const INSTANT = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z';
const KINDS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string' && value !== '',
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  uri: (value) => typeof value === 'string' && URL.canParse(value),
  instant: (value) => new RegExp(`^${INSTANT}$`).test(String(value)),
  interval: (value) => new RegExp(`^${INSTANT}(/${INSTANT})?$`).test(String(value)),
  json: (value) => value !== undefined && value !== null,
  unit: (value) => KINDS.object(value) && ['name', 'symbol', 'definition'].every((name) => name in (value as object)),
};

/** The first entity of a set has these properties, and nothing beside them but control information and relations. */
function properties(title: string, set: string, wanted: Readonly<Record<string, Kind>>, also: readonly string[] = []) {
  test(title, async () => {
    const { value } = await sta.read(`${set}?$orderby=id&$top=1`);
    const entity = value[0];
    for (const [name, kind] of Object.entries(wanted)) {
      expect(KINDS[kind](entity[name]), `${name}: ${JSON.stringify(entity[name])}`).toBe(true);
      const { [name]: alone } = await sta.read(`${set}(${entity['@iot.id']})/${name}`);
      expect(alone, name).toEqual(entity[name]);
    }
    const others = Object.keys(entity).filter((name) => !name.includes('@iot.') && !(name in wanted));
    expect(also).toEqual(expect.arrayContaining(others));
  });
}

/** Relation ▸ the set it leads to: a relation of that very name leads to several entities, any other to one. */
function relations(title: string, set: string, wanted: Readonly<Record<string, string>>) {
  test(title, async () => {
    const names = Object.keys(wanted);
    const { value } = await sta.read(`${set}?$orderby=id&$top=1&$expand=${names.join(',')}`);
    const self = value[0]['@iot.selfLink'];
    const plain = await sta.read(`${set}(${value[0]['@iot.id']})`);
    for (const [name, target] of Object.entries(wanted)) {
      expect(plain[`${name}@iot.navigationLink`]).toBe(`${self}/${name}`);
      const found = await sta.read(`${set}(${value[0]['@iot.id']})/${name}`);
      const isSet = name === target;
      const linked = isSet ? found.value : [found];
      const expanded = isSet ? value[0][name] : [value[0][name]];
      expect(linked.length, name).toBeGreaterThan(0);
      for (const one of linked) expect(one['@iot.selfLink']).toBe(`${sta.root}/${target}(${one['@iot.id']})`);
      const ids = (list: { '@iot.id': number }[]) => list.map((one) => one['@iot.id']);
      expect(ids(expanded), name).toEqual(ids(linked));
    }
  });
}

describe('control information', () => {
  test('every entity carries its id, its address and its links [req datamodel/entity-control-information/common-control-information]', async () => {
    const { value: sets } = await sta.read('');
    expect(sets).toHaveLength(9);
    for (const { name } of sets as { name: string }[]) {
      const { value } = await sta.read(`${name}?$top=3`);
      expect(value.length, name).toBeGreaterThan(0);
      for (const entity of value) {
        expect(Number.isInteger(entity['@iot.id']), name).toBe(true);
        expect(entity['@iot.selfLink']).toBe(`${sta.root}/${name}(${entity['@iot.id']})`);
        expect(await sta.read(`${name}(${entity['@iot.id']})`)).toEqual(entity);
        const links = Object.entries(entity).filter(([key]) => key.endsWith('@iot.navigationLink'));
        expect(links.length, name).toBeGreaterThan(0);
        for (const [key, address] of links) expect(address).toBe(`${entity['@iot.selfLink']}/${key.split('@')[0]}`);
      }
    }
  });
});

describe('properties of the entities', () => {
  properties('a Thing has name, description, properties [req datamodel/thing/properties]', 'Things', {
    name: 'string',
    description: 'string',
    properties: 'object',
  });
  properties(
    'a Location has name, description, encodingType, location [req datamodel/location/properties]',
    'Locations',
    { name: 'string', description: 'string', encodingType: 'string', location: 'json' },
    ['properties'],
  );
  properties('a HistoricalLocation has a time [req datamodel/historical-location/properties]', 'HistoricalLocations', {
    time: 'instant',
  });
  properties(
    'a Datastream has name, description, type, unit, and its extent [req datamodel/datastream/properties]',
    'Datastreams',
    {
      name: 'string',
      description: 'string',
      observationType: 'uri',
      unitOfMeasurement: 'unit',
      phenomenonTime: 'interval',
      observedArea: 'json',
    },
    ['properties', 'resultTime'],
  );
  properties(
    'a Sensor has name, description, encodingType, metadata [req datamodel/sensor/properties]',
    'Sensors',
    { name: 'string', description: 'string', encodingType: 'string', metadata: 'json' },
    ['properties'],
  );
  properties(
    'an ObservedProperty has name, definition, description [req datamodel/observed-property/properties]',
    'ObservedProperties',
    { name: 'string', definition: 'uri', description: 'string' },
    ['properties'],
  );
  properties(
    'an Observation has phenomenonTime, resultTime, result [req datamodel/observation/properties]',
    'Observations',
    { phenomenonTime: 'interval', resultTime: 'instant', result: 'json' },
    ['resultQuality', 'validTime', 'parameters'],
  );
  properties(
    'a FeatureOfInterest has name, description, encodingType, feature [req datamodel/feature-of-interest/properties]',
    'FeaturesOfInterest',
    { name: 'string', description: 'string', encodingType: 'string', feature: 'json' },
    ['properties'],
  );

  test('an Observation keeps quality, validity, parameters and the JSON type of its result [req datamodel/observation/properties]', async () => {
    const given = {
      phenomenonTime: '2026-02-01T00:00:00.000Z/2026-02-01T01:00:00.000Z',
      resultTime: '2026-02-01T01:00:00.000Z',
      validTime: '2026-02-01T00:00:00.000Z/2026-03-01T00:00:00.000Z',
      resultQuality: { nameOfMeasure: 'uncertainty', value: 0.1 },
      parameters: { operator: 'A. Person' },
    };
    for (const result of [21.5, true, 'open', { a: [1] }]) {
      const made = await sta.create(`${world.states}/Observations`, { ...given, result });
      expect(await sta.read(made)).toMatchObject({ ...given, result });
      await sta.send('DELETE', made);
    }
  });
});

describe('relations of the entities', () => {
  relations('a Thing leads to Locations, HistoricalLocations, Datastreams [req datamodel/thing/relations]', 'Things', {
    Locations: 'Locations',
    HistoricalLocations: 'HistoricalLocations',
    Datastreams: 'Datastreams',
  });
  relations('a Location leads to Things and HistoricalLocations [req datamodel/location/relations]', 'Locations', {
    Things: 'Things',
    HistoricalLocations: 'HistoricalLocations',
  });
  relations(
    'a HistoricalLocation leads to its Thing and Locations [req datamodel/historical-location/relations]',
    'HistoricalLocations',
    { Thing: 'Things', Locations: 'Locations' },
  );
  relations(
    'a Datastream leads to Thing, Sensor, ObservedProperty, Observations [req datamodel/datastream/relations]',
    'Datastreams',
    { Thing: 'Things', Sensor: 'Sensors', ObservedProperty: 'ObservedProperties', Observations: 'Observations' },
  );
  relations('a Sensor leads to its Datastreams [req datamodel/sensor/relations]', 'Sensors', {
    Datastreams: 'Datastreams',
  });
  relations(
    'an ObservedProperty leads to its Datastreams [req datamodel/observed-property/relations]',
    'ObservedProperties',
    { Datastreams: 'Datastreams' },
  );
  relations(
    'an Observation leads to Datastream and FeatureOfInterest [req datamodel/observation/relations]',
    'Observations',
    { Datastream: 'Datastreams', FeatureOfInterest: 'FeaturesOfInterest' },
  );
  relations(
    'a FeatureOfInterest leads to its Observations [req datamodel/feature-of-interest/relations]',
    'FeaturesOfInterest',
    { Observations: 'Observations' },
  );
});
