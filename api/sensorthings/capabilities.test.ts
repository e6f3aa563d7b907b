import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { memoryStore, type TimeseriesStore, withinSpan } from '../../services/timeseries/index.ts';
import { mastBody, type WritableApi, writable } from './testing/index.ts';

const DAY = 86_400_000;
const CAPABILITIES = {
  edit: 'This store cannot delete rows.',
  span: { milliseconds: 3 * DAY, reason: 'This store answers three days at the most.' },
};

/** The reference with another's limits. */
function limitedStore(): TimeseriesStore {
  const store = memoryStore();
  return new Proxy(store, {
    get(target, name) {
      if (name === 'capabilities') return CAPABILITIES;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'scan' && name !== 'count' && name !== 'aggregate') return value.bind(target);
      return (query: { from: number | null; to: number | null }) => {
        withinSpan(CAPABILITIES, query);
        return value.call(target, query) as unknown;
      };
    },
  });
}

describe('with a store that can neither change rows nor answer long spans', () => {
  let api: WritableApi;
  let id: string;
  beforeEach(async () => {
    api = await writable({}, undefined, undefined, limitedStore());
    await api.send('POST', '/Things', mastBody());
    const body = { result: 1, phenomenonTime: '2026-01-02T00:00:00Z' };
    id = /\d+/.exec(await api.create('/Datastreams(1)/Observations', body))![0];
  });
  afterEach(() => api.stop());

  test.each([
    ['PATCH', { result: 2 }],
    ['PUT', { result: 2 }],
    ['DELETE', undefined],
  ])('%s of an Observation answers 501 with the reason, and nothing has changed', async (method, body) => {
    const answer = await api.send(method, `/Observations(${id})`, body);
    expect(answer.status).toBe(501);
    expect(answer.body).toEqual({ code: 'store.unsupported', detail: CAPABILITIES.edit });
    expect(await api.read(`/Observations(${id})`)).toMatchObject({ result: 1 });
    expect(api.batches).toHaveLength(1);
  });

  test('so does a DELETE of several', async () => {
    const filter = '$filter=phenomenonTime ge 2026-01-01T00:00:00Z and phenomenonTime lt 2026-01-03T00:00:00Z';
    const answer = await api.send('DELETE', `/Datastreams(1)/Observations?${encodeURI(filter)}`);
    expect([answer.status, answer.body.code]).toEqual([501, 'store.unsupported']);
  });

  test('a new Observation is put, and its Datastream can be deleted', async () => {
    await api.create('/Datastreams(1)/Observations', { result: 3, phenomenonTime: '2026-01-02T01:00:00Z' });
    const answer = await api.send('DELETE', '/Datastreams(1)');
    expect(answer.status, answer.text).toBe(200);
    expect((await api.get(`/Observations(${id})`, 'admin')).status).toBe(404);
  });

  test('a question over more than the span answers 501 with the reason, a shorter one is answered', async () => {
    const ask = (filter: string) => api.get(`/Datastreams(1)/Observations?$count=true${filter}`, 'admin');
    for (const filter of ['', '&$filter=phenomenonTime ge 2026-01-01T00:00:00Z']) {
      const answer = await ask(filter);
      expect(answer.status).toBe(501);
      expect(answer.body).toEqual({ code: 'store.unsupported', detail: CAPABILITIES.span.reason });
    }
    const days = '&$filter=phenomenonTime ge 2026-01-01T00:00:00Z and phenomenonTime lt 2026-01-03T00:00:00Z';
    const { status, body } = await ask(days);
    expect([status, body['@iot.count']]).toEqual([200, 1]);
  });
});
