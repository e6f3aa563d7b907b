/** Every limit says itself when it is reached, and a page that ends early goes on by its nextLink. */
import { expect, test } from 'vitest';
import type { RangeQuery } from '../../services/timeseries/index.ts';
import type { Options } from './options.ts';
import { type Api, cityStore, NOW, serve } from './testing/index.ts';

async function withApi(
  options: Partial<Options>,
  run: (api: Api) => Promise<void>,
  clock?: { now(): number },
): Promise<void> {
  const api = await serve(clock === undefined ? { options } : { options, clock });
  try {
    await run(api);
  } finally {
    await api.stop();
  }
}

test('$top is clamped and the rest is behind the nextLink [limit sensorthings.pageSize] [limit sensorthings.maxTop] [limit sensorthings.expandPageSize]', () =>
  withApi({ pageSize: 2, maxTop: 3, expandPageSize: 1 }, async (api) => {
    expect((await api.get('/Observations')).body.value).toHaveLength(2);
    const { body } = await api.get('/Observations?$top=100');
    expect(body.value).toHaveLength(3);
    // as it was given: clients like Masterportal go on until $skip has reached it
    expect(body['@iot.nextLink']).toContain('$top=100&$skip=3');
    expect((await api.get('/Observations')).body['@iot.nextLink']).toMatch(
      /Observations\?\$skip=2&\$skiptoken=k2\.[\d_]+$/,
    );
    const expanded = (await api.get('/Things(3)?$expand=Datastreams')).body;
    expect(expanded.Datastreams).toHaveLength(1);
    expect(expanded['Datastreams@iot.nextLink']).toBe(`${api.root}/Things(3)/Datastreams?$top=1&$skip=1`);
  }));

test('$expand is bounded in depth [limit sensorthings.expandDepth]', () =>
  withApi({ expandDepth: 2 }, async (api) => {
    expect((await api.get('/Things?$expand=Datastreams/Sensor')).status).toBe(200);
    const { status, body } = await api.get('/Things?$expand=Datastreams/Sensor/Datastreams');
    expect([status, body.code]).toEqual([400, 'query.limit']);
  }));

test('$expand is bounded in width: a page ends early, a single entity is refused [limit sensorthings.expandEntities]', () =>
  withApi({ expandEntities: 30 }, async (api) => {
    const { body } = await api.get('/Datastreams?$expand=Observations($top=20)');
    expect(body.value.map((d: { '@iot.id': number }) => d['@iot.id'])).toEqual([1]);
    expect(body['@iot.nextLink']).toContain('$skip=1');
    expect((await api.get('/Datastreams(1)?$expand=Observations/Datastream')).status).toBe(400);
  }));

test('an answer is bounded in bytes [limit sensorthings.responseBytes]', () =>
  withApi({ responseBytes: 3000 }, async (api) => {
    const { body } = await api.get('/Observations');
    expect(body.value.length).toBeGreaterThan(1);
    expect(body.value.length).toBeLessThan(20);
    expect(body['@iot.nextLink']).toContain(`$skip=${body.value.length}`);
    expect((await api.get('/Datastreams(1)?$expand=Observations')).body.code).toBe('query.limit');
  }));

test('one address leaves scans of the store for others, and queries that need none go on', async () => {
  const store = await cityStore();
  let scans = 0;
  const gate = Promise.withResolvers<void>();
  const slow = new Proxy(store, {
    get(_, name: keyof typeof store) {
      if (name !== 'scan') return typeof store[name] === 'function' ? store[name].bind(store) : store[name];
      return async function* (query: RangeQuery) {
        scans++;
        await gate.promise;
        yield* store.scan(query);
      };
    },
  });
  const api = await serve({ store: slow, options: { maxScansPerAddress: 2 } });
  try {
    const first = [api.get('/Datastreams(1)/Observations'), api.get('/Datastreams(1)?$expand=Observations')];
    await expect.poll(() => scans).toBe(2);
    const third = await api.get('/Datastreams(1)/Observations');
    expect([third.status, third.body.code, third.body.detail]).toEqual([
      503,
      'hub.busy',
      expect.stringContaining('maxScansPerAddress'),
    ]);
    expect((await api.get('/Things')).status).toBe(200);
    gate.resolve();
    for (const { status } of await Promise.all(first)) expect(status).toBe(200);
  } finally {
    gate.resolve();
    await api.stop();
  }
});

test('a query is bounded in time [limit sensorthings.queryMilliseconds]', async () => {
  let now = NOW;
  await withApi(
    { queryMilliseconds: 10 },
    async (api) => {
      const { status, body } = await api.get('/Observations?$filter=result mod 2 eq 0');
      expect([status, body.code]).toEqual([400, 'query.limit']);
      expect(body.detail).toContain('10 ms');
    },
    { now: () => (now += 20) },
  );
});

test('sorting rows that the store does not sort is bounded [limit sensorthings.sortRows]', () =>
  withApi({ sortRows: 50 }, async (api) => {
    expect((await api.get('/Observations?$orderby=result&$top=50')).status).toBe(200);
    expect((await api.get('/Observations?$orderby=result&$top=51')).body.code).toBe('query.limit');
    expect((await api.get('/Observations?$orderby=phenomenonTime&$top=51')).status).toBe(200);
  }));

test('a configured public address stands in all links', () =>
  withApi({ publicUrl: 'https://iot.example.org/v1.1/' }, async (api) => {
    const { body } = await api.get('/Things?$top=1');
    expect(body.value[0]['@iot.selfLink']).toBe('https://iot.example.org/v1.1/Things(1)');
    expect(body['@iot.nextLink']).toBe('https://iot.example.org/v1.1/Things?$top=1&$skip=1');
  }));

/** Blanks that take one byte of the request's head, which has 16 kB. */
const short = (filter: string) => filter.replaceAll(' ', '+');

test.each([
  ['an addition that goes on', `1${' add 1'.repeat(2500)} eq 1`],
  ['many alternatives', `true${' or true'.repeat(1800)}`],
  ['many comparisons', `true${' eq true'.repeat(1800)}`],
  ['lists of lists', `true${' in (true)'.repeat(1500)}`],
  ['a path that goes on', `Datastreams${'/Thing/Datastreams'.repeat(800)}/name eq 'x'`],
])('%s is refused before it uses up the stack [limit sensorthings.expressionOperators]', (_name, filter) =>
  withApi({}, async (api) => {
    const { status, body } = await api.get(`/Things?$filter=${short(filter)}`);
    expect([status, body.code]).toEqual([400, 'query.limit']);
    expect(body.detail).toContain('sensorthings.expressionOperators');
  }),
);

test.each([
  `1${' add 1'.repeat(999)} eq 1`,
  `id eq 0${' or id eq 0'.repeat(499)}`,
  `true${' in (true)'.repeat(1000)}`,
  `name ne ''${" and name ne ''".repeat(499)}`,
])('a condition of as many operators as there may be is answered', (filter) =>
  withApi({}, async (api) => {
    for (const set of ['Things', 'Datastreams'])
      expect((await api.get(`/${set}?$filter=${short(filter)}`)).status).toBe(200);
    expect((await api.get(`/Things?$expand=Datastreams($top=1;$filter=${short(filter)})`)).status).toBe(200);
  }),
);

test('lists of lists are computed once each, not once per item of those around them', () =>
  withApi({ queryMilliseconds: 2000 }, async (api) => {
    const filter = `id in (-1,-2)${' in (true,true)'.repeat(60)}`;
    expect((await api.get(`/Things?$filter=${filter}`)).status).toBe(200);
  }));

test('percentiles of what is looked at row by row are over a bounded number of results [limit sensorthings.aggregateValues]', () =>
  withApi({ aggregateValues: 20 }, async (api) => {
    const over = (filter: string) =>
      api.get(`/Observations?$apply=${encodeURIComponent(`filter(${filter})/aggregate(result with median as m)`)}`);
    expect((await over('result mod 2 ge 0 and Datastream/id eq 1 and id lt 0')).status).toBe(200);
    const { status, body } = await over('result add 1 gt -1000');
    expect([status, body.code]).toEqual([400, 'query.limit']);
    expect(body.detail).toContain('more than 20 results');
  }));

test('one request has a bounded number of store queries under way [limit sensorthings.concurrency]', async () => {
  let underWay = 0;
  let most = 0;
  const store = await cityStore();
  const counting = new Proxy(store, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key !== 'scan') return typeof value === 'function' ? value.bind(target) : value;
      return async function* (query: RangeQuery) {
        most = Math.max(most, ++underWay);
        try {
          for await (const rows of target.scan(query)) {
            await new Promise((resolve) => setImmediate(resolve));
            yield rows;
          }
        } finally {
          underWay--;
        }
      };
    },
  });
  const api = await serve({ store: counting, options: { concurrency: 2 } });
  const { status } = await api.get('/Datastreams?$expand=Observations($top=3;$orderby=result)');
  await api.stop();
  expect([status, most]).toEqual([200, 2]);
});
