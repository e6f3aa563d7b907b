import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { hubAt } from './hub.ts';
import { DEFAULTS } from './options.ts';

let stop: () => void = () => {};
afterEach(() => stop());

/** A hub that answers each address with what `answer` makes of it; gives the page's hub and the addresses it asked for. */
async function hubThat(answer: (url: URL) => unknown) {
  const asked: URL[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://hub.test');
    asked.push(url);
    const body = answer(url);
    response.statusCode = body === undefined ? 503 : 200;
    response.end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stop = () => void server.close();
  const { port } = server.address() as AddressInfo;
  return { hub: hubAt(new URL(`http://127.0.0.1:${port}/city/`), DEFAULTS), asked };
}

test('the catalogue is read page by page, under the path of the page, whatever host the links name', async () => {
  const { hub, asked } = await hubThat((url) =>
    url.searchParams.get('$skip') === '2'
      ? { value: [{ '@iot.id': 3 }] }
      : {
          '@iot.nextLink': 'https://inside.test/v1.1/Things?$top=2&$skip=2',
          value: [{ '@iot.id': 1 }, { '@iot.id': 2 }],
        },
  );
  expect((await hub.things()).map((thing) => thing.id)).toEqual([1, 2, 3]);
  expect(asked.map((url) => url.pathname)).toEqual(['/city/v1.1/Things', '/city/v1.1/Things']);
  expect(hub.live.href).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/city\/live$/);
});

test('a nextLink to the same page does not go round for ever', async () => {
  const { hub, asked } = await hubThat((url) => ({ '@iot.nextLink': url.href, value: [{ '@iot.id': 1 }] }));
  expect(await hub.things()).toHaveLength(1);
  expect(asked).toHaveLength(1);
});

test('a history beyond the limit is cut and says so', async () => {
  let page = 0;
  const { hub } = await hubThat(() => ({
    '@iot.nextLink': `http://x/?$skip=${++page}`,
    value: [
      { phenomenonTime: `2026-01-01T00:0${page}:00Z`, result: page },
      { phenomenonTime: 'never', result: 0 },
    ],
  }));
  const history = await hub.history({ id: 5, element: null }, 0);
  expect(history.results).toEqual([1, 2, 3]);
  expect(history.cut).toBe(true);
});

test('an interval counts by its start', async () => {
  const phenomenonTime = '2026-01-01T00:00:00Z/2026-01-01T01:00:00Z';
  const { hub, asked } = await hubThat(() => ({ value: [{ phenomenonTime, result: 4 }] }));
  expect(await hub.history({ id: 5, element: null }, 0)).toEqual({
    times: [Date.UTC(2026, 0, 1)],
    results: [4],
    cut: false,
  });
  expect(asked[0]!.searchParams.get('$filter')).toBe('phenomenonTime ge 1970-01-01T00:00:00.000Z');
});

test('a hub that refuses is an error with its status', async () => {
  const { hub } = await hubThat(() => undefined);
  await expect(hub.things()).rejects.toMatchObject({ name: 'HubError', status: 503 });
});

test('Things are asked for by their ids, a hundred at a time', async () => {
  const { hub, asked } = await hubThat(() => ({ value: [{ '@iot.id': 1 }] }));
  const ids = Array.from({ length: 101 }, (_, i) => i + 1);
  expect(await hub.thingsOf(ids)).toHaveLength(2);
  expect(asked.map((url) => url.searchParams.get('$filter'))).toEqual([
    `id in (${ids.slice(0, 100).join(',')})`,
    'id in (101)',
  ]);
});

test('the history of an element is that of its place in the results', async () => {
  const at = (minute: number, result: unknown) => ({ phenomenonTime: `2026-01-01T00:0${minute}:00Z`, result });
  const { hub, asked } = await hubThat(() => ({ value: [at(1, [1, 2]), at(2, 'no array'), at(3, [3])] }));
  expect((await hub.history({ id: 5, element: 1 }, 0)).results).toEqual([2, null, undefined]);
  expect(asked[0]!.pathname).toBe('/city/v1.1/MultiDatastreams(5)/Observations');
  expect(hub.address({ id: 5, element: 0 })).toMatch(/MultiDatastreams\(5\)$/);
});

test('means are asked for by the hour or by the day of this clock, from the start of the first one', async () => {
  const { hub, asked } = await hubThat(() => ({
    '@stadtpegel.sources': [],
    value: [
      { phenomenonTime: '2026-01-01T00:00:00Z/2026-01-01T01:00:00Z', mean: 4, low: 1, high: 9 },
      { phenomenonTime: '2026-01-01T01:00:00Z/2026-01-01T02:00:00Z', mean: null, low: null, high: null },
      { phenomenonTime: 'never', mean: 1 },
    ],
  }));
  const since = Date.UTC(2026, 0, 1, 0, 20);
  expect(await hub.means({ id: 5, element: null }, since, 'hour')).toEqual({
    times: [Date.UTC(2026, 0, 1, 0, 30), Date.UTC(2026, 0, 1, 1, 30)],
    results: [4, null],
    cut: false,
    means: { span: 'hour', low: [1, null], high: [9, null] },
  });
  await hub.means({ id: 5, element: null }, since, 'day');
  const [hours, days] = asked.map((url) => url.searchParams.get('$apply'));
  expect(hours).toContain(
    "filter(phenomenonTime ge 2026-01-01T00:00:00.000Z)/groupby((bucket(phenomenonTime,duration'PT1H'))",
  );
  const midnight = new Date(since).setHours(0, 0, 0, 0);
  expect(days).toContain(`ge ${new Date(midnight).toISOString()})`);
  expect(days).toContain(`duration'P1D','${Intl.DateTimeFormat().resolvedOptions().timeZone}'`);
});
