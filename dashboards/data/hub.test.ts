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
  const history = await hub.history(5, 0);
  expect(history.results).toEqual([1, 2, 3]);
  expect(history.cut).toBe(true);
});

test('an interval counts by its start', async () => {
  const phenomenonTime = '2026-01-01T00:00:00Z/2026-01-01T01:00:00Z';
  const { hub, asked } = await hubThat(() => ({ value: [{ phenomenonTime, result: 4 }] }));
  expect(await hub.history(5, 0)).toEqual({ times: [Date.UTC(2026, 0, 1)], results: [4], cut: false });
  expect(asked[0]!.searchParams.get('$filter')).toBe('phenomenonTime ge 1970-01-01T00:00:00.000Z');
});

test('a hub that refuses is an error with its status', async () => {
  const { hub } = await hubThat(() => undefined);
  await expect(hub.things()).rejects.toMatchObject({ name: 'HubError', status: 503 });
});
