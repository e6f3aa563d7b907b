import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  CELSIUS,
  featureBody,
  locationBody,
  mastBody,
  multiBody,
  point,
  propertyBody,
  sensorBody,
  streamBody,
  thingBody,
  type WritableApi,
  writable,
} from '../testing/index.ts';

let api: WritableApi;
beforeEach(async () => {
  api = await writable();
});
afterEach(() => api.stop());

const get = (path: string) => api.read(path);
/** Creates; returns the path that Location tells. */
async function create(path: string, body: unknown): Promise<string> {
  const answer = await api.send('POST', path, body);
  expect(answer.status, answer.text).toBe(201);
  const location = answer.headers.get('location')!;
  expect(location.startsWith(`${api.root}/`)).toBe(true);
  expect(answer.body['@iot.selfLink']).toBe(location);
  return location.slice(api.root.length);
}
async function refused(path: string, body: unknown, detail: RegExp, status = 400): Promise<void> {
  const before = api.journal.last;
  const answer = await api.send('POST', path, body);
  expect(answer.status, answer.text).toBe(status);
  expect(answer.body.detail).toMatch(detail);
  expect(api.journal.last).toBe(before);
}

describe('creating', () => {
  test('every kind of entity, each found at the address that the answer names, with what was sent [req create-update-delete/create-entity]', async () => {
    const thing = await create('/Things', thingBody('Mast', { properties: { height: 4 } }));
    const sensor = await create('/Sensors', sensorBody());
    const property = await create('/ObservedProperties', propertyBody());
    const other = await create('/ObservedProperties', propertyBody('relativeHumidity'));
    const location = await create('/Locations', locationBody());
    const feature = await create('/FeaturesOfInterest', featureBody());
    const link = (path: string) => ({ '@iot.id': Number(/\d+/.exec(path)![0]) });
    const history = await create('/HistoricalLocations', {
      time: '2026-01-01T00:00:00Z',
      Thing: link(thing),
      Locations: [link(location)],
    });
    const datastream = await create('/Datastreams', {
      ...streamBody(),
      Thing: link(thing),
      Sensor: link(sensor),
      ObservedProperty: link(property),
    });
    const multi = await create('/MultiDatastreams', {
      ...multiBody(),
      Thing: link(thing),
      Sensor: link(sensor),
      ObservedProperties: [link(property), link(other)],
    });
    const observation = await create('/Observations', { result: 20.7, Datastream: link(datastream) });
    const both = await create('/Observations', {
      result: [20.7, 50],
      MultiDatastream: link(multi),
      FeatureOfInterest: link(feature),
    });

    expect(await get(thing)).toMatchObject({ name: 'Mast', description: 'the Mast', properties: { height: 4 } });
    expect(await get(`${thing}/properties`)).toEqual({ properties: { height: 4 } });
    expect(await get(sensor)).toMatchObject(sensorBody());
    expect(await get(property)).toMatchObject(propertyBody());
    expect(await get(location)).toMatchObject(locationBody());
    expect(await get(feature)).toMatchObject(featureBody());
    expect(await get(history)).toMatchObject({ time: '2026-01-01T00:00:00.000Z' });
    expect(await get(datastream)).toMatchObject({ name: 'Temperature', unitOfMeasurement: CELSIUS, properties: {} });
    expect(await get(`${multi}?$expand=ObservedProperties`)).toMatchObject({
      multiObservationDataTypes: multiBody().multiObservationDataTypes,
      unitOfMeasurements: multiBody().unitOfMeasurements,
      ObservedProperties: [{ name: 'airTemperature' }, { name: 'relativeHumidity' }],
    });
    expect(await get(`${observation}/Datastream`)).toMatchObject({ name: 'Temperature' });
    expect(await get(both)).toMatchObject({ result: [20.7, 50] });
    expect(await get(`${both}/FeatureOfInterest`)).toMatchObject({ name: 'Wupper' });
  });

  test('a whole tree from the Thing down, in one record of the journal [req create-update-delete/deep-insert]', async () => {
    const before = api.journal.last;
    const thing = await create(
      '/Things',
      mastBody({
        HistoricalLocations: [{ time: '2020-01-01T00:00:00Z', Locations: [locationBody('before', 8, 50)] }],
        Datastreams: [
          streamBody('Temperature', { Observations: [{ phenomenonTime: '2026-01-01T00:00:00Z', result: 1 }] }),
          streamBody('Level', { Sensor: { ...sensorBody('probe') } }),
        ],
        MultiDatastreams: [
          multiBody('Weather', { Observations: [{ result: [1, 2], FeatureOfInterest: featureBody() }] }),
        ],
      }),
    );
    expect(api.journal.last).toBe(before + 1);
    const found = await get(
      `${thing}?$expand=Locations,HistoricalLocations($orderby=time;$expand=Locations),Datastreams($expand=Sensor,ObservedProperty,Observations($expand=FeatureOfInterest)),MultiDatastreams($expand=Observations($expand=FeatureOfInterest))`,
    );
    expect(found).toMatchObject({
      Locations: [{ name: 'Rathaus' }],
      HistoricalLocations: [{ Locations: [{ name: 'before' }] }, { Locations: [{ name: 'Rathaus' }] }],
      Datastreams: [
        {
          name: 'Temperature',
          Sensor: { name: 'EM300' },
          Observations: [{ result: 1, FeatureOfInterest: { feature: point(7.08, 51.17) } }],
        },
        { name: 'Level', Sensor: { name: 'probe' }, Observations: [] },
      ],
      MultiDatastreams: [{ Observations: [{ result: [1, 2], FeatureOfInterest: { name: 'Wupper' } }] }],
    });
  });

  test('a tree from the other end: a Sensor with Datastreams, a Location with Things, a Datastream with its Thing [req create-update-delete/deep-insert]', async () => {
    const { Sensor: _, ...withoutSensor } = streamBody();
    await create('/Sensors', { ...sensorBody('S'), Datastreams: [{ ...withoutSensor, Thing: thingBody('A') }] });
    const { ObservedProperty: __, ...withoutProperty } = streamBody('of a property');
    await create('/ObservedProperties', {
      ...propertyBody('p'),
      Datastreams: [{ ...withoutProperty, Thing: { '@iot.id': 1 } }],
    });
    const location = await create('/Locations', { ...locationBody('L'), Things: [thingBody('B'), { '@iot.id': 1 }] });
    await create('/Datastreams', { ...streamBody('C'), Thing: thingBody('C', { Locations: [locationBody('M')] }) });
    expect((await get('/Datastreams?$expand=Thing,Sensor,ObservedProperty')).value).toMatchObject([
      { Thing: { name: 'A' }, Sensor: { name: 'S' } },
      { Thing: { name: 'A' }, ObservedProperty: { name: 'p' } },
      { name: 'C', Thing: { name: 'C' } },
    ]);
    expect((await get(`${location}/Things?$orderby=name`)).value.map((t: { name: string }) => t.name)).toEqual([
      'A',
      'B',
    ]);
    expect((await get('/Things(1)/HistoricalLocations?$expand=Locations')).value).toMatchObject([
      { Locations: [{ name: 'L' }] },
    ]);
  });

  test('below an entity: its place gives the relation', async () => {
    await create('/Things', thingBody());
    await create('/Things(1)/Datastreams', streamBody());
    await create('/Datastreams(1)/Thing/Datastreams', streamBody('second'));
    await create('/Things(1)/Locations', locationBody());
    await create('/Things(1)/MultiDatastreams', multiBody());
    await create('/Locations(1)/Things', thingBody('beside'));
    await create('/Datastreams(1)/Observations', { result: 1 });
    await create('/MultiDatastreams(3)/Observations', { result: [1, 2] });
    await create('/Things(1)/HistoricalLocations', { time: '2020-01-01T00:00:00Z', Locations: [{ '@iot.id': 1 }] });
    await create('/HistoricalLocations(1)/Locations', locationBody('also'));
    await create('/FeaturesOfInterest(1)/Observations', { result: 2, Datastream: { '@iot.id': 2 } });
    expect((await get('/Things(1)/Datastreams?$count=true'))['@iot.count']).toBe(2);
    expect((await get('/Things(2)/Locations')).value).toMatchObject([{ name: 'Rathaus' }]);
    expect((await get('/HistoricalLocations(1)/Locations')).value).toHaveLength(2);
    expect((await get('/Observations?$count=true'))['@iot.count']).toBe(3);
  });

  test('{"@iot.id"} below an entity links one that is there', async () => {
    await create('/Locations', locationBody());
    await create('/Things', thingBody());
    const answer = await api.send('POST', '/Things(1)/Locations', { '@iot.id': 1 });
    expect(answer.status).toBe(201);
    expect((await get('/Locations(1)/Things')).value).toMatchObject([{ name: 'Mast' }]);
  });

  test('links by id, by id as text and by selfLink [req create-update-delete/link-to-existing-entities]', async () => {
    await create('/Things', thingBody());
    for (const Thing of [{ '@iot.id': '1' }, { id: 1 }, { '@iot.selfLink': `${api.root}/Things(1)` }]) {
      await create('/Datastreams', { ...streamBody(), Thing });
    }
    expect((await get('/Things(1)/Datastreams')).value).toHaveLength(3);
  });

  test('what was read can be sent back as a new entity, once its id is left out', async () => {
    await create('/Things', mastBody({ properties: { height: 4 } }));
    const { '@iot.id': _, ...read } = await get('/Datastreams(1)?$expand=Thing,Sensor,ObservedProperty');
    await create('/Datastreams', read);
    expect((await get('/Things(1)/Datastreams')).value).toHaveLength(2);
  });

  test('organisation, domain and visibility stand in the properties, and are read back as they were sent', async () => {
    await api.registry.import({ organisations: [{ id: 'ulm', name: 'Ulm' }] }, 'test');
    const properties = { serviceName: 'HH_STA', organisation: 'ulm', domain: 'climate', visibility: 'public' };
    await create(
      '/Things',
      thingBody('open', { properties: { a: 1, organisation: 'ulm' }, Datastreams: [streamBody('T', { properties })] }),
    );
    expect(await get('/Things(1)/properties')).toEqual({ properties: { a: 1, organisation: 'ulm' } });
    expect(await get('/Datastreams(1)/properties')).toEqual({ properties });
    expect((await api.get('/Datastreams(1)')).status).toBe(200);
    await create('/Things', thingBody('closed', { Datastreams: [streamBody()] }));
    expect((await api.get('/Datastreams(2)')).status).toBe(404);
  });
});

describe('a body that is wrong is refused, nothing is made, and the message names the place', () => {
  test.each([
    ['/Things', {}, /^name: a Thing needs name$/],
    ['/Things', undefined, /a Thing as JSON object expected, not nothing/],
    ['/Things', [], /a Thing as JSON object expected/],
    ['/Things', { ...thingBody(), nam: 1 }, /^nam: Thing has no nam; did you mean name\?$/],
    ['/Things', { ...thingBody(), '@iot.id': 5 }, /^@iot\.id: the hub gives the ids/],
    ['/Things', { ...thingBody(), name: 7 }, /^name: a text expected, not 7$/],
    ['/Things', { ...thingBody(), properties: [] }, /^properties: a JSON object expected/],
    [
      '/Things',
      { ...thingBody(), properties: { organisation: 'nobody' } },
      /^properties\.organisation: there is no organisation "nobody"/,
    ],
    [
      '/Things',
      { ...thingBody(), Datastreams: [{ ...streamBody(), Sensor: { name: 1 } }] },
      /^Datastreams\[0\]\.Sensor\.name: a text expected/,
    ],
    [
      '/Things',
      { ...thingBody(), Datastreams: [{ ...streamBody(), Sensor: { '@iot.id': 9 } }] },
      /^Datastreams\[0\]\.Sensor: there is no Sensor with the id 9/,
    ],
    [
      '/Things',
      { ...thingBody(), Datastreams: [{ ...streamBody(), Thing: { '@iot.id': 9 } }] },
      /^Datastreams\[0\]\.Thing: the place says 1 already/,
    ],
    [
      '/Things',
      { ...thingBody(), Datastreams: [streamBody('T', { Observations: [{ result: 1 }] })] },
      /^Datastreams\[0\]\.Observations\[0\]\.FeatureOfInterest: Thing 1 has no Location/,
    ],
    [
      '/Locations',
      { ...locationBody(), location: { type: 'Point', coordinates: [7] } },
      /^location\.coordinates: a position \[longitude, latitude\] expected/,
    ],
    [
      '/Locations',
      { ...locationBody(), location: { type: 'Pint', coordinates: [7, 8] } },
      /^location\.type: "Pint" is no geometry; there are Point/,
    ],
    ['/Locations', { ...locationBody(), location: point(7, 95) }, /lies outside of ±180, ±90/],
    [
      '/Locations',
      {
        ...locationBody(),
        location: {
          type: 'Polygon',
          coordinates: [
            [
              [0, 0],
              [1, 1],
              [1, 0],
            ],
          ],
        },
      },
      /four positions/,
    ],
    ['/FeaturesOfInterest', { ...featureBody(), feature: 'here' }, /^feature: GeoJSON expected/],
    ['/FeaturesOfInterest', { ...featureBody(), properties: { location: 3 } }, /^properties\.location:/],
    [
      '/HistoricalLocations',
      { time: 'yesterday', Thing: thingBody(), Locations: [locationBody()] },
      /^time: a time such as/,
    ],
    [
      '/HistoricalLocations',
      { time: '1600-01-01T00:00:00Z', Thing: thingBody(), Locations: [locationBody()] },
      /1700 to 2250/,
    ],
    [
      '/HistoricalLocations',
      { time: '2026-01-01T00:00:00Z', Thing: thingBody() },
      /^Locations: a HistoricalLocation needs/,
    ],
    ['/Datastreams', streamBody(), /^Thing: a Datastream needs a Thing/],
    [
      '/Datastreams',
      { ...streamBody(), Thing: thingBody(), unitOfMeasurement: { nam: 'x' } },
      /^unitOfMeasurement: a unit has no nam; did you mean name/,
    ],
    [
      '/Datastreams',
      { ...streamBody(), Thing: thingBody(), properties: { visibility: 'secret' } },
      /^properties\.visibility: public, organisation or internal expected/,
    ],
    [
      '/MultiDatastreams',
      { ...multiBody(), Thing: thingBody(), unitOfMeasurements: [CELSIUS] },
      /there are 2 multiObservationDataTypes, 1 unitOfMeasurements and 2 ObservedProperties/,
    ],
    [
      '/Things',
      thingBody('x', { properties: { visibility: 'public' } }),
      /^properties\.visibility: a Thing has no visibility of its own: .* set it in the properties of the Datastream$/,
    ],
    [
      '/Datastreams',
      streamBody('x', {
        Thing: thingBody(),
        ObservedProperty: { name: 'o', description: '', definition: 'x', properties: { visibility: 'internal' } },
      }),
      /^ObservedProperty\.properties\.visibility: an ObservedProperty has no visibility/,
    ],
    ['/Observations', 7, /an Observation as JSON object expected, not 7/],
    ['/Observations', { result: 1 }, /^Datastream: an Observation needs a Datastream/],
    ['/Observations', { Datastream: { '@iot.id': 1 } }, /^result: an Observation needs a result$/],
  ])('%s %j', (path, body, detail) => refused(path, body, detail));

  test('an address that leads nowhere is a 404, one that takes no POST a 405', async () => {
    await create('/Things', mastBody());
    await refused('/Thing', thingBody(), /did you mean Things/, 404);
    await refused('/Things(9)/Datastreams', streamBody(), /no Thing with the id 9/, 404);
    await refused('/Things(1)/Sensors', sensorBody(), /Thing has no Sensors/, 404);
    await refused('/Things(1)', thingBody(), /POST goes to a set/, 405);
    await refused('/Datastreams(1)/Thing', thingBody(), /POST goes to a set/, 405);
    await refused('/', thingBody(), /landing page/, 405);
  });

  test('more entities than one change may hold are a 413 that says to split [limit sensorthings.changeEntities]', async () => {
    await api.stop();
    api = await writable({ changeEntities: 3 });
    await refused('/Things', mastBody(), /at most 3 entities \(sensorthings\.changeEntities\); split it/, 413);
    await create('/Things', thingBody('a', { Datastreams: [] }));
  });
});
