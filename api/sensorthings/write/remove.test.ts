import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isoTime, SET_NAMES } from '../../../services/model/index.ts';
import {
  featureBody,
  locationBody,
  mastBody,
  multiBody,
  streamBody,
  thingBody,
  type WritableApi,
  writable,
} from '../testing/index.ts';

const T = Date.UTC(2026, 0, 1);

let api: WritableApi;
const begin = async (options = {}) => {
  api = await writable(options);
  await api.send('POST', '/Things', mastBody({ MultiDatastreams: [multiBody()] }));
  await api.send('POST', '/CreateObservations', [
    {
      Datastream: { '@iot.id': 1 },
      components: ['phenomenonTime', 'result'],
      dataArray: Array.from({ length: 20 }, (_, i) => [isoTime(T + i), i]),
    },
    { MultiDatastream: { '@iot.id': 2 }, components: ['phenomenonTime', 'result'], dataArray: [[isoTime(T), [1, 2]]] },
  ]);
};
beforeEach(() => begin());
afterEach(() => api.stop());

const get = (path: string) => api.read(path);
const SETS = [...SET_NAMES, 'Observations'];
async function counts(): Promise<Record<string, number>> {
  const out: Record<string, number> = {};
  for (const set of SETS) out[set] = (await get(`/${set}?$count=true&$top=0`))['@iot.count'];
  return out;
}
async function remove(path: string, status = 200) {
  const answer = await api.send('DELETE', path);
  expect(answer.status, answer.text).toBe(status);
  return answer;
}

describe('DELETE of an entity takes along what the standard says [req create-update-delete/delete-entity]', () => {
  const ALL = {
    Things: 1,
    Locations: 1,
    HistoricalLocations: 1,
    Sensors: 2,
    ObservedProperties: 3,
    Datastreams: 1,
    MultiDatastreams: 1,
    Observations: 21,
    FeaturesOfInterest: 1,
  };
  test.each([
    ['/Things(1)', { Things: 0, Datastreams: 0, MultiDatastreams: 0, HistoricalLocations: 0, Observations: 0 }],
    ['/Locations(1)', { Locations: 0, HistoricalLocations: 0 }],
    ['/HistoricalLocations(1)', { HistoricalLocations: 0 }],
    ['/Sensors(1)', { Sensors: 1, Datastreams: 0, Observations: 1 }],
    ['/ObservedProperties(1)', { ObservedProperties: 2, Datastreams: 0, Observations: 1 }],
    ['/ObservedProperties(3)', { ObservedProperties: 2, MultiDatastreams: 0, Observations: 20 }],
    ['/Datastreams(1)', { Datastreams: 0, Observations: 1 }],
    ['/MultiDatastreams(2)', { MultiDatastreams: 0, Observations: 20 }],
    ['/FeaturesOfInterest(1)', { FeaturesOfInterest: 0, Observations: 0 }],
    ['/Datastreams(1)/Sensor', { Sensors: 1, Datastreams: 0, Observations: 1 }],
  ])('%s', async (path, gone) => {
    expect(await counts()).toEqual(ALL);
    expect((await remove(path)).text).toBe('');
    expect(await counts()).toEqual({ ...ALL, ...gone });
    expect((await api.get(path, 'admin')).status).toBe(404);
    if (!path.includes('/Sensor')) await remove(path, 404);
  });

  test('a Thing keeps its other entities, a Location its Thing', async () => {
    await remove('/Locations(1)');
    expect((await get('/Things(1)/Locations')).value).toEqual([]);
    await remove('/Things(1)');
    expect((await counts()).Sensors).toBe(2);
  });

  test('an Observation by its id and through its Datastream', async () => {
    const { value } = await get('/Datastreams(1)/Observations?$top=2');
    await remove(`/Observations(${value[0]['@iot.id']})`);
    await remove(`/Datastreams(1)/Observations(${value[1]['@iot.id']})`);
    expect((await counts()).Observations).toBe(19);
    await remove(
      `/MultiDatastreams(2)/Observations(${(await get('/Observations?$filter=result eq 5')).value[0]['@iot.id']})`,
      404,
    );
  });

  test('a FeatureOfInterest takes those that name it, and what comes after is about the Thing’s place again', async () => {
    await api.send('POST', '/Datastreams(1)/Observations', { result: 1, FeatureOfInterest: featureBody() });
    await remove('/FeaturesOfInterest(2)');
    expect((await counts()).Observations).toBe(21);
    await api.send('POST', '/Things(1)/Locations', locationBody('B', 8, 50));
    await api.send('POST', '/Datastreams(1)/Observations', { result: 2 });
    const { value } = await get('/FeaturesOfInterest?$orderby=id');
    expect(value).toHaveLength(2);
    await remove(`/FeaturesOfInterest(${value[1]['@iot.id']})`);
    expect((await counts()).Observations).toBe(21);
    await api.send('POST', '/Datastreams(1)/Observations', { result: 3 });
    const [newest] = (
      await get('/Datastreams(1)/Observations?$orderby=phenomenonTime desc&$top=1&$expand=FeatureOfInterest')
    ).value;
    expect(newest.FeatureOfInterest.feature.coordinates).toEqual([8, 50]);
  });
});

describe('DELETE with a $filter', () => {
  test('takes what it finds and says how many', async () => {
    expect(
      (
        await remove(
          '/Datastreams(1)/Observations?$filter=result%20ge%205%20and%20phenomenonTime%20lt%202026-01-01T00:00:00.010Z',
        )
      ).body,
    ).toEqual({ deleted: 5 });
    const { value } = await get('/Datastreams(1)/Observations?$top=100');
    expect(value.map((o: { result: number }) => o.result)).toEqual([
      0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
    ]);
    expect((await remove('/Observations?$filter=result eq 77')).body).toEqual({ deleted: 0 });
    expect((await remove('/Observations?$filter=true')).body).toEqual({ deleted: 16 });
    expect((await remove('/FeaturesOfInterest(1)/Observations?$filter=true')).body).toEqual({ deleted: 0 });
  });

  test('takes entities of every set, with what belongs to them', async () => {
    for (const name of ['a', 'b', 'c'])
      await api.send('POST', '/Things', thingBody(name, { Datastreams: [streamBody(name)] }));
    expect((await remove("/Things?$filter=name ne 'Mast' and Datastreams/name lt 'c'")).body).toEqual({ deleted: 2 });
    expect((await counts()).Datastreams).toBe(2);
    expect((await remove('/Things(1)/Datastreams?$filter=true')).body).toEqual({ deleted: 1 });
    expect((await remove('/FeaturesOfInterest?$filter=true')).body).toEqual({ deleted: 1 });
    for (const set of SETS) await remove(`/${set}?$filter=true`);
    expect(Object.values(await counts())).toEqual(SETS.map(() => 0));
  });

  test.each([
    ['/Observations', 400, /needs a \$filter.*\$filter=true means all/],
    ['/Observations?$filter=resul eq 1', 400, /has no resul; did you mean result/],
    ['/Observations?$filter=true&$top=5', 400, /takes \$filter, not \$top/],
    ['/Things(9)/Datastreams?$filter=true', 404, /no Thing with the id 9/],
    ['/Nothings?$filter=true', 404, /no set Nothings/],
    ['/Things(1)/name', 405, /DELETE goes to one entity/],
  ])('%s is a %i', async (path, status, detail) => {
    expect((await remove(path, status)).body.detail).toMatch(detail);
    expect((await counts()).Observations).toBe(21);
  });

  test('that finds too many deletes nothing [limit sensorthings.deleteEntities]', async () => {
    await api.stop();
    await begin({ deleteEntities: 10 });
    expect((await remove('/Datastreams(1)/Observations?$filter=true', 400)).body.detail).toMatch(
      /more than 10 entities would go .*Nothing was deleted/,
    );
    expect((await counts()).Observations).toBe(21);
    expect((await remove('/Datastreams(1)/Observations?$filter=result lt 10')).body).toEqual({ deleted: 10 });
  });

  test('takes rows of devices, which do not come back', async () => {
    await api.deliver(1, [[T + 100, 5]]);
    await remove('/Datastreams(1)/Observations?$filter=true');
    await api.store.write({
      length: 1,
      ds: Int32Array.of(1),
      t: Float64Array.of(T + 100),
      r: Float64Array.of(5),
      type: new Uint8Array(1),
      rec: Float64Array.of(1_000_000),
      q: new Uint8Array(1),
      x: new Map(),
    });
    expect((await counts()).Observations).toBe(1);
  });
});
