/** $apply and $interval over HTTP: the same numbers as a loop over the Observations gives. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, cityStore, serve } from './testing/index.ts';

interface Group {
  readonly phenomenonTime: string;
  readonly count: number;
  readonly mean: number;
  readonly Datastream: { '@iot.id': number };
}

let api: Api;
beforeAll(async () => {
  api = await serve();
});
afterAll(() => api.stop());
const get = (path: string) => api.get(`/${path.replaceAll(' ', '%20')}`);
const DAY = '2026-05-01';

test('$interval gives count, mean, min, max, first and last of each span of each Datastream', async () => {
  const { body } = await get('Datastreams(3)/Observations?$interval=PT6H&$count=true');
  expect(body).toEqual({
    '@iot.count': 4,
    value: [0, 1, 2, 3].map((i) => ({
      phenomenonTime: `${DAY}T${String(i * 6).padStart(2, '0')}:00:00.000Z/${i === 3 ? '2026-05-02T00' : `${DAY}T${String(i * 6 + 6).padStart(2, '0')}`}:00:00.000Z`,
      count: 6,
      mean: i * 6 + 2.5,
      min: i * 6,
      max: i * 6 + 5,
      first: i * 6,
      last: i * 6 + 5,
      'Datastream@iot.navigationLink': `${api.root}/Datastreams(3)`,
      Datastream: { '@iot.id': 3 },
    })),
  });
  const all = await get('Observations?$interval=P1D');
  expect(all.body.value.map((g: Group) => [g.Datastream['@iot.id'], g.count])).toEqual([
    [1, 24],
    [3, 24],
    [4, 24],
  ]);
});

test('$interval takes a time zone, and $filter says which Observations count', async () => {
  const { body } = await get(
    `Datastreams(3)/Observations?$interval=P1D,'Europe/Berlin'&$filter=phenomenonTime ge ${DAY}T06:00:00Z`,
  );
  expect(body.value.map((g: Group) => [g.phenomenonTime, g.count])).toEqual([
    ['2026-04-30T22:00:00.000Z/2026-05-01T22:00:00.000Z', 16],
    ['2026-05-01T22:00:00.000Z/2026-05-02T22:00:00.000Z', 2],
  ]);
});

test('what the store computes is what looking at every row gives', async () => {
  let pushed = 0;
  const store = await cityStore();
  const counting = new Proxy(store, {
    get(target, key) {
      if (key === 'aggregate') pushed++;
      const value = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const other = await serve({ store: counting });
  const items =
    'result with average as mean,result with p95 as p95,result with median as median,result with sum as sum,$count as n,result with first as first,result with last as last,result with min as least,result with max as most';
  for (const groups of [
    `groupby((bucket(phenomenonTime,duration'PT5H'),Datastream/id),aggregate(${items}))`,
    `aggregate(${items})`,
    `groupby((Datastream/id),aggregate(${items}))`,
  ]) {
    const bounds = await other.get(
      `/Observations?$apply=${encodeURIComponent(`filter(result ge 3 and Datastream/id in (1,3))/${groups}`)}`,
    );
    const seen = pushed;
    const rows = await other.get(
      `/Observations?$apply=${encodeURIComponent(`filter(floor(result) ge 3 and Datastream/id in (1,3))/${groups}`)}`,
    );
    expect([bounds.status, rows.status, seen > 0, pushed]).toEqual([200, 200, true, seen]);
    expect(bounds.body.value.length).toBeGreaterThan(0);
    expect(rows.body).toEqual(bounds.body);
  }
  expect(pushed).toBe(3);
  await other.stop();
});

test('the outcome can be asked like a set: $filter, $orderby, $top, $skip, $count, $select', async () => {
  const { body } = await get(
    "Observations?$apply=groupby((bucket(phenomenonTime,duration'PT1H'),Datastream/id),aggregate(result with max as most,$count as n))&$filter=most gt 20 and Datastream/name eq 'Level'&$orderby=most desc&$top=1&$skip=1&$count=true&$select=most,Datastream",
  );
  expect(body).toEqual({
    '@iot.count': 3,
    value: [{ most: 22, 'Datastream@iot.navigationLink': `${api.root}/Datastreams(3)`, Datastream: { '@iot.id': 3 } }],
    '@iot.nextLink': expect.stringMatching(/\$top=1&\$skip=2&\$apply=/),
  });
  const next = await api.get(body['@iot.nextLink'].slice(api.root.length));
  expect(next.body.value.map((g: { most: number }) => g.most)).toEqual([21]);
  expect(next.body['@iot.nextLink']).toBeUndefined();
});

test('a group without a number says null, one without an Observation is left out, one of nothing is no group', async () => {
  const { body } = await get('Datastreams(5)/Observations?$apply=aggregate(result with average as mean,$count as n)');
  expect(body).toEqual({ value: [] });
  const none = await get('Datastreams(3)/Observations?$interval=PT1H&$filter=phenomenonTime gt 2027-01-01');
  expect(none.body).toEqual({ value: [] });
});

test('what is hidden does not count', async () => {
  const path = '/Observations?$apply=aggregate($count%20as%20n)';
  expect((await api.get(path)).body.value).toEqual([{ n: 72 }]);
  expect((await api.get(path, 'member')).body.value).toEqual([{ n: 96 }]);
  expect((await api.get(path, 'admin')).body.value).toEqual([{ n: 120 }]);
});

test('groups as CSV are a table', async () => {
  const { status, text, type } = await get(
    'Observations?$interval=PT12H&$resultFormat=CSV&$filter=Datastream/id eq 3&$select=phenomenonTime,Datastream,mean',
  );
  expect([status, type]).toEqual([200, expect.stringContaining('text/csv')]);
  expect(text.split('\r\n')).toEqual([
    'Datastream/id,phenomenonTime,mean',
    '3,2026-05-01T00:00:00.000Z/2026-05-01T12:00:00.000Z,5.5',
    '3,2026-05-01T12:00:00.000Z/2026-05-02T00:00:00.000Z,17.5',
    '',
  ]);
});

test('groups have no address, and one entity has no groups', async () => {
  expect((await get('Observations/$ref?$interval=PT1H')).status).toBe(400);
  expect((await get('Datastreams(1)?$interval=PT1H')).status).toBe(400);
  const id = (1n << 42n) | BigInt(Date.parse(DAY));
  expect((await get(`Observations(${id})?$interval=PT1H`)).status).toBe(400);
});

test('spans that are wider or more than there may be are refused at once [limit sensorthings.groups]', async () => {
  for (const width of ['P99999999999Y', 'P1001Y', 'P99999999D', 'PT1999999999H', "P99999999999Y,'Europe/Berlin'"]) {
    const { status, body } = await get(`Observations?$interval=${width}`);
    expect([width, status, body.code]).toEqual([width, 400, 'query.type']);
  }
  for (const width of ['P1000Y', "P1000Y,'Europe/Berlin'", 'P366000D'])
    expect((await get(`Observations?$interval=${width}`)).body.value).toHaveLength(3);
  const few = await serve({ options: { groups: 40 } });
  const { status, body } = await few.get('/Datastreams(3)/Observations?$interval=PT30M');
  expect([status, body.code]).toEqual([400, 'query.limit']);
  await few.stop();
});
