import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { locationBody, mastBody, multiBody, thingBody, type WritableApi, writable } from '../testing/index.ts';

let api: WritableApi;
beforeEach(async () => {
  api = await writable();
  await api.send('POST', '/Things', mastBody({ properties: { height: 4, tags: ['roof'] } }));
});
afterEach(() => api.stop());

const get = (path: string) => api.read(path);
const JSON_PATCH = { headers: { 'content-type': 'application/json-patch+json' } };

async function change(method: string, path: string, body: unknown, more = {}) {
  const answer = await api.send(method, path, body, more);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}
async function refused(method: string, path: string, body: unknown, detail: RegExp, status = 400, more = {}) {
  const before = api.journal.last;
  const answer = await api.send(method, path, body, more);
  expect(answer.status, answer.text).toBe(status);
  expect(answer.body.detail).toMatch(detail);
  expect(api.journal.last).toBe(before);
}

describe('PATCH', () => {
  test('changes what it gives and answers with the entity [req create-update-delete/update-entity]', async () => {
    expect(await change('PATCH', '/Things(1)', { name: 'Pole' })).toMatchObject({
      '@iot.id': 1,
      name: 'Pole',
      description: 'the Mast',
      properties: { height: 4, tags: ['roof'] },
    });
    expect(await get('/Things(1)')).toMatchObject({ name: 'Pole', description: 'the Mast' });
  });

  test('replaces properties as a whole, and keeps what the hub prints among them', async () => {
    await change('PATCH', '/Datastreams(1)', { properties: { domain: 'climate', visibility: 'public', a: 1 } });
    expect(await change('PATCH', '/Datastreams(1)', { properties: { b: 2 } })).toMatchObject({
      properties: { b: 2, domain: 'climate', visibility: 'public' },
    });
    expect((await get('/Datastreams(1)/properties')).properties).not.toHaveProperty('a');
    expect(await change('PATCH', '/Things(1)', { properties: null })).toMatchObject({ properties: {} });
  });

  test('return=minimal answers 204', async () => {
    const answer = await api.send('PATCH', '/Things(1)', { name: 'P' }, { headers: { prefer: 'return=minimal' } });
    expect([answer.status, answer.text, answer.headers.get('preference-applied')]).toEqual([204, '', 'return=minimal']);
  });

  test('moves a Datastream to another Thing, Sensor and ObservedProperty by links', async () => {
    await api.send('POST', '/Things', thingBody('Other', { Locations: [locationBody('there', 8, 50)] }));
    await api.send('POST', '/Datastreams(1)/Observations', { result: 1 });
    await api.send('POST', '/Sensors', { name: 'S2', description: '', encodingType: 'text/html', metadata: 'm' });
    const Things = { Thing: { '@iot.id': 2 }, Sensor: { '@iot.id': 2 } };
    await change('PATCH', '/Datastreams(1)', Things);
    expect((await get('/Things(1)/Datastreams')).value).toEqual([]);
    expect(await get('/Datastreams(1)?$expand=Thing,Sensor')).toMatchObject({
      Thing: { name: 'Other' },
      Sensor: { name: 'S2' },
    });
    await api.send('POST', '/Datastreams(1)/Observations', { result: 2 });
    const seen = await get('/Datastreams(1)/Observations?$orderby=phenomenonTime&$expand=FeatureOfInterest');
    expect(
      seen.value.map(
        (o: { FeatureOfInterest: { feature: { coordinates: number[] } } }) => o.FeatureOfInterest.feature.coordinates,
      ),
    ).toEqual([
      [7.08, 51.17],
      [8, 50],
    ]);
  });

  test('takes links to many: Datastreams of a Thing, Things of a Location', async () => {
    await api.send('POST', '/Things', thingBody('Other'));
    await change('PATCH', '/Things(2)', { Datastreams: [{ '@iot.id': 1 }] });
    expect(await get('/Datastreams(1)/Thing')).toMatchObject({ name: 'Other' });
    await change('PATCH', '/Locations(1)', { Things: [{ '@iot.id': 2 }] });
    expect((await get('/Things(2)/Locations')).value).toMatchObject([{ name: 'Rathaus' }]);
  });

  test('refuses what is inline, unknown, wrong or elsewhere', async () => {
    await refused('PATCH', '/Things(1)', { Locations: [locationBody()] }, /^Locations\[0\]: an update takes links/);
    await refused('PATCH', '/Datastreams(1)', { Thing: thingBody() }, /^Thing: an update takes links/);
    await refused('PATCH', '/Datastreams(1)', { Thing: { '@iot.id': 7 } }, /^Thing: there is no Thing with the id 7/);
    await refused('PATCH', '/Things(1)', { name: null }, /^name: a text expected, not null/);
    await refused('PATCH', '/Things(1)', { title: 'x' }, /^title: Thing has no title/);
    await refused('PATCH', '/Locations(1)', { location: 7 }, /^location: GeoJSON expected/);
    await refused(
      'PATCH',
      '/Things(1)',
      { '@iot.id': 2, name: 'x' },
      /^@iot\.id: this is Things\(1\), and an id never/,
    );
    await refused('PUT', '/Sensors(1)', { ...(await get('/Sensors(1)')), '@iot.id': 2 }, /^@iot\.id: this is Sensors/);
    await refused(
      'PATCH',
      '/Things(1)',
      { properties: { visibility: 'public' } },
      /^properties\.visibility: a Thing has no/,
    );
    await refused('PATCH', '/Things(9)', { name: 'x' }, /no Thing with the id 9/, 404);
    await refused('PATCH', '/Things', { name: 'x' }, /PATCH goes to one entity: Things\(1\)/, 405);
    await refused('PATCH', '/Things(1)/name', { name: 'x' }, /PATCH goes to one entity, not to its name/, 405);
    expect((await api.send('PATCH', '/Things', {})).headers.get('allow')).toBe('GET, HEAD, POST, DELETE');
    expect((await api.send('POST', '/Things(1)', {})).headers.get('allow')).toBe('GET, HEAD, PUT, PATCH, DELETE');
  });

  test('of a MultiDatastream keeps types, units and ObservedProperties equally many [req multi-datastream/constraints]', async () => {
    await api.send('POST', '/Things(1)/MultiDatastreams', multiBody());
    await refused(
      'PATCH',
      '/MultiDatastreams(2)',
      { ObservedProperties: [{ '@iot.id': 1 }] },
      /there are 2 multi.* and 1 ObservedProperties/,
    );
    await change('PATCH', '/MultiDatastreams(2)', { ObservedProperties: [{ '@iot.id': 3 }, { '@iot.id': 1 }] });
    const { ObservedProperties } = await get('/MultiDatastreams(2)?$expand=ObservedProperties');
    expect(ObservedProperties.map((o: { '@iot.id': number }) => o['@iot.id'])).toEqual([3, 1]);
  });
});

describe('a Thing that moves', () => {
  test('gets a HistoricalLocation for each new set of Locations, and none for the same again [req create-update-delete/historical-location-auto-creation]', async () => {
    await api.send('POST', '/Locations', locationBody('B', 8, 50));
    await change('PATCH', '/Things(1)', { Locations: [{ '@iot.id': 2 }] });
    await change('PATCH', '/Things(1)', { Locations: [{ '@iot.id': 2 }], name: 'same place' });
    await api.send('POST', '/Things(1)/Locations', locationBody('C', 9, 49));
    const { value } = await get('/Things(1)/HistoricalLocations?$orderby=id&$expand=Locations');
    expect(value.map((h: { Locations: { name: string }[] }) => h.Locations.map((l) => l.name))).toEqual([
      ['Rathaus'],
      ['B'],
      ['C'],
    ]);
    expect((await get('/Things(1)/Locations')).value).toMatchObject([{ name: 'C' }]);
  });

  test('its Observations from then on are of the new place, those before of the old one', async () => {
    await api.send('POST', '/Datastreams(1)/Observations', { phenomenonTime: '2026-01-01T00:00:00Z', result: 1 });
    await api.send('POST', '/Things(1)/Locations', locationBody('B', 8, 50));
    await api.send('POST', '/Datastreams(1)/Observations', { result: 2 });
    await api.send('POST', '/Datastreams(1)/Observations', { phenomenonTime: '2026-01-02T00:00:00Z', result: 3 });
    const { value } = await get(
      '/Datastreams(1)/Observations?$orderby=result&$expand=FeatureOfInterest($select=feature)',
    );
    const places = value.map(
      (o: { FeatureOfInterest: { feature: { coordinates: number[] } } }) => o.FeatureOfInterest.feature.coordinates[0],
    );
    expect(places).toEqual([7.08, 8, 7.08]);
  });

  test('and one whose Location is corrected likewise, without an entry in its history', async () => {
    await api.send('POST', '/Datastreams(1)/Observations', { phenomenonTime: '2026-01-01T00:00:00Z', result: 1 });
    await change('PATCH', '/Locations(1)', { location: { type: 'Point', coordinates: [9, 49] } });
    await change('PATCH', '/Locations(1)', { name: 'the same place' });
    await api.send('POST', '/Datastreams(1)/Observations', { result: 2 });
    const { value } = await get(
      '/Datastreams(1)/Observations?$orderby=result&$expand=FeatureOfInterest($select=feature)',
    );
    const places = value.map(
      (o: { FeatureOfInterest: { feature: { coordinates: number[] } } }) => o.FeatureOfInterest.feature.coordinates[0],
    );
    expect(places).toEqual([7.08, 9]);
    expect(await get('/FeaturesOfInterest')).toMatchObject({ value: { length: 2 } });
    expect((await get('/HistoricalLocations')).value).toHaveLength(1);
  });

  test('a HistoricalLocation made by hand moves it when it is the newest [req create-update-delete/historical-location-manual-creation]', async () => {
    await api.send('POST', '/Locations', locationBody('B', 8, 50));
    await api.send('POST', '/Things(1)/HistoricalLocations', {
      time: '2001-01-01T00:00:00Z',
      Locations: [{ '@iot.id': 2 }],
    });
    expect((await get('/Things(1)/Locations')).value).toMatchObject([{ name: 'Rathaus' }]);
    await api.send('POST', '/Things(1)/HistoricalLocations', {
      time: '2200-01-01T00:00:00Z',
      Locations: [{ '@iot.id': 2 }],
    });
    expect((await get('/Things(1)/Locations')).value).toMatchObject([{ name: 'B' }]);
    expect((await get('/Things(1)/HistoricalLocations?$count=true'))['@iot.count']).toBe(3);
  });
});

describe('PUT', () => {
  test('sets what it leaves out to its default; relations stay [req create-update-delete/update-entity-put]', async () => {
    expect(await change('PUT', '/Things(1)', { name: 'P', description: 'd' })).toMatchObject({
      name: 'P',
      properties: {},
    });
    expect((await get('/Things(1)/Locations')).value).toHaveLength(1);
    await refused('PUT', '/Things(1)', { name: 'P' }, /^description: a Thing needs description/);
  });

  test('of a FeatureOfInterest that the hub made keeps what it was made of, which is not shown', async () => {
    const observe = () => api.send('POST', '/Datastreams(1)/Observations?$expand=FeatureOfInterest', { result: 1 });
    await observe();
    const { value } = await get('/FeaturesOfInterest');
    expect(value).toHaveLength(1);
    expect(value[0].properties).toEqual({});
    const path = `/FeaturesOfInterest(${value[0]['@iot.id']})`;
    await change('PUT', path, { ...value[0], properties: { a: 1 } });
    await api.send('PATCH', path, [{ op: 'add', path: '/properties/b', value: 2 }], {
      headers: { 'content-type': 'application/json-patch+json' },
    });
    expect((await get(path)).properties).toEqual({ a: 1, b: 2 });
    await observe();
    expect((await get('/FeaturesOfInterest')).value).toHaveLength(1);
  });

  test('takes what was read, and changes nothing by it', async () => {
    await change('PATCH', '/Datastreams(1)', { properties: { visibility: 'public', a: 1 } });
    const read = await get('/Datastreams(1)?$expand=Thing,Sensor,ObservedProperty');
    await change('PUT', '/Datastreams(1)', read);
    expect(await get('/Datastreams(1)?$expand=Thing,Sensor,ObservedProperty')).toEqual(read);
    await api.send('POST', '/Datastreams(1)/Observations', { result: 1, phenomenonTime: '2150-01-01T00:00:00Z' });
    await api.send('POST', '/Things', thingBody('with a long id'));
    const deep = '/Things(1)?$expand=Locations,HistoricalLocations,Datastreams($expand=Observations)';
    const tree = await get(deep);
    await change('PUT', '/Things(1)', tree);
    await change('PUT', '/Datastreams(1)', tree.Datastreams[0]);
    expect(await get(deep)).toEqual(tree);
  });
});

describe('a JSON Patch', () => {
  test('changes single keys of properties, and links [req create-update-delete/update-entity-jsonpatch]', async () => {
    await api.send('POST', '/Things', thingBody('Other'));
    const patched = await change(
      'PATCH',
      '/Things(1)',
      [
        { op: 'test', path: '/name', value: 'Mast' },
        { op: 'replace', path: '/properties/height', value: 5 },
        { op: 'add', path: '/properties/tags/-', value: 'new' },
        { op: 'copy', from: '/name', path: '/description' },
      ],
      JSON_PATCH,
    );
    expect(patched).toMatchObject({
      name: 'Mast',
      description: 'Mast',
      properties: { height: 5, tags: ['roof', 'new'] },
    });
    await change('PATCH', '/Datastreams(1)', [{ op: 'replace', path: '/Thing/@iot.id', value: 2 }], JSON_PATCH);
    expect(await get('/Datastreams(1)/Thing')).toMatchObject({ name: 'Other' });
  });

  test('does nothing when one of its operations fails', async () => {
    const patch = [
      { op: 'replace', path: '/name', value: 'x' },
      { op: 'test', path: '/description', value: 'another' },
    ];
    await refused(
      'PATCH',
      '/Things(1)',
      patch,
      /^\[1\]: the test fails, "\/description" is "the Mast"/,
      409,
      JSON_PATCH,
    );
    await refused(
      'PATCH',
      '/Things(1)',
      [{ op: 'remove', path: '/name' }],
      /^name: a Thing needs name/,
      400,
      JSON_PATCH,
    );
    await refused(
      'PATCH',
      '/Things(1)',
      [{ op: 'add', path: '/nam', value: 1 }],
      /^nam: Thing has no nam/,
      400,
      JSON_PATCH,
    );
    await refused('PUT', '/Things(1)', [], /goes with PATCH/, 415, JSON_PATCH);
  });

  test('sets visibility, which it finds among the properties', async () => {
    await change(
      'PATCH',
      '/Datastreams(1)',
      [{ op: 'replace', path: '/properties/visibility', value: 'public' }],
      JSON_PATCH,
    );
    expect((await api.get('/Datastreams(1)')).status).toBe(200);
  });
});

describe('an entity of a device', () => {
  test('keeps its channel through a PATCH of what was read', async () => {
    await api.registry.import(
      {
        organisations: [{ id: 'ulm', name: 'Ulm' }],
        things: [{ key: 'bay', name: 'Bay', organisation: 'ulm' }],
        devices: [
          {
            key: 'mqtt:bay',
            organisation: 'ulm',
            thing: 'bay',
            channels: { t: 'airTemperature' },
            visibility: 'public',
          },
        ],
      },
      'test',
    );
    const { value } = await get('/Datastreams?$filter=properties/channel eq %27t%27');
    expect(value).toHaveLength(1);
    const [{ '@iot.id': id, properties }] = value;
    await change('PATCH', `/Datastreams(${id})`, { properties: { ...properties, note: 'mended' } });
    expect((await get(`/Datastreams(${id})`)).properties).toEqual({ ...properties, note: 'mended' });
    expect(await change('PATCH', `/Datastreams(${id})`, { properties: {} })).toMatchObject({
      properties: { channel: 't', organisation: 'ulm' },
    });
  });
});

describe('$ref', () => {
  test('adds a Location to a Thing and takes one away', async () => {
    await api.send('POST', '/Locations', locationBody('B', 8, 50));
    const names = async () =>
      (await get('/Things(1)/Locations?$orderby=id')).value.map((l: { name: string }) => l.name);
    await change('POST', '/Things(1)/Locations/$ref', { '@iot.id': 2 });
    expect(await names()).toEqual(['Rathaus', 'B']);
    await change('DELETE', '/Things(1)/Locations(1)/$ref', undefined);
    expect(await names()).toEqual(['B']);
    expect((await get('/Locations(1)')).name).toBe('Rathaus');
    await change('POST', '/Locations(1)/Things/$ref', { '@iot.selfLink': `${api.root}/Things(1)` });
    expect(await names()).toEqual(['Rathaus']);
    await change('DELETE', '/Locations(1)/Things(1)/$ref', undefined);
    expect(await names()).toEqual([]);
  });

  test('sets the Thing of a Datastream, and refuses what leaves one without', async () => {
    await api.send('POST', '/Things', thingBody('Other'));
    await change('PUT', '/Datastreams(1)/Thing/$ref', { '@iot.id': 2 });
    expect(await get('/Datastreams(1)/Thing')).toMatchObject({ name: 'Other' });
    await change('POST', '/Things(1)/Datastreams/$ref', { '@iot.id': 1 });
    expect(await get('/Datastreams(1)/Thing')).toMatchObject({ name: 'Mast' });
    await refused('DELETE', '/Things(1)/Datastreams(1)/$ref', undefined, /can't be without each other/);
    await refused('DELETE', '/Things(1)/Locations/$ref', undefined, /name the one to take away/, 405);
    await refused('DELETE', '/Things(2)/Locations(1)/$ref', undefined, /no Location with the id 1 here/, 404);
    await refused('POST', '/Things(1)/Locations/$ref', locationBody(), /a link such as/);
    await refused('POST', '/Things/$ref', { '@iot.id': 1 }, /stands behind a relation/, 405);
    await refused('PUT', '/Things(1)/Locations/$ref', { '@iot.id': 1 }, /POST adds a link/, 405);
  });
});
