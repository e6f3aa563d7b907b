/** What happens under strain: hostile queries, a store that fails, rows that are out of the ordinary. */
import { expect, test } from 'vitest';
import { CodedError, type Datastream, RESULT, type Thing } from '../../services/model/index.ts';
import { memoryStore } from '../../services/timeseries/index.ts';
import { CITY, catalogueOf, cityStore, NOW, serve } from './testing/index.ts';

test('a query that joins everything with everything neither blocks the hub nor runs for ever', async () => {
  const Things = Array.from({ length: 50 }, (_, i): Thing => ({ ...CITY.Things![0]!, id: i + 1 }));
  const Datastreams = Array.from(
    { length: 1000 },
    (_, i): Datastream => ({ ...CITY.Datastreams![0]!, id: i + 1, thing: (i % 50) + 1 }),
  );
  const api = await serve({
    catalogue: catalogueOf({ ...CITY, Things, Datastreams }),
    clock: { now: () => Date.now() },
    options: { queryMilliseconds: 300 },
  });
  // the time that this thread worked between two beats: what other programs take of the machine does not count
  const worked = () => (({ user, system }) => (user + system) / 1000)(process.threadCpuUsage());
  let longest = 0;
  let last = worked();
  const beat = setInterval(() => {
    const now = worked();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  const far = 'Datastreams/Sensor/Datastreams/Thing/Datastreams/Sensor/Datastreams';
  for (const query of [
    `Things?$filter=${far}/name eq 'nobody'`,
    `Things?$orderby=${far}/name`,
    `Observations?$filter=Datastream/Thing/${far}/name eq 'nobody' or result eq -1`,
  ]) {
    const { status, body } = await api.get(`/${query}`);
    expect([query, status, body.code]).toEqual([query, 400, 'query.limit']);
  }
  clearInterval(beat);
  await api.stop();
  // a slice is 3 ms; the rest is for steps of the server around it, and for what runs the first time
  expect(longest).toBeLessThan(100);
});

test('a store that fails before the first row is an error of its own code', async () => {
  const store = await cityStore();
  const broken = Object.assign(Object.create(store), {
    // biome-ignore lint/correctness/useYield: it fails before
    async *scan() {
      throw new CodedError('hub.storage', 'the disk is gone');
    },
  });
  const api = await serve({ store: broken });
  const { status, body } = await api.get('/Observations');
  expect([status, body.code]).toEqual([503, 'hub.storage']);
  expect((await api.get('/Things')).status).toBe(200);
  await api.stop();
});

test('a store that fails in the middle cuts the connection, so that a part is not taken for the whole', async () => {
  const store = await cityStore();
  const broken = Object.assign(Object.create(store), {
    async *scan(query: Parameters<typeof store.scan>[0]) {
      for (let i = 0; i < 20; i++) yield* store.scan(query);
      throw new CodedError('hub.storage', 'the disk is gone');
    },
  });
  const api = await serve({ store: broken });
  await expect(api.get('/Observations?$top=10000')).rejects.toThrow();
  expect((await api.get('/Things')).status).toBe(200);
  await api.stop();
});

test('ties, intervals, texts, objects and parameters come out as they went in', async () => {
  const store = memoryStore();
  await store.start();
  const batch = (rec: number, type: number, r: number, x?: object) => ({
    length: 1,
    ds: Int32Array.of(1),
    t: Float64Array.of(NOW),
    r: Float64Array.of(r),
    type: Uint8Array.of(type),
    rec: Float64Array.of(rec),
    q: Uint8Array.of(0),
    x: new Map(x === undefined ? [] : [[0, JSON.stringify(x)]]),
  });
  await store.write(batch(1, RESULT.text, Number.NaN, { v: 'wet', e: NOW + 60_000 }));
  await store.write(batch(2, RESULT.object, Number.NaN, { v: { class: [1] }, p: { by: 'Ada' } }), { mode: 'tie' });
  await store.write(batch(3, RESULT.none, Number.NaN, { rt: NOW + 1 }), { mode: 'tie' });
  const api = await serve({ store });
  const { body } = await api.get('/Datastreams(1)/Observations');
  expect(body.value.map((o: { result: unknown }) => o.result)).toEqual(['wet', { class: [1] }, null]);
  expect(body.value[0].phenomenonTime).toBe('2026-05-02T00:00:00.000Z/2026-05-02T00:01:00.000Z');
  expect(body.value[1].parameters).toEqual({ by: 'Ada' });
  expect(body.value[2].resultTime).toBe('2026-05-02T00:00:00.001Z');
  for (const o of body.value) {
    expect((await api.get(`/Observations(${o['@iot.id']})`)).body).toEqual(o);
    expect((await api.get(`/Observations?$filter=id eq ${o['@iot.id']}`)).body.value).toEqual([o]);
  }
  expect(body.value[1]['@iot.id']).toBeLessThan(2 ** 42);
  expect((await api.get("/Observations?$filter=result eq 'wet'")).body.value).toHaveLength(1);
  expect((await api.get('/Observations?$filter=result/class/0 eq 1')).body.value).toHaveLength(1);
  await api.stop();
});

test('rows of a Datastream that is gone are not shown, not even to the operator', async () => {
  const store = await cityStore();
  const catalogue = catalogueOf({ ...CITY, Datastreams: CITY.Datastreams!.filter((d) => d.id !== 1) });
  const api = await serve({ store, catalogue });
  const { text, body } = await api.get('/Observations?$top=1000', 'admin');
  expect(text).not.toContain('Datastreams(1)');
  expect(body.value).toHaveLength(96);
  await api.stop();
});

test('a new revision of the catalogue is seen at once', async () => {
  let revision = 1;
  const full = catalogueOf(CITY);
  const less = catalogueOf({
    ...CITY,
    Datastreams: CITY.Datastreams!.map((d) => ({ ...d, visibility: 'internal' as const })),
  });
  const api = await serve({
    catalogue: {
      ...full,
      set: (name) => (revision === 1 ? full : less).set(name),
      get revision() {
        return revision;
      },
    },
  });
  expect((await api.get('/Datastreams(1)')).status).toBe(200);
  revision = 2;
  expect((await api.get('/Datastreams(1)')).status).toBe(404);
  await api.stop();
});
