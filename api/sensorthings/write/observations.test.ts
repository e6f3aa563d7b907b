import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EDITED_IDS, isoTime } from '../../../services/model/index.ts';
import {
  featureBody,
  layoutId,
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
beforeEach(async () => {
  api = await writable();
  await api.send('POST', '/Things', mastBody());
});
afterEach(() => api.stop());

const get = (path: string) => api.read(path);
const list = async (path: string) => (await get(path)).value;

/** The id of the new one. */
const post = async (body: object, path = '/Datastreams(1)/Observations') =>
  /\d+/.exec(await api.create(path, body))![0];
async function patch(id: string, body: unknown, method = 'PATCH') {
  const answer = await api.send(method, `/Observations(${id})`, body);
  expect(answer.status, answer.text).toBe(200);
  return answer;
}

describe('a new Observation', () => {
  test('keeps everything that was sent, and the JSON type of its result', async () => {
    const body = {
      phenomenonTime: '2026-01-01T00:00:00.000Z/2026-01-01T01:00:00.000Z',
      resultTime: '2026-01-01T01:00:05.000Z',
      result: 1.5,
      resultQuality: { code: 'good' },
      validTime: '2026-01-01T00:00:00.000Z/2026-02-01T00:00:00.000Z',
      parameters: { run: 7 },
    };
    const id = await post(body);
    expect(await get(`/Observations(${id})`)).toMatchObject(body);
    const results = [0, -1e300, true, false, 'text', '3.7', null, { a: [1] }, [1, 'x'], ''];
    for (const result of results)
      expect(await get(`/Observations(${await post({ result })})`)).toHaveProperty('result', result);
    expect(await list('/Observations')).toHaveLength(results.length + 1);
  });

  test('without a time has the hub’s, without a resultTime none', async () => {
    const before = Date.now();
    const { phenomenonTime, resultTime } = await get(`/Observations(${await post({ result: 1 })})`);
    expect(Date.parse(phenomenonTime)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(phenomenonTime)).toBeLessThanOrEqual(Date.now());
    expect(resultTime).toBeNull();
  });

  test('in a zone is shown in UTC, with its microseconds in every format, and keeps them', async () => {
    const id = await post({ result: 1, phenomenonTime: '2026-01-01T02:00:00.123456+02:00' });
    const time = '2026-01-01T00:00:00.123456Z';
    const stands = async () => {
      expect((await get(`/Observations(${id})`)).phenomenonTime).toBe(time);
      expect(await get(`/Observations(${id})/phenomenonTime/$value`)).toBe(time);
      expect(await get('/Observations?$resultFormat=CSV')).toContain(`,${time},`);
      expect((await list('/Observations?$resultFormat=dataArray'))[0].dataArray[0]).toContain(time);
    };
    await stands();
    await patch(id, { result: 2 });
    await patch(id, { ...(await get(`/Observations(${id})`)), result: 3 });
    await stands();
    const interval = `${time}/2026-01-01T01:00:00.000Z`;
    await patch(id, { phenomenonTime: interval });
    expect((await get(`/Observations(${id})`)).phenomenonTime).toBe(interval);
    await patch(id, { phenomenonTime: isoTime(T) });
    expect((await get(`/Observations(${id})`)).phenomenonTime).toBe(isoTime(T));
  });

  test('has the id of its Datastream and time where the instant is free, else an assigned one', async () => {
    expect(await post({ result: 1, phenomenonTime: isoTime(T) })).toBe(layoutId(1, T));
    const second = await post({ result: 2, phenomenonTime: isoTime(T) });
    expect(Number(second)).toBe(EDITED_IDS);
    expect((await get(`/Observations(${second})`)).result).toBe(2);
    expect((await get(`/Observations(${layoutId(1, T)})`)).result).toBe(1);
    // before 1970 the layout has no place
    expect(Number(await post({ result: 3, phenomenonTime: '1900-01-01T00:00:00Z' }))).toBeGreaterThan(EDITED_IDS);
  });

  test('beside a reading of a device is another Observation', async () => {
    await api.deliver(1, [[T, 20]]);
    const id = await post({ result: 21, phenomenonTime: isoTime(T) });
    expect(id).not.toBe(layoutId(1, T));
    expect((await list('/Datastreams(1)/Observations')).map((o: { result: number }) => o.result)).toEqual([20, 21]);
  });

  test('where one was deleted does not get its id', async () => {
    const first = await post({ result: 1, phenomenonTime: isoTime(T) });
    await api.send('DELETE', `/Observations(${first})`);
    const second = await post({ result: 2, phenomenonTime: isoTime(T) });
    expect(second).not.toBe(first);
    expect((await api.get(`/Observations(${first})`, 'admin')).status).toBe(404);
    expect((await get(`/Observations(${second})`)).result).toBe(2);
  });

  test('tells its Datastream that it has times of its own', async () => {
    expect(api.registry.catalogue.set('Datastreams').get(1)?.ownTimes).toBeUndefined();
    await post({ result: 1 });
    expect(api.registry.catalogue.set('Datastreams').get(1)?.ownTimes).toBe(true);
  });

  test('of a MultiDatastream is an array with an element for each ObservedProperty [req multi-datastream/constraints]', async () => {
    await api.send('POST', '/Things(1)/MultiDatastreams', multiBody());
    const id = await post({ result: [1, 'x'] }, '/MultiDatastreams(2)/Observations');
    expect((await get(`/Observations(${id})`)).result).toEqual([1, 'x']);
    for (const [result, detail] of [
      [[1], /^result: an array of 2 results expected, .* not 1$/],
      [1, /not a single value/],
    ] as const) {
      const answer = await api.send('POST', '/MultiDatastreams(2)/Observations', { result });
      expect([answer.status, answer.body.detail]).toEqual([400, expect.stringMatching(detail)]);
    }
  });

  test.each([
    [{ result: 1, phenomenonTime: 'now' }, /^phenomenonTime: a time such as/],
    [{ result: 1, phenomenonTime: '2026-01-02T00:00:00Z/2026-01-01T00:00:00Z' }, /ends before it begins/],
    [{ result: 1, phenomenonTime: '1600-01-01T00:00:00Z' }, /1700 to 2250/],
    [{ result: 1, resultTime: '2026-01-01T00:00:00Z/2026-01-02T00:00:00Z' }, /^resultTime: a time such as/],
    [{ result: 1, validTime: '2026-01-01T00:00:00Z' }, /^validTime: an interval expected/],
    [{ result: 1, parameters: 'x' }, /^parameters: a JSON object expected/],
    [{ result: 1, Result: 2 }, /^Result: Observation has no Result; did you mean result\?/],
    [{ result: 1, Datastream: { '@iot.id': 2 } }, /^Datastream: the place says 1 already/],
    [{ result: 1, MultiDatastream: { '@iot.id': 1 } }, /^MultiDatastream: the place of the Observation says another/],
    [
      { result: 1, FeatureOfInterest: { '@iot.id': 9 } },
      /^FeatureOfInterest: there is no FeatureOfInterest with the id 9/,
    ],
  ])('is refused: %j', async (body, detail) => {
    const answer = await api.send('POST', '/Datastreams(1)/Observations', body);
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringMatching(detail)]);
    expect((await get('/Observations?$count=true'))['@iot.count']).toBe(0);
  });
});

describe('its FeatureOfInterest', () => {
  test('is made of the Location once, also for 50 that come at the same time', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, i) => post({ result: i, phenomenonTime: isoTime(T + i) })));
    expect(await list('/FeaturesOfInterest')).toHaveLength(1);
    expect((await get('/FeaturesOfInterest(1)/Observations?$count=true'))['@iot.count']).toBe(50);
  });

  test('is one for all Datastreams of a place', async () => {
    await api.send('POST', '/Things(1)/Datastreams', streamBody('second'));
    await post({ result: 1 });
    await post({ result: 1 }, '/Datastreams(2)/Observations');
    expect(await list('/FeaturesOfInterest')).toHaveLength(1);
  });

  test('may be named or sent along, and then holds for this Observation only', async () => {
    await post({ result: 1, phenomenonTime: isoTime(T) });
    const named = await post({ result: 2, phenomenonTime: isoTime(T + 1), FeatureOfInterest: featureBody() });
    await post({ result: 3, phenomenonTime: isoTime(T + 2), FeatureOfInterest: { '@iot.id': 2 } });
    await post({ result: 4, phenomenonTime: isoTime(T + 3) });
    expect(await get(`/Observations(${named})/FeatureOfInterest`)).toMatchObject({ name: 'Wupper' });
    expect((await list('/FeaturesOfInterest(2)/Observations')).map((o: { result: number }) => o.result)).toEqual([
      2, 3,
    ]);
    expect((await list('/FeaturesOfInterest(1)/Observations')).map((o: { result: number }) => o.result)).toEqual([
      1, 4,
    ]);
  });

  test('without a Location must be named', async () => {
    await api.send('POST', '/Things', thingBody('nowhere', { Datastreams: [streamBody()] }));
    const answer = await api.send('POST', '/Datastreams(2)/Observations', { result: 1 });
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toMatch(/Thing 2 has no Location to make one of/);
    await post({ result: 1, FeatureOfInterest: featureBody() }, '/Datastreams(2)/Observations');
    await api.send('POST', '/Things(2)/Locations', locationBody());
    await post({ result: 2 }, '/Datastreams(2)/Observations');
  });
});

describe('a changed Observation', () => {
  test('keeps its id, its time and what was not given', async () => {
    const id = await post({ result: 1, phenomenonTime: isoTime(T), parameters: { a: 1 } });
    const { body } = await patch(id, { result: 'two' });
    expect(body).toMatchObject({
      '@iot.id': Number(id),
      result: 'two',
      phenomenonTime: isoTime(T),
      parameters: { a: 1 },
    });
    expect(await list('/Observations')).toHaveLength(1);
  });

  test('keeps its id when its time changes, again and again, and back [req create-update-delete/update-entity]', async () => {
    const id = await post({ result: 1, phenomenonTime: isoTime(T) });
    for (const t of [T + 5, T + 7, T, T + 5]) {
      await patch(id, { phenomenonTime: isoTime(t) });
      expect(await get(`/Observations(${id})`)).toMatchObject({
        '@iot.id': Number(id),
        phenomenonTime: isoTime(t),
        result: 1,
      });
      expect((await list('/Observations')).map((o: { '@iot.id': number }) => String(o['@iot.id']))).toEqual([id]);
    }
    // the id of the instant where it stands now is nobody's
    expect((await api.get(`/Observations(${layoutId(1, T + 5)})`, 'admin')).status).toBe(404);
    expect(await post({ result: 2, phenomenonTime: isoTime(T) })).not.toBe(id);
    expect(await post({ result: 3, phenomenonTime: isoTime(T + 5) })).not.toBe(layoutId(1, T + 5));
    expect(await list('/Observations')).toHaveLength(3);
  });

  test('keeps its id when it goes to another Datastream', async () => {
    await api.send('POST', '/Things(1)/Datastreams', streamBody('second'));
    const id = await post({ result: 1, phenomenonTime: isoTime(T) });
    await patch(id, { Datastream: { '@iot.id': 2 } });
    expect(await list('/Datastreams(1)/Observations')).toEqual([]);
    expect(
      (await list('/Datastreams(2)/Observations')).map((o: { '@iot.id': number }) => String(o['@iot.id'])),
    ).toEqual([id]);
    expect(await get(`/Observations(${id})/Datastream`)).toMatchObject({ name: 'second' });
  });

  test('with an assigned id keeps that too', async () => {
    await post({ result: 1, phenomenonTime: isoTime(T) });
    const id = await post({ result: 2, phenomenonTime: isoTime(T) });
    await patch(id, { phenomenonTime: isoTime(T + 9) });
    expect(await get(`/Observations(${id})`)).toMatchObject({ phenomenonTime: isoTime(T + 9), result: 2 });
    await patch(id, { phenomenonTime: isoTime(T) });
    expect(await get(`/Observations(${id})`)).toMatchObject({ phenomenonTime: isoTime(T), result: 2 });
    expect((await get(`/Observations(${layoutId(1, T)})`)).result).toBe(1);
  });

  test('that a device brought says that it was edited, and the reading does not come back', async () => {
    await api.deliver(1, [[T, 20]]);
    const id = layoutId(1, T);
    const { body } = await patch(id, { result: 21 });
    expect(body).toMatchObject({ result: 21, resultQuality: ['edited'], resultTime: isoTime(T) });
    await patch(id, { phenomenonTime: isoTime(T + 1) });
    expect(await get(`/Observations(${id})`)).toMatchObject({
      result: 21,
      phenomenonTime: isoTime(T + 1),
      resultTime: isoTime(T),
    });
    await api.store.write({
      length: 1,
      ds: Int32Array.of(1),
      t: Float64Array.of(T),
      r: Float64Array.of(20),
      type: new Uint8Array(1),
      rec: Float64Array.of(1_000_000),
      q: new Uint8Array(1),
      x: new Map(),
    });
    expect((await list('/Observations')).map((o: { result: number }) => o.result)).toEqual([21]);
  });

  test('by PUT has no more than was given, but its time', async () => {
    const id = await post({ result: 1, phenomenonTime: isoTime(T), resultTime: isoTime(T), parameters: { a: 1 } });
    const { body } = await patch(id, { result: 2 }, 'PUT');
    expect(body).toMatchObject({ result: 2, phenomenonTime: isoTime(T), resultTime: null });
    expect(body).not.toHaveProperty('parameters');
    const bad = await api.send('PUT', `/Observations(${id})`, {});
    expect([bad.status, bad.body.detail]).toEqual([400, 'result: an Observation needs a result']);
  });

  test('by JSON Patch', async () => {
    const id = await post({ result: { a: 1 }, phenomenonTime: '2026-01-01T00:00:00.123456Z', parameters: {} });
    const answer = await api.send(
      'PATCH',
      `/Observations(${id})`,
      [
        { op: 'add', path: '/result/b', value: 2 },
        { op: 'add', path: '/parameters/run', value: 7 },
      ],
      { headers: { 'content-type': 'application/json-patch+json' } },
    );
    expect(answer.body).toMatchObject({ result: { a: 1, b: 2 }, parameters: { run: 7 } });
    expect(answer.body.phenomenonTime).toBe('2026-01-01T00:00:00.123456Z');
  });

  test('loses nothing when 30 change it at the same time', async () => {
    const id = await post({ result: 0, phenomenonTime: isoTime(T), parameters: {} });
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        api.send('PATCH', `/Observations(${id})`, [{ op: 'add', path: `/parameters/k${i}`, value: i }], {
          headers: { 'content-type': 'application/json-patch+json' },
        }),
      ),
    );
    expect(Object.keys((await get(`/Observations(${id})`)).parameters)).toHaveLength(30);
    expect(await list('/Observations')).toHaveLength(1);
  });

  test('may get another FeatureOfInterest; when it moves, it keeps the one it had', async () => {
    const id = await post({ result: 1, phenomenonTime: isoTime(T) });
    await api.send('POST', '/FeaturesOfInterest', featureBody());
    await patch(id, { FeatureOfInterest: { '@iot.id': 2 } });
    await patch(id, { phenomenonTime: isoTime(T + 1) });
    expect(await get(`/Observations(${id})/FeatureOfInterest`)).toMatchObject({ name: 'Wupper' });
    await patch(id, { FeatureOfInterest: { '@iot.id': 1 } });
    expect(await get(`/Observations(${id})/FeatureOfInterest`)).toMatchObject({ name: 'Rathaus' });
  });
});
