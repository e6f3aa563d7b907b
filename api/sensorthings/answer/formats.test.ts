/** Result formats as clients get them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, CITY, catalogueOf, NOW, serve } from '../testing/index.ts';

let api: Api;
beforeAll(async () => {
  api = await serve();
});
afterAll(() => api.stop());

const lines = (text: string) => text.split('\r\n');

describe('CSV', () => {
  it('has a header and a line for each entity, without links', async () => {
    const { status, text, type, headers } = await api.get('/Datastreams(1)/Observations?$resultFormat=CSV&$top=2');
    expect([status, type]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(headers.get('content-disposition')).toBe('attachment; filename="Observations.csv"');
    expect(lines(text)).toEqual([
      'id,phenomenonTime,resultTime,result,resultQuality,validTime,parameters',
      `${(1n << 42n) | BigInt(NOW - 86_400_000)},2026-05-01T00:00:00.000Z,2026-05-01T00:00:00.000Z,0,,,`,
      `${(1n << 42n) | BigInt(NOW - 82_800_000)},2026-05-01T01:00:00.000Z,2026-05-01T01:00:00.000Z,1,,,`,
      '',
    ]);
  });

  it('gives all rows without $top, because a file has no nextLink', async () => {
    const few = await serve({ options: { pageSize: 5 } });
    expect(lines((await few.get('/Datastreams(1)/Observations?$resultFormat=csv')).text)).toHaveLength(26);
    await few.stop();
  });

  it('quotes what needs quotes and leaves the text as it is', async () => {
    const things = [{ ...CITY.Things![0]!, name: 'a "b", c\nd', description: '=1+1', properties: { x: 1 } }];
    const other = await serve({ catalogue: catalogueOf({ ...CITY, Things: things }) });
    const { text } = await other.get('/Things?$resultFormat=CSV&$select=name,description,properties');
    expect(text).toBe(
      'name,description,properties\r\n"a ""b"", c\nd",=1+1,"{""x"":1,""organisation"":""solingen""}"\r\n',
    );
    await other.stop();
  });

  it('has columns for expanded entities and the parts of a unit', async () => {
    const query =
      '$select=id,unitOfMeasurement&$expand=Thing($select=name),Observations($top=1;$orderby=phenomenonTime desc;$select=result)';
    const { text } = await api.get(`/Datastreams?$resultFormat=CSV&$orderby=id&${query}`);
    expect(lines(text).slice(0, 2)).toEqual([
      'id,unitOfMeasurement/name,unitOfMeasurement/symbol,unitOfMeasurement/definition,Thing/name,Observations/result',
      '1,degree Celsius,°C,ucum:Cel,Mast am Rathaus,23',
    ]);
    // Datastream 5 has no readings: its cell is empty
    expect(lines(text).at(-2)).toMatch(/^5,.*,$/);
  });

  it('of one entity is a file of one line; an expanded set has no place in it', async () => {
    const { text } = await api.get('/Things(1)?$resultFormat=CSV&$select=id,name');
    expect(text).toBe('id,name\r\n1,Mast am Rathaus\r\n');
    const { status, body } = await api.get('/Things?$resultFormat=CSV&$expand=Datastreams');
    expect([status, body.code]).toEqual([400, 'query.option']);
    expect(body.detail).toContain('expand Datastreams with $top=1');
    expect((await api.get('/Things?$resultFormat=CSV&$select=Datastreams')).status).toBe(400);
  });

  it('is refused or cut off where it would have to end early, so that nobody takes a part for the whole', async () => {
    const all = '/Observations?$resultFormat=CSV&$expand=Datastream($expand=Thing,Sensor)';
    const tiny = await serve({ options: { responseBytes: 1000 } });
    const { status, body, headers } = await tiny.get(all);
    expect([status, body.code]).toEqual([400, 'query.limit']);
    expect(headers.get('content-disposition')).toBeNull();
    await tiny.stop();
    const long = { ...CITY.Things![0]!, description: 'x'.repeat(60_000) };
    const things = [1, 2, 3, 4].map((id) => ({ ...long, id }));
    const small = await serve({
      catalogue: catalogueOf({ ...CITY, Things: things }),
      options: { responseBytes: 150_000 },
    });
    await expect(small.get('/Things?$resultFormat=CSV', 'admin')).rejects.toThrow();
    expect((await small.get('/Things', 'admin')).body.value).toHaveLength(2);
    await small.stop();
  });
});

describe('GeoJSON', () => {
  it('is a FeatureCollection of Locations with their properties on one level', async () => {
    const { body, type } = await api.get('/Locations?$resultFormat=GeoJSON&$top=1&$count=true');
    expect(type).toMatch(/^application\/geo\+json/);
    expect(body).toEqual({
      type: 'FeatureCollection',
      '@iot.count': 3,
      features: [
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [7.08, 51.17] },
          properties: {
            id: 1,
            name: 'Rathaus',
            description: 'about Rathaus',
            encodingType: 'application/geo+json',
          },
        },
      ],
      '@iot.nextLink': `${api.root}/Locations?$top=1&$skip=1&$resultFormat=GeoJSON&$count=true`,
    });
  });

  it.each([
    ['Things(1)', [7.08, 51.17]],
    ['Datastreams(4)', [9.99, 48.4]],
    ['Datastreams(1)', [7.08, 51.17]],
    ['HistoricalLocations(2)', [7.1, 51.16]],
    ['FeaturesOfInterest(3)', [7.11, 51.15]],
    [`Observations(${(3n << 42n) | BigInt(NOW - 3_600_000)})`, [7.11, 51.15]],
  ])('puts %s where it belongs', async (path, coordinates) => {
    const { body } = await api.get(`/${path}?$resultFormat=GeoJSON`);
    expect(body.features).toHaveLength(1);
    expect(body.features[0].geometry).toEqual({ type: 'Point', coordinates });
  });

  it('takes what is expanded into the properties, by its path', async () => {
    const query =
      '$select=name,unitOfMeasurement&$expand=Thing($select=name,properties),Observations($top=2;$select=result)';
    const { body } = await api.get(`/Datastreams?$resultFormat=GeoJSON&$filter=id eq 1&${query}`);
    expect(body.features[0].properties).toEqual({
      name: 'Temperature',
      'unitOfMeasurement/name': 'degree Celsius',
      'unitOfMeasurement/symbol': '°C',
      'unitOfMeasurement/definition': 'ucum:Cel',
      'Thing/name': 'Mast am Rathaus',
      'Thing/properties/height': 4,
      'Thing/properties/tags/0': 'roof',
      'Thing/properties/tags/1': "it's",
      'Thing/properties/organisation': 'solingen',
      'Observations/0/result': 0,
      'Observations/1/result': 1,
    });
  });

  it('has no geometry for what stands nowhere', async () => {
    const { body } = await api.get('/Sensors?$resultFormat=GeoJSON');
    expect(body.features.length).toBeGreaterThan(2);
    expect(body.features.every((f: { geometry: unknown }) => f.geometry === null)).toBe(true);
  });
});

describe('dataArray', () => {
  it('has the selected components, in their order', async () => {
    const { body } = await api.get(
      '/Datastreams(1)/Observations?$resultFormat=dataArray&$top=1&$select=result,phenomenonTime',
    );
    expect(body.value[0].components).toEqual(['result', 'phenomenonTime']);
    expect(body.value[0].dataArray).toEqual([[0, '2026-05-01T00:00:00.000Z']]);
  });

  it('is for Observations alone, and has no place for $expand', async () => {
    for (const path of [
      'Things?$resultFormat=dataArray',
      'Observations?$resultFormat=dataArray&$expand=Datastream',
      'Things(1)?$resultFormat=dataArray',
    ]) {
      const { status, body } = await api.get(`/${path}`);
      expect([path, status, body.code]).toEqual([path, 400, 'query.option']);
    }
  });
});

it('a format that there is not is 501 and names those that there are', async () => {
  const { status, body } = await api.get('/Things?$resultFormat=XML');
  expect([status, body.code]).toEqual([501, 'query.unsupported']);
  expect(body.detail).toContain('dataArray, CSV, GeoJSON');
});

it('/$count is the number alone, of a set, a filtered set and a relation', async () => {
  for (const [path, count] of [
    ['Observations/$count', '72'],
    ['Observations/$count?$filter=result ge 20', '8'],
    ['Things/$count', '3'],
    ['Datastreams(1)/Observations/$count?$top=3', '24'],
    ['Things(3)/Datastreams/$count', '2'],
  ]) {
    const { text, type } = await api.get(`/${path}`);
    expect([path, text, type]).toEqual([path, count, 'text/plain; charset=utf-8']);
  }
  expect((await api.get('/Things(1)/$count')).status).toBe(404);
});
