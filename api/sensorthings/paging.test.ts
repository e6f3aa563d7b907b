/** Following nextLinks: every Observation once, whatever arrives between two pages. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RESULT } from '../../services/model/index.ts';
import type { TimeseriesStore } from '../../services/timeseries/index.ts';
import { type Api, cityStore, NOW, serve } from './testing/index.ts';

const HOUR = 3_600_000;
let store: TimeseriesStore;
let api: Api;
let records = 5000;
const scans: { readonly offset: number }[] = [];
beforeAll(async () => {
  store = await cityStore();
  const watched = new Proxy(store, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (key === 'scan') scans.push(args[0] as { offset: number });
        return value.apply(target, args);
      };
    },
  });
  api = await serve({ store: watched });
});
afterAll(() => api.stop());

/** A reading that comes late: older than all there are, or between them. */
const arrive = (ds: number, t: number, mode: 'first' | 'tie' = 'first') =>
  store.write(
    {
      length: 1,
      ds: Int32Array.of(ds),
      t: Float64Array.of(t),
      r: Float64Array.of(99),
      type: Uint8Array.of(RESULT.number),
      rec: Float64Array.of(records++),
      q: Uint8Array.of(0),
      x: new Map(),
    },
    { mode },
  );

async function walk(
  path: string,
  between: (page: number) => Promise<unknown>,
): Promise<{ ids: string[]; links: string[] }> {
  const ids: string[] = [];
  const links: string[] = [];
  let next: string | undefined = path;
  for (let page = 0; next !== undefined; page++) {
    const { status, text, body } = await api.get(next);
    expect(status).toBe(200);
    ids.push(
      ...[...text.matchAll(/Observations\((\d+)\)","@iot.id"|\[(\d{10,}),"/g)].map((m) => (m[1] ?? m[2]) as string),
    );
    const link: string | undefined = body['@iot.nextLink'];
    if (link !== undefined) links.push(link);
    next = link?.slice(api.root.length);
    await between(page);
  }
  return { ids, links };
}

test.each([
  ['Observations?$top=5'],
  ['Observations?$top=5&$orderby=id desc'],
  ['Observations?$top=7&$orderby=phenomenonTime desc'],
  ['Observations?$top=7&$orderby=phenomenonTime asc,id asc'],
  ['Observations?$top=7&$orderby=phenomenonTime&$filter=round(result) ge 3'],
  ['Observations?$top=4&$filter=Datastream/id in (1,3) and result gt 3'],
  ['Datastreams(3)/Observations?$top=5&$orderby=resultTime desc'],
  ['Observations?$top=9&$resultFormat=dataArray'],
])('%s', async (query) => {
  const path = `/${query.replaceAll(' ', '%20')}`;
  const whole = (await walk(path.replace(/\$top=\d+/, '$top=1000'), async () => null)).ids;
  const expected = new Set(whole);
  let shift = 0;
  scans.length = 0;
  const { ids, links } = await walk(path, async () => {
    // Before the first of both directions, and beside one that was there.
    shift++;
    await arrive(1, NOW - 100 * HOUR - records);
    await arrive(3, NOW - 30 * HOUR - records);
    await arrive(3, NOW + records);
    await arrive(1, NOW - shift * HOUR, 'tie');
  });
  expect(links.length).toBeGreaterThan(3);
  expect(shift).toBe(links.length + 1);
  // What was there at the start comes once, in its order; what arrived may come, but nothing twice.
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => expected.has(id))).toEqual(whole);
  for (const link of links) expect(link).toMatch(/[?&]\$top=\d+&\$skip=\d+&.*\$skiptoken=k\d+\./);
  expect(scans.every((s) => s.offset === 0)).toBe(true);
});

test('a client that counts on its own gets what it counts to', async () => {
  const first = (await api.get('/Observations?$top=5&$orderby=id')).body;
  const moved = first['@iot.nextLink'].replace('$skip=5', '$skip=6').slice(api.root.length);
  const { body } = await api.get(moved);
  const all = (await api.get('/Observations?$top=20&$orderby=id')).body.value;
  expect(body.value[0]['@iot.id']).toBe(all[6]['@iot.id']);
});

test('an order that the store does not keep, and other sets, are counted', async () => {
  for (const path of [
    '/Observations?$top=5&$orderby=result',
    '/Things?$top=1',
    '/Datastreams(1)/Observations?$orderby=resultTime&$top=1',
  ]) {
    const { body } = await api.get(path);
    const token = body['@iot.nextLink'].includes('$skiptoken');
    expect([path, token]).toEqual([path, path.includes('resultTime')]);
    const next = await api.get(body['@iot.nextLink'].slice(api.root.length));
    expect(next.status).toBe(200);
    expect(next.body.value[0]).not.toEqual(body.value[0]);
  }
  expect((await api.get('/Observations?$skiptoken=x')).body.detail).toMatch(
    /column 1: a mark from a nextLink expected/,
  );
});
