/** An Observation is found by its id for life, wherever its row stands. */
import { expect, test } from 'vitest';
import { EDITED_IDS, EDITED_TIES, type EditedRow, RESULT } from '../../../services/model/index.ts';
import { observationId } from '../observation-id.ts';
import { cityStore, NOW, serve } from '../testing/index.ts';

const HOUR = 3_600_000;
const layout = (ds: number, t: number) => observationId({ ds, t, id: 0 });
const put = (row: Partial<EditedRow> & Pick<EditedRow, 'ds' | 't'>) =>
  ({ op: 'put', row: { n: 0, id: 0, type: RESULT.number, r: 7, q: 0, x: null, ...row } }) as const;

test('a row that was moved is found by the id of the place where it stood, and not by that of its new place', async () => {
  const store = await cityStore();
  const from = NOW - 2 * HOUR;
  const to = NOW - 2 * HOUR + 1;
  const [old] = (await store.at(1, from)).rec as unknown as number[];
  await store.edit([
    { rec: 1000, edits: [{ op: 'remove', ds: 1, t: from, rec: old! }, put({ ds: 1, t: to, x: { k: [1, from] } })] },
  ]);
  const api = await serve({ store });
  const { status, body } = await api.get(`/Observations(${layout(1, from)})`);
  expect([status, body.result]).toEqual([200, 7]);
  expect(body['@iot.selfLink']).toContain(`Observations(${layout(1, from)})`);
  expect(body.phenomenonTime).toBe(new Date(to).toISOString());
  expect((await api.get(`/Observations(${layout(1, to)})`)).status).toBe(404);
  expect((await api.get(`/Datastreams(1)/Observations(${layout(1, from)})`)).status).toBe(200);
  expect((await api.get(`/Datastreams(3)/Observations(${layout(1, from)})`)).status).toBe(404);
  await api.stop();
});

test('a row that was moved to a hidden Datastream is not found', async () => {
  const store = await cityStore();
  await store.edit([{ rec: 1000, edits: [put({ ds: 2, t: NOW, x: { k: [1, NOW] } })] }]);
  const api = await serve({ store });
  expect((await api.get(`/Observations(${layout(1, NOW)})`)).status).toBe(404);
  expect((await api.get(`/Observations(${layout(1, NOW)})`, 'admin')).status).toBe(200);
  await api.stop();
});

test('a further Observation of an instant has an id of its own', async () => {
  const store = await cityStore();
  const t = NOW - 3 * HOUR;
  const id = EDITED_IDS + 5;
  await store.edit([{ rec: 1000, edits: [put({ ds: 1, t, n: EDITED_TIES + 5, id, r: 99 })] }]);
  const api = await serve({ store });
  expect((await api.get(`/Observations(${id})/result`)).body).toEqual({ result: 99 });
  expect((await api.get(`/Observations(${layout(1, t)})/result`)).body).toEqual({ result: 21 });
  const { body } = await api.get('/Datastreams(1)/Observations?$filter=result eq 99');
  expect(body.value[0]['@iot.id']).toBe(id);
  await api.stop();
});
