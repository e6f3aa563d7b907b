/** Which Datastreams a message belongs to when its device feeds others today. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { memoryStore, type TimeseriesStore } from '../services/timeseries/index.ts';
import { DEVICE, NOON, registerDevice, type TestHub, testHub } from './testing/city.ts';

const LEDGER = ['ledger.db', 'ledger.db-wal', 'ledger.db-shm'];
const SNAPSHOT = ['registry.db', 'registry.db-wal', 'registry.db-shm'];
/** What is lost at a restart; the journal is read again from its beginning each time. */
const LOSSES = ['nothing but the ledger', 'the snapshot', 'the store', 'the snapshot and the store'] as const;
type Loss = (typeof LOSSES)[number];

let folder: string;
let store: TimeseriesStore;
let hub: TestHub;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mountings-'));
  store = memoryStore();
  hub = await testHub(folder, store);
});
afterEach(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function restart(loss: Loss): Promise<void> {
  await hub.stop();
  const files = loss.includes('snapshot') ? [...LEDGER, ...SNAPSHOT] : LEDGER;
  for (const file of [...files, 'latest.bin']) rmSync(join(folder, file), { force: true });
  if (loss.includes('store')) store = memoryStore();
  hub = await testHub(folder, store);
  await hub.stored();
}

/** Minutes after noon of the rows, by Datastream. */
async function rows(): Promise<Record<number, number[]>> {
  const found: Record<number, number[]> = {};
  const query = { datastreams: null, from: null, to: null, order: 'id', offset: 0, limit: 1000 } as const;
  for await (const page of store.scan(query)) {
    for (let i = 0; i < page.length; i++) {
      const ds = page.ds[i] as number;
      found[ds] = [...(found[ds] ?? []), ((page.t[i] as number) - NOON) / 60_000];
    }
  }
  return found;
}

const send = (minute: number, more: object = {}) =>
  hub.send({ time: NOON + minute * 60_000, identity: `u${minute}`, ...more });
const letters = () => hub.ledger.deadLetters({}, 100).letters.map(({ record, code }) => [record, code]);
const feeds = (key = DEVICE) => Object.values(hub.registry.catalogue.devices.get(key)?.datastreams ?? {});
const remove = (set: 'Datastreams' | 'Things', id: number) =>
  hub.registry.change('test', (plan) => plan.remove(set, id));

/** Registers the device on a Thing. `device`: more of it, or other values. */
async function mount(thing: string, device: object = {}): Promise<void> {
  await hub.registry.import(
    {
      organisations: [{ id: 'ulm', name: 'Ulm' }],
      things: [{ key: thing, name: thing, organisation: 'ulm' }],
      devices: [
        { key: DEVICE, organisation: 'ulm', thing, model: 'milesight/em300-th', visibility: 'public', ...device },
      ],
    },
    'test',
  );
}

/** Resolves when the device has no dead letters any more. */
async function decodedAgain(): Promise<void> {
  const deadline = Date.now() + 5000;
  while (hub.ledger.lettersOf(DEVICE) > 0 && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 2));
  expect(hub.ledger.lettersOf(DEVICE)).toBe(0);
  await hub.stored();
}

it.each(LOSSES)('readings stay where their device was when they came, after the loss of %s', async (loss) => {
  await registerDevice(hub);
  await send(0);
  await mount('another mast');
  await send(1);
  await mount('a third mast');
  await send(2);
  await hub.stored();
  const before = { 1: [0], 2: [0], 4: [1], 5: [1], 7: [2], 8: [2] };
  expect(await rows()).toEqual(before);
  await restart(loss);
  expect(await rows()).toEqual(before);
  expect(hub.latest.get(1)?.t).toBe(NOON);
  expect(letters()).toEqual([]);
});

it('a message belongs to the mounting before the change behind it, also when both become durable together', async () => {
  await registerDevice(hub);
  const sent = send(0);
  const mounted = mount('another mast');
  await Promise.all([sent, mounted]);
  await hub.stored();
  expect(await rows()).toEqual({ 1: [0], 2: [0] });
});

it.each(LOSSES)(
  'what a deleted Datastream had is neither a dead letter nor a row, after the loss of %s',
  async (loss) => {
    await registerDevice(hub);
    await send(0);
    await remove('Datastreams', 1);
    await hub.stored();
    await restart(loss);
    expect(await rows()).toEqual({ 2: [0] });
    expect(letters()).toEqual([]);
    await registerDevice(hub);
    expect(feeds()).toEqual([4, 2, 3]);
    await restart(loss);
    await send(1);
    await hub.stored();
    expect(await rows()).toEqual({ 2: [0, 1], 4: [1] });
    expect(letters()).toEqual([]);
    expect(hub.latest.get(1)).toBeNull();
  },
);

it.each(LOSSES)(
  'a deleted Observation does not come back where its device is now, after the loss of %s',
  async (loss) => {
    await registerDevice(hub);
    await send(0, { values: { temperature: 20 } });
    const { last } = hub.journal;
    await hub.registry.change('test', (plan) => plan.edit({ op: 'remove', ds: 1, t: NOON, n: 0, rec: last }));
    await mount('another mast');
    await hub.stored();
    await restart(loss);
    expect(await rows()).toEqual({});
    expect(hub.latest.get(4)).toBeNull();
  },
);

it.each(LOSSES)(
  'readings that waited for a deleted Datastream go to the one made since, after the loss of %s',
  async (loss) => {
    await registerDevice(hub);
    await send(0);
    await remove('Datastreams', 1);
    await send(1);
    await hub.stored();
    expect(letters()).toEqual([[hub.journal.last, 'reading.channel']]);
    await registerDevice(hub);
    await decodedAgain();
    const expected = { 2: [0, 1], 4: [1] };
    expect(await rows()).toEqual(expected);
    await restart(loss);
    expect(await rows()).toEqual(expected);
    expect(letters()).toEqual([]);
  },
);

it.each(LOSSES)(
  'a device whose Thing was deleted begins anew where it is registered next, after the loss of %s',
  async (loss) => {
    await registerDevice(hub);
    await send(0);
    await remove('Things', 1);
    await send(1);
    await hub.stored();
    const waits = [[hub.journal.last, 'device.unknown']];
    expect(letters()).toEqual(waits);
    await restart(loss);
    expect([await rows(), letters()]).toEqual([{}, waits]);
    await mount('another mast');
    await decodedAgain();
    await mount('a third mast');
    await send(2);
    await hub.stored();
    const expected = { 4: [1], 5: [1], 7: [2], 8: [2] };
    expect(await rows()).toEqual(expected);
    await restart(loss);
    expect(await rows()).toEqual(expected);
    expect(letters()).toEqual([]);
  },
);

it('what came before the first mounting belongs to it, also when the device has moved on', async () => {
  await send(0);
  await registerDevice(hub);
  await decodedAgain();
  await mount('another mast');
  await restart('the store');
  expect(await rows()).toEqual({ 1: [0], 2: [0] });
});

it.each(LOSSES)('messages are decoded again when the model is mended, after the loss of %s', async (loss) => {
  await mount('mast', { model: 'dragino/lht65' });
  await send(0);
  await hub.stored();
  expect(letters()).toHaveLength(1);
  await mount('mast');
  await decodedAgain();
  const expected = await rows();
  expect(Object.values(expected)).toEqual([[0], [0]]);
  await restart(loss);
  expect(await rows()).toEqual(expected);
  expect(letters()).toEqual([]);
});

it('each message is read by the model that its device had then', async () => {
  await registerDevice(hub);
  await send(0);
  await mount('another mast', { model: 'dragino/lht65' });
  await restart('the store');
  expect(await rows()).toEqual({ 1: [0], 2: [0] });
  expect(letters()).toEqual([]);
});

it('mapped values of a channel go to the Datastream of a quantity that takes them', async () => {
  const mapped = { key: 'test:m', model: undefined, visibility: undefined };
  const value = { device: 'test:m', values: { c: 20 } };
  await mount('mast', { ...mapped, channels: { c: 'occupied' } });
  await send(0, value);
  await hub.stored();
  expect(letters()).toMatchObject([[hub.journal.last, 'reading.type']]);
  await mount('mast', { ...mapped, channels: { c: 'airTemperature' } });
  await restart('the snapshot and the store');
  expect(await rows()).toEqual({ [feeds('test:m')[0] as number]: [0] });
});

it('what waits for a deleted Datastream never goes to another Thing', async () => {
  await registerDevice(hub);
  await remove('Datastreams', 1);
  await send(0);
  const { last } = hub.journal;
  await mount('another mast');
  await restart('nothing but the ledger');
  expect(await rows()).toEqual({ 2: [0] });
  expect(letters()).toEqual([[last, 'reading.channel']]);
});

it.each(LOSSES)(
  'what came while a device was registered on a wrong Thing belongs to the right one, after the loss of %s',
  async (loss) => {
    await mount('mast');
    const wrong = feeds();
    await send(0);
    await send(1);
    await mount('post', { corrects: true });
    const right = feeds();
    await send(2);
    await hub.stored();
    await restart(loss);
    const { id } = await hub.again.decodeAgain({ device: DEVICE }, false, 'operator');
    await hub.again.settled(id, 10_000);
    expect(hub.again.job(id)).toMatchObject({ state: 'done', error: null });
    const found = await rows();
    for (const ds of wrong) expect(found[ds]).toBeUndefined();
    for (const ds of right.slice(0, 2)) expect(found[ds]).toEqual([0, 1, 2]);
  },
);

it.each(LOSSES)('so it does after Datastreams of the wrong one were deleted, after the loss of %s', async (loss) => {
  await mount('mast');
  const [first, ...others] = feeds();
  await send(0);
  await send(1);
  await remove('Datastreams', first as number);
  await send(2);
  await remove('Datastreams', others[0] as number);
  await mount('post', { corrects: true });
  const right = feeds();
  await send(3);
  await hub.stored();
  await restart(loss);
  const { id } = await hub.again.decodeAgain({ device: DEVICE }, false, 'operator');
  await hub.again.settled(id, 10_000);
  expect(hub.again.job(id)).toMatchObject({ state: 'done', error: null });
  const found = await rows();
  for (const ds of right.slice(0, 2)) expect(found[ds]).toEqual([0, 1, 2, 3]);
  expect(letters()).toEqual([]);
});
