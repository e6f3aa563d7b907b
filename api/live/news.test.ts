/** What live clients hear of changes of the catalogue: over a real registry, through the WebSocket. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ChangePlan } from '../../services/registry/index.ts';
import {
  datastream,
  location,
  multiDatastream,
  property,
  sensor,
  testRegistry,
  thing,
} from '../../services/registry/testing/index.ts';
import type { LatestReading, NewestRow } from '../../services/timeseries/index.ts';
import { liveStage } from './testing/index.ts';

const { hub, listen, end, later } = liveStage();
afterEach(end);

const PUBLIC = { visibility: 'public' } as const;
const ADMIN = { authorization: 'Bearer admin' };

/** Thing 1 with Datastream 1, which is public, and 2, which is not; Thing 2 with the public MultiDatastream 3. */
async function stage(given: Record<string, unknown> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'stadtpegel-news-'));
  const running = await testRegistry(folder);
  later(async () => {
    await running.stop();
    await rm(folder, { recursive: true });
  });
  const { registry } = running;
  const change = (plan: (plan: ChangePlan) => void) => registry.change('test', plan);
  await change((plan) => {
    plan.put(['Organisations', { id: 'hub', name: 'Hub', properties: {} }]);
    for (const set of ['Things', 'Things', 'Sensors', 'ObservedProperties', 'Locations'] as const) plan.newId(set);
    for (let id = 1; id <= 3; id++) plan.newId('Datastreams');
    plan.put(['Locations', location(1)]);
    plan.put(['Sensors', sensor(1)]);
    plan.put(['ObservedProperties', property(1)]);
    plan.put(['Things', thing(1, { locations: [1] })]);
    plan.put(['Things', thing(2)]);
    plan.put(['Datastreams', datastream(1, PUBLIC)]);
    plan.put(['Datastreams', datastream(2)]);
    plan.put(['MultiDatastreams', multiDatastream(3, { ...PUBLIC, thing: 2 })]);
  });
  const readings = new Map<number, LatestReading>();
  const inDoubt = new Set<number>();
  const say = (id: number, t: number, result: LatestReading['result']) =>
    readings.set(id, { t, result, quality: 0, changedAt: t, confirmedAt: t });
  const latest = {
    get: (id: number) => readings.get(id) ?? null,
    newest: (id: number): NewestRow | null | undefined => (inDoubt.has(id) ? undefined : null),
    extent: () => null,
  };
  const live = await hub([], given, { catalogue: registry.catalogue, changes: registry, latest });
  const join_ = async (headers: Record<string, string> = {}, query = '') => {
    const client = listen(`${live.url}${query}`, headers);
    await client.next();
    return client;
  };
  return { ...live, registry, change, readings, say, inDoubt, join: join_ };
}

test('a Datastream that is deleted is gone for all who saw it, and for nobody else', async () => {
  const { change, join } = await stage();
  const [anybody, admin] = [await join(), await join(ADMIN)];
  await change((plan) => plan.remove('Datastreams', 2));
  expect(await admin.next()).toEqual({ type: 'gone', datastreams: [2] });
  await change((plan) => plan.remove('Datastreams', 1));
  expect(await admin.next()).toEqual({ type: 'gone', datastreams: [1] });
  // the first that it hears
  expect(await anybody.next()).toEqual({ type: 'gone', datastreams: [1] });
});

test('what is withdrawn is gone for strangers and looks different for its operators', async () => {
  const { change, join } = await stage();
  const [anybody, admin] = [await join(), await join(ADMIN)];
  await change((plan) => plan.put(['Datastreams', datastream(1)]));
  expect(await anybody.next()).toEqual({ type: 'gone', datastreams: [1] });
  expect(await admin.next()).toEqual({ type: 'changed', things: [1] });
  await change((plan) => plan.put(['Datastreams', datastream(1, { ...PUBLIC, name: 'back again' })]));
  expect(await anybody.next()).toEqual({ type: 'changed', things: [1] });
});

test('a Thing that goes takes its Datastreams and MultiDatastreams along', async () => {
  const { change, join } = await stage();
  const anybody = await join();
  await change((plan) => {
    plan.remove('Things', 1);
    plan.remove('Things', 2);
  });
  expect(await anybody.next()).toEqual({ type: 'gone', datastreams: [1, 3] });
});

test('a Thing that is renamed or moved is told to those who see it', async () => {
  const { change, join } = await stage();
  const anybody = await join();
  await change((plan) => plan.put(['Things', thing(2, { name: 'Renamed' })]));
  expect(await anybody.next()).toEqual({ type: 'changed', things: [2] });
  await change((plan) => plan.put(['Locations', location(1, { location: { type: 'Point', coordinates: [8, 50] } })]));
  expect(await anybody.next()).toEqual({ type: 'changed', things: [1] });
  await change((plan) => plan.put(['ObservedProperties', property(1, { name: 'Level' })]));
  expect(await anybody.next()).toEqual({ type: 'changed', things: [1, 2] });
});

test('nobody hears of Things that he does not see, nor of what the hub notes for itself', async () => {
  const { change, join } = await stage();
  const anybody = await join();
  await change((plan) => {
    plan.put(['Things', thing(plan.newId('Things'), { name: 'Secret' })]);
    plan.put(['Datastreams', datastream(plan.newId('Datastreams'), { thing: 3 })]);
  });
  const known = { ...datastream(1, PUBLIC), ownTimes: true, features: [{ from: 5, feature: 1 }] };
  await change((plan) => {
    const { properties, unitOfMeasurement } = plan.get('Datastreams', 1)!;
    plan.put(['Datastreams', { ...known, properties, unitOfMeasurement }]);
  });
  await change((plan) => plan.remove('Things', 3));
  await change((plan) => plan.put(['Things', thing(2, { name: 'Renamed' })]));
  expect(await anybody.next()).toEqual({ type: 'changed', things: [2] });
});

test('a Thing that leaves the box of a client is gone for it', async () => {
  const { change, join } = await stage();
  const here = await join({}, '?bbox=6,50,7.5,52');
  await change((plan) => plan.put(['Locations', location(1, { location: { type: 'Point', coordinates: [9, 48] } })]));
  expect(await here.next()).toEqual({ type: 'gone', datastreams: [1] });
});

test('after a deletion the value before it is the latest again, as soon as it is known', async () => {
  const { registry, inDoubt, readings, say, join, port } = await stage();
  say(1, 1000, 'old');
  say(3, 1000, [1, 'x']);
  const [anybody, admin] = [await join(), await join(ADMIN)];
  inDoubt.add(1);
  await registry.change('test', (plan) => {
    plan.edit({ op: 'remove', ds: 1, t: 2000, rec: 1 });
    plan.edit({ op: 'remove', ds: 2, t: 2000, rec: 1 });
  });
  // one that strangers don't see, whose answer is there at once
  expect(await admin.next()).toEqual({ type: 'latest', observations: [], none: [2] });
  inDoubt.delete(1);
  const told = {
    type: 'latest',
    observations: [{ datastream: 1, phenomenonTime: '1970-01-01T00:00:01.000Z', result: 'old' }],
    none: [],
  };
  expect(await anybody.next()).toEqual(told);
  readings.delete(1);
  await registry.change('test', (plan) => plan.edit({ op: 'remove', ds: 1, t: 1000, rec: 1 }));
  expect(await anybody.next()).toEqual({ type: 'latest', observations: [], none: [1] });
  expect(port).toBeGreaterThan(0);
});

test('a snapshot after that does not bring the deleted value back', async () => {
  const { registry, say, readings, join, url } = await stage({ snapshotSeconds: 60 });
  say(1, 1000, 5);
  const first = await join();
  readings.delete(1);
  await registry.change('test', (plan) => plan.edit({ op: 'remove', ds: 1, t: 1000, rec: 1 }));
  await first.next();
  expect(await listen(url).next()).toEqual({ type: 'snapshot', observations: [] });
});

test('a MultiDatastream is in the snapshot and in what comes after it', async () => {
  const { say, url, publish } = await stage();
  say(3, 1000, [21.5, 'wet']);
  const { next } = listen(url);
  expect(await next()).toMatchObject({ observations: [{ datastream: 3, result: [21.5, 'wet'] }] });
  publish([3, [22, 'dry']]);
  expect(await next()).toMatchObject({ type: 'observations', observations: [{ datastream: 3, result: [22, 'dry'] }] });
});

test('ten thousand Datastreams at once come in messages of a bounded size [limit live.noticeIds]', async () => {
  const { change, join } = await stage();
  await change((plan) => {
    for (let n = 0; n < 10_000; n++) {
      const id = plan.newId('Datastreams');
      plan.put(['Things', thing(plan.newId('Things'), { name: `Bay ${id}` })]);
      plan.put(['Datastreams', datastream(id, { ...PUBLIC, thing: id - 1 })]);
    }
  });
  const anybody = await join();
  await change((plan) => {
    for (let id = 4; id < 10_004; id++)
      plan.put(['Datastreams', datastream(id, { ...PUBLIC, thing: id - 1, name: '+' })]);
  });
  // more than can be listed
  expect(await anybody.next()).toEqual({ type: 'changed', things: null });
  await change((plan) => {
    for (let id = 4; id < 10_004; id++) plan.remove('Datastreams', id);
  });
  const gone = new Set<number>();
  while (gone.size < 10_000) {
    const message = await anybody.next();
    if (message.type !== 'gone') throw new Error(message.type);
    expect(message.datastreams.length).toBeLessThanOrEqual(1000);
    for (const id of message.datastreams) gone.add(id);
  }
  expect(Math.min(...gone)).toBe(4);
}, 30_000);
