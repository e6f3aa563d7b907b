/** Conformance class "Create, update, delete" [STA 10]. */
import { beforeEach, describe, expect, test } from 'vitest';
import { idOf, service } from './service.ts';
import {
  CELSIUS,
  datastream,
  hour,
  link,
  location,
  makeWorld,
  OM,
  observedProperty,
  point,
  sensor,
  type World,
} from './world.ts';

const sta = service();
let world: World;
beforeEach(async () => {
  world = await makeWorld(sta);
});

const gone = async (address: string) => (await sta.get(address)).status === 404;
const counted = async (set: string) => (await sta.read(`${set}?$count=true&$top=0`))['@iot.count'];

describe('creating', () => {
  test('each kind of entity is made by POST and answers 201 with its address [req create-update-delete/create-entity]', async () => {
    const properties = { a: { b: [1, null] }, c: 'ö' };
    const cases: [set: string, body: object][] = [
      ['Things', { name: 'T', description: 'd', properties }],
      ['Locations', { ...location('L', 1, 2), properties }],
      ['Sensors', { ...sensor('S'), properties }],
      ['ObservedProperties', { ...observedProperty('O'), properties }],
      [
        'FeaturesOfInterest',
        { name: 'F', description: 'd', encodingType: 'application/geo+json', feature: point(1, 2), properties },
      ],
      [
        'Datastreams',
        datastream('D', {
          properties,
          Thing: link(world.mast),
          Sensor: link(world.sensor),
          ObservedProperty: link(world.temperature),
        }),
      ],
      ['Observations', { phenomenonTime: hour(20), result: 1, Datastream: link(world.temperatures) }],
      ['HistoricalLocations', { time: hour(0), Thing: link(world.mast), Locations: [link(world.place)] }],
    ];
    for (const [set, body] of cases) {
      const { status, headers, json } = await sta.send('POST', set, body);
      expect(status, set).toBe(201);
      const address = headers.get('location') as string;
      expect(address).toMatch(new RegExp(`^${sta.root}/${set}\\(\\d+\\)$`));
      const made = await sta.read(address.slice(sta.root.length + 1));
      if (json !== undefined) expect(json).toEqual(made);
      const plain = Object.entries(body).filter(([name]) => /^[a-z]/.test(name));
      // who may write a Datastream reads its visibility among the properties, too
      const shown = set === 'Datastreams' ? { ...properties, visibility: 'public' } : properties;
      for (const [name, value] of plain)
        expect(made[name], `${set} ${name}`).toEqual(name === 'properties' ? shown : value);
      if (set !== 'Observations' && set !== 'HistoricalLocations') expect(made.properties, set).toEqual(shown);
    }
  });
  test('what is missing or wrong is a 400 that names it, and nothing is made [req create-update-delete/create-entity]', async () => {
    for (const [set, body, said] of [
      ['Things', { description: 'd' }, 'name'],
      ['Things', { name: 1, description: 'd' }, 'name'],
      ['Locations', { name: 'L', description: 'd', encodingType: 'application/geo+json' }, 'location'],
      ['Datastreams', datastream('D', { Thing: link(world.mast) }), 'Sensor'],
      ['Observations', { Datastream: link(world.temperatures) }, 'result'],
      ['Observations', { result: 1 }, 'Datastream'],
      [
        'Observations',
        { result: 1, phenomenonTime: 'yesterday', Datastream: link(world.temperatures) },
        'phenomenonTime',
      ],
    ] as const) {
      const before = await counted(set);
      const { status, json } = await sta.send('POST', set, body);
      expect([status, await counted(set)], `${set} ${said}`).toEqual([400, before]);
      expect(json.detail).toContain(said);
    }
    expect((await sta.send('POST', 'Things', '{"name":')).status).toBe(400);
  });
  test('an Observation without times and place gets the time of the hub, no resultTime, and the place of its Thing [req create-update-delete/create-entity]', async () => {
    const before = Date.now();
    const made = await sta.create(`${world.temperatures}/Observations`, { result: 9 });
    const { phenomenonTime, resultTime, FeatureOfInterest } = await sta.read(`${made}?$expand=FeatureOfInterest`);
    expect(Date.parse(phenomenonTime)).toBeGreaterThanOrEqual(before);
    expect(resultTime).toBeNull();
    expect(FeatureOfInterest.feature).toEqual(point(7, 51));
    const again = await sta.create(`${world.temperatures}/Observations`, { result: 10 });
    expect((await sta.read(`${again}/FeatureOfInterest`))['@iot.id']).toBe(FeatureOfInterest['@iot.id']);
  });
  test('an Observation whose Thing is nowhere and that names no FeatureOfInterest is a 400 [req create-update-delete/create-entity]', async () => {
    const nowhere = await sta.create('Things', { name: 'Nowhere', description: 'd' });
    const stream = await sta.create(
      `${nowhere}/Datastreams`,
      datastream('D', { Sensor: link(world.sensor), ObservedProperty: link(world.temperature) }),
    );
    expect((await sta.send('POST', `${stream}/Observations`, { result: 1 })).status).toBe(400);
    const FeatureOfInterest = {
      name: 'F',
      description: 'd',
      encodingType: 'application/geo+json',
      feature: point(1, 1),
    };
    const made = await sta.create(`${stream}/Observations`, { result: 1, FeatureOfInterest });
    expect((await sta.read(`${made}/FeatureOfInterest`)).name).toBe('F');
  });
  test('a new entity is linked to those it names and to the one it is posted at [req create-update-delete/link-to-existing-entities]', async () => {
    const thing = await sta.create('Things', { name: 'T', description: 'd', Locations: [link(world.place)] });
    expect((await sta.read(`${thing}/Locations`)).value[0]['@iot.id']).toBe(idOf(world.place));
    const stream = await sta.create(
      `${thing}/Datastreams`,
      datastream('D', { Sensor: link(world.sensor), ObservedProperty: link(world.state) }),
    );
    const { Thing, Sensor, ObservedProperty } = await sta.read(`${stream}?$expand=Thing,Sensor,ObservedProperty`);
    expect([Thing, Sensor, ObservedProperty].map((one) => one['@iot.id'])).toEqual(
      [thing, world.sensor, world.state].map(idOf),
    );
    const wrong = await sta.send('POST', 'Things', { name: 'T', description: 'd', Locations: [{ '@iot.id': 424242 }] });
    expect(wrong.status).toBe(400);
  });

  const DEEP = {
    name: 'Deep',
    description: 'd',
    Locations: [location('There', 3, 4)],
    Datastreams: [
      {
        ...datastream('Inside'),
        Sensor: sensor('New'),
        ObservedProperty: observedProperty('New'),
        Observations: [
          { phenomenonTime: hour(0), result: 1 },
          { phenomenonTime: hour(1), result: 2 },
        ],
      },
    ],
  };
  test('related entities are made in the same request, to any depth [req create-update-delete/deep-insert]', async () => {
    const thing = await sta.create('Things', DEEP);
    const made = await sta.read(
      `${thing}?$expand=Locations,HistoricalLocations,Datastreams($expand=Sensor,ObservedProperty,Observations($orderby=result;$expand=FeatureOfInterest))`,
    );
    expect(made.Locations[0].location).toEqual(point(3, 4));
    expect(made.HistoricalLocations).toHaveLength(1);
    const [stream] = made.Datastreams;
    expect([stream.name, stream.Sensor.name, stream.ObservedProperty.name]).toEqual(['Inside', 'New', 'New']);
    expect(stream.Observations.map(({ result }: { result: number }) => result)).toEqual([1, 2]);
    expect(stream.Observations[0].FeatureOfInterest.feature).toEqual(point(3, 4));
  });
  test('a deep insert answers 201, and one that fails at its last entity leaves nothing behind [req create-update-delete/deep-insert-status-code]', async () => {
    expect((await sta.send('POST', 'Things', DEEP)).status).toBe(201);
    const sets = ['Things', 'Locations', 'Datastreams', 'Sensors', 'ObservedProperties', 'Observations'];
    const before = await Promise.all(sets.map(counted));
    const [stream] = DEEP.Datastreams;
    const broken = { ...DEEP, Datastreams: [{ ...stream, Observations: [{ result: 1, phenomenonTime: 'never' }] }] };
    const { status, json } = await sta.send('POST', 'Things', broken);
    expect(status).toBe(400);
    expect(json.detail).toContain('Datastreams[0].Observations[0].phenomenonTime');
    expect(await Promise.all(sets.map(counted))).toEqual(before);
  });
});

describe('updating', () => {
  test('PATCH changes what it names and keeps the rest [req create-update-delete/update-entity]', async () => {
    const { status } = await sta.send('PATCH', world.mast, { description: 'changed', properties: { new: 1 } });
    expect([200, 204]).toContain(status);
    const { name, description, properties } = await sta.read(world.mast);
    expect([name, description]).toEqual(['Mast', 'changed']);
    expect(properties).toMatchObject({ new: 1 });
    expect(properties).not.toHaveProperty('height');
    await sta.send('PATCH', world.temperatures, { ObservedProperty: link(world.state) });
    expect((await sta.read(`${world.temperatures}/ObservedProperty`)).name).toBe('State');
  });
  test('PATCH with related entities inline is a 400 [req create-update-delete/update-entity]', async () => {
    const { status } = await sta.send('PATCH', world.temperatures, { Sensor: sensor('inline') });
    expect(status).toBe(400);
    expect((await sta.send('PATCH', 'Things(424242)', { name: 'x' })).status).toBe(404);
  });
  test('an Observation keeps its id when its time is changed [req create-update-delete/update-entity]', async () => {
    const { value } = await sta.read(`${world.temperatures}/Observations?$filter=result%20eq%205`);
    const address = `Observations(${value[0]['@iot.id']})`;
    expect([200, 204]).toContain((await sta.send('PATCH', address, { phenomenonTime: hour(30), result: 50 })).status);
    expect(await sta.read(address)).toMatchObject({
      '@iot.id': value[0]['@iot.id'],
      phenomenonTime: hour(30),
      result: 50,
    });
    expect(await counted(`${world.temperatures}/Observations`)).toBe(12);
  });
  test('PUT replaces: what it leaves out is gone [req create-update-delete/update-entity-put]', async () => {
    const { status } = await sta.send('PUT', world.mast, { name: 'New mast', description: 'replaced' });
    expect([200, 204]).toContain(status);
    const { name, description, properties } = await sta.read(world.mast);
    expect([name, description]).toEqual(['New mast', 'replaced']);
    expect(properties ?? {}).not.toHaveProperty('height');
    expect((await sta.read(`${world.mast}/Datastreams`)).value).toHaveLength(1);
    expect((await sta.send('PUT', world.mast, { description: 'no name' })).status).toBe(400);
  });
  test('a JSON Patch changes single members [req create-update-delete/update-entity-jsonpatch]', async () => {
    const type = { 'content-type': 'application/json-patch+json' };
    const patch = [
      { op: 'test', path: '/name', value: 'Mast' },
      { op: 'replace', path: '/properties/height', value: 5 },
      { op: 'add', path: '/properties/colour', value: 'green' },
    ];
    expect([200, 204]).toContain((await sta.send('PATCH', world.mast, patch, type)).status);
    expect((await sta.read(world.mast)).properties).toMatchObject({ height: 5, colour: 'green', owner: 'city' });
    const wrong = [
      { op: 'test', path: '/name', value: 'Door' },
      { op: 'replace', path: '/name', value: 'x' },
    ];
    expect((await sta.send('PATCH', world.mast, wrong, type)).status).toBe(409);
    expect((await sta.read(world.mast)).name).toBe('Mast');
  });
});

describe('deleting', () => {
  const observationsOf = async (address: string) =>
    (await sta.read(`${address}/Observations?$top=1`)).value[0]['@iot.selfLink'];
  const behind = (link: string) => link.slice(sta.root.length + 1);

  test('a Thing goes with its Datastreams, their Observations and its history [req create-update-delete/delete-entity]', async () => {
    const observation = behind(await observationsOf(world.temperatures));
    const history = (await sta.read(`${world.mast}/HistoricalLocations`)).value[0]['@iot.id'];
    expect((await sta.send('DELETE', world.mast)).status).toBe(200);
    for (const address of [world.mast, world.temperatures, world.both, observation, `HistoricalLocations(${history})`])
      expect(await gone(address), address).toBe(true);
    for (const address of [world.place, world.sensor, world.temperature])
      expect(await gone(address), address).toBe(false);
    expect((await sta.send('DELETE', world.mast)).status).toBe(404);
  });
  test('a Sensor and an ObservedProperty go with their Datastreams [req create-update-delete/delete-entity]', async () => {
    await sta.send('DELETE', world.state);
    expect([await gone(world.states), await gone(world.both), await gone(world.temperatures)]).toEqual([
      true,
      true,
      false,
    ]);
    await sta.send('DELETE', world.sensor);
    expect([await gone(world.temperatures), await gone(world.mast)]).toEqual([true, false]);
  });
  test('a Datastream and a FeatureOfInterest go with their Observations, a Location with its history [req create-update-delete/delete-entity]', async () => {
    const observation = behind(await observationsOf(world.states));
    const feature = (await sta.read(`${observation}/FeatureOfInterest`))['@iot.id'];
    await sta.send('DELETE', `FeaturesOfInterest(${feature})`);
    expect([await gone(observation), await gone(world.states)]).toEqual([true, false]);
    const other = behind(await observationsOf(world.temperatures));
    await sta.send('DELETE', world.temperatures);
    expect([await gone(other), await gone(world.mast)]).toEqual([true, false]);
    await sta.send('DELETE', world.place);
    expect((await sta.read(`${world.mast}/HistoricalLocations`)).value).toEqual([]);
    expect((await sta.read(`${world.mast}/Locations`)).value).toEqual([]);
  });
  test('an Observation goes alone [req create-update-delete/delete-entity]', async () => {
    const observation = behind(await observationsOf(world.temperatures));
    await sta.send('DELETE', observation);
    expect(await gone(observation)).toBe(true);
    expect(await counted(`${world.temperatures}/Observations`)).toBe(11);
  });
});

describe('the history of places', () => {
  const history = async () =>
    (await sta.read(`${world.mast}/HistoricalLocations?$expand=Locations&$orderby=time%20desc`)).value;

  test('a Thing that moves gets an entry, whichever way its new Location comes [req create-update-delete/historical-location-auto-creation]', async () => {
    expect(await history()).toHaveLength(1);
    const second = await sta.create(`${world.mast}/Locations`, location('Second', 8, 52));
    expect((await history())[0].Locations[0]['@iot.id']).toBe(idOf(second));
    const third = await sta.create('Locations', location('Third', 8, 53));
    await sta.send('PATCH', world.mast, { Locations: [link(third)] });
    const entries = await history();
    expect(entries).toHaveLength(3);
    expect(entries[0].Locations[0]['@iot.id']).toBe(idOf(third));
    expect((await sta.read(`${world.mast}/Locations`)).value.map((one: { name: string }) => one.name)).toEqual([
      'Third',
    ]);
  });
  test('an entry can be made for the past; a later one than all others moves the Thing [req create-update-delete/historical-location-manual-creation]', async () => {
    const past = await sta.create('Locations', location('Past', 1, 1));
    await sta.create('HistoricalLocations', {
      time: '2020-01-01T00:00:00Z',
      Thing: link(world.mast),
      Locations: [link(past)],
    });
    expect(await history()).toHaveLength(2);
    expect((await sta.read(`${world.mast}/Locations`)).value[0].name).toBe('Market');
    const now = await sta.create('Locations', location('Now', 2, 2));
    const time = new Date(Date.now() + 60_000).toISOString();
    await sta.create('HistoricalLocations', { time, Thing: link(world.mast), Locations: [link(now)] });
    expect((await sta.read(`${world.mast}/Locations`)).value[0].name).toBe('Now');
  });
});

test('the types of the standard are kept as they were given [req create-update-delete/create-entity]', async () => {
  const stream = await sta.create('Datastreams', {
    ...datastream('Typed', { observationType: `${OM}OM_CountObservation`, unitOfMeasurement: CELSIUS }),
    Thing: link(world.mast),
    Sensor: link(world.sensor),
    ObservedProperty: link(world.temperature),
  });
  const { observationType, unitOfMeasurement } = await sta.read(stream);
  expect({ observationType, unitOfMeasurement }).toEqual({
    observationType: `${OM}OM_CountObservation`,
    unitOfMeasurement: CELSIUS,
  });
});
