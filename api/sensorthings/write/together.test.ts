import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ADMIN, type Identity } from '../../../services/access/index.ts';
import { CodedError, EDITED_IDS, isoTime } from '../../../services/model/index.ts';
import { Links } from '../answer/index.ts';
import { Contexts } from '../contexts.ts';
import { options } from '../options.ts';
import {
  featureBody,
  layoutId,
  mastBody,
  streamBody,
  thingBody,
  type WritableApi,
  writable,
} from '../testing/index.ts';
import { entityWriter } from './entity-writer.ts';
import type { WriteRequest, Writer } from './port.ts';

const CALLER: Identity = { reader: ADMIN, scopes: new Set(['admin', 'ingest']), name: 'admin', writes: 'everything' };
const T = Date.UTC(2026, 0, 1);

let api: WritableApi;
let writer: Writer;
/** Does the store say something? */
let storeIsUp = true;
let links: Links;
beforeEach(async () => {
  storeIsUp = true;
  api = await writable();
  links = new Links(api.root);
  const contexts = new Contexts({
    catalogue: api.registry.catalogue,
    changes: api.registry,
    store: new Proxy(api.store, {
      get: (store, name, self) => {
        if (!storeIsUp && name !== 'byAssignedId') throw new CodedError('hub.storage', 'the store is down');
        const value = Reflect.get(store, name, self);
        return typeof value === 'function' ? value.bind(store) : value;
      },
    }),
    latest: { get: () => null, newest: () => undefined, extent: () => undefined },
    clock: { now: () => Date.now() },
    options: options.parse({}),
    made: { organisation: 'hub', visibility: 'internal' },
  });
  writer = entityWriter({ registry: api.registry, contexts });
});
afterEach(() => api.stop());

const request = (
  method: WriteRequest['method'],
  path: string,
  body?: unknown,
  more: Partial<WriteRequest> = {},
): WriteRequest => ({
  method,
  path,
  search: '',
  contentType: 'application/json',
  body,
  prefer: null,
  ...more,
});
const get = (path: string) => api.read(path);

describe('several requests as one change', () => {
  test('see what the ones before them planned, and are one record of the journal', async () => {
    const before = api.journal.last;
    const answers = await writer.together(CALLER, links, async (one) => {
      const thing = await one(request('POST', 'Things', mastBody()));
      const stream = await one(request('POST', `${thing.created}/Datastreams`, streamBody('second')));
      const first = await one(
        request('POST', `${stream.created}/Observations`, { result: 1, phenomenonTime: isoTime(T) }),
      );
      const second = await one(
        request('POST', `${stream.created}/Observations`, { result: 2, phenomenonTime: isoTime(T) }),
      );
      const third = await one(
        request('POST', `${stream.created}/Observations`, { result: 3, phenomenonTime: isoTime(T + 1) }),
      );
      const changed = await one(request('PATCH', second.created!, { phenomenonTime: isoTime(T + 1) }));
      await one(request('PATCH', second.created!, { result: 'two' }));
      await one(request('DELETE', third.created!));
      await one(request('PATCH', `${first.created}/Datastream/Thing`, { name: 'renamed' }));
      return [thing, stream, first, second, third, changed];
    });
    expect(api.journal.last).toBe(before + 1);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 200]);
    const bodies = answers.map(({ body }) => (body === null ? null : JSON.parse(body)));
    expect(bodies[0]).toMatchObject({ name: 'renamed' });
    // shown as the whole change left them
    expect(bodies[3]).toMatchObject({ result: 'two', phenomenonTime: isoTime(T + 1) });
    expect(bodies[4]).toBeNull();
    expect((await get('/Datastreams(2)/Observations')).value.map((o: { result: unknown }) => o.result)).toEqual([
      1,
      'two',
    ]);
    expect(await get(`/${answers[3]!.created}`)).toMatchObject({ result: 'two' });
  });

  test('without a time get one each, so that none hides another', async () => {
    await api.send('POST', '/Things', mastBody());
    await writer.together(CALLER, links, async (one) => {
      for (let i = 0; i < 5; i++) await one(request('POST', 'Datastreams(1)/Observations', { result: i }));
    });
    const { value } = await get('/Observations?$orderby=phenomenonTime');
    expect(value.map((o: { result: number }) => o.result)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(value.map((o: { phenomenonTime: string }) => o.phenomenonTime)).size).toBe(5);
  });

  test('do nothing when one of them fails', async () => {
    await api.send('POST', '/Things', mastBody());
    const before = api.journal.last;
    const work = writer.together(CALLER, links, async (one) => {
      await one(request('POST', 'Datastreams(1)/Observations', { result: 1 }));
      await one(request('POST', 'Things', thingBody('a')));
      await one(request('POST', 'Things', { name: 1 }));
    });
    await expect(work).rejects.toMatchObject({ code: 'request.body' });
    expect(api.journal.last).toBe(before);
    expect((await get('/Things')).value).toHaveLength(1);
    expect((await get('/Observations')).value).toEqual([]);
  });

  test('that delete what they made leave nothing of it', async () => {
    await api.send('POST', '/Things', mastBody());
    await writer.together(CALLER, links, async (one) => {
      const stream = await one(request('POST', 'Things(1)/Datastreams', streamBody('short')));
      await one(request('POST', `${stream.created}/Observations`, { result: 1 }));
      await one(request('DELETE', stream.created!));
      const feature = await one(request('POST', 'FeaturesOfInterest', featureBody()));
      const id = Number(/\d+/.exec(feature.created!)![0]);
      await one(request('POST', 'Datastreams(1)/Observations', { result: 2, FeatureOfInterest: { '@iot.id': id } }));
      await one(request('DELETE', feature.created!));
    });
    expect((await get('/Observations')).value).toEqual([]);
    expect((await get('/Datastreams')).value).toHaveLength(1);
    expect(api.batches.flatMap(({ edits }) => edits).filter(({ op }) => op === 'put')).toEqual([]);
  });

  test('name with each put the row that it was, so that a store which refuses it leaves that one', async () => {
    await api.send('POST', '/Things', mastBody());
    await api.deliver(1, [
      [T, 20],
      [T + 1, 21],
    ]);
    await writer.together(CALLER, links, async (one) => {
      for (const k of [0, 1])
        await one(
          request('PATCH', `Observations(${layoutId(1, T + k)})`, {
            phenomenonTime: new Date(T + 500 + k).toISOString(),
          }),
        );
      await one(request('POST', 'Datastreams(1)/Observations', { result: 2 }));
    });
    const edits = api.batches.flatMap((batch) => batch.edits);
    const removed = edits.flatMap((edit) => (edit.op === 'remove' ? [edit] : []));
    const puts = edits.flatMap((edit) => (edit.op === 'put' ? [edit] : []));
    expect(removed.map(({ t }) => t - T)).toEqual([0, 1]);
    expect(puts.map(({ from }) => from && { op: 'remove', ...from })).toEqual([...removed, undefined]);
  });

  test('change a stored Observation twice, and delete it, as one', async () => {
    await api.send('POST', '/Things', mastBody());
    await api.deliver(1, [[T, 20]]);
    const id = layoutId(1, T);
    await writer.together(CALLER, links, async (one) => {
      await one(request('PATCH', `Observations(${id})`, { result: 21 }));
      await one(request('PATCH', `Observations(${id})`, { phenomenonTime: isoTime(T + 5) }));
    });
    expect(await get(`/Observations(${id})`)).toMatchObject({ result: 21, phenomenonTime: isoTime(T + 5) });
    await writer.together(CALLER, links, async (one) => {
      await one(request('PATCH', `Observations(${id})`, { result: 22 }));
      await one(request('DELETE', `Observations(${id})`));
      await expect(one(request('PATCH', `Observations(${id})`, { result: 23 }))).rejects.toMatchObject({
        code: 'notFound',
      });
    });
    expect((await get('/Observations')).value).toEqual([]);
  });

  test('refuse a DELETE with a $filter, and what their caller may not do', async () => {
    const filtered = writer.together(CALLER, links, (one) =>
      one(request('DELETE', 'Things', undefined, { search: '$filter=true' })),
    );
    await expect(filtered).rejects.toMatchObject({ code: 'request.unsupported' });
    const device: Identity = { ...CALLER, writes: 'observe' };
    const denied = writer.together(device, links, (one) => one(request('POST', 'Things', thingBody())));
    await expect(denied).rejects.toMatchObject({ code: 'access.denied' });
  });
});

test('while the store says nothing, new Observations get an assigned id, which is right everywhere', async () => {
  await api.send('POST', '/Things', mastBody());
  storeIsUp = false;
  const { status, created, body } = await writer.write(
    request('POST', 'Datastreams(1)/Observations', { result: 1, phenomenonTime: isoTime(T) }),
    CALLER,
    links,
  );
  expect([status, created, JSON.parse(body!).result]).toEqual([201, `Observations(${EDITED_IDS})`, 1]);
  storeIsUp = true;
  expect((await get('/Observations')).value).toMatchObject([{ '@iot.id': EDITED_IDS, result: 1 }]);
});
