import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DELIVERY, QUALITY } from '../services/model/index.ts';
import { memoryStore, type TimeseriesStore } from '../services/timeseries/index.ts';
import { DEVICE, NOON, registerDevice, type TestHub, testHub } from './testing/city.ts';

let folder: string;
let store: TimeseriesStore;
let hub: TestHub;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ingest-'));
  store = memoryStore();
  hub = await testHub(folder, store);
});
afterEach(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function rows(ds: number): Promise<{ t: number; n: number; r: number; q: number }[]> {
  const found: { t: number; n: number; r: number; q: number }[] = [];
  const query = { datastreams: [ds], from: null, to: null, order: 'id', offset: 0, limit: 1000 } as const;
  for await (const page of store.scan(query)) {
    for (let i = 0; i < page.length; i++) {
      found.push({ t: page.t[i] as number, n: page.n[i] as number, r: page.r[i] as number, q: page.q[i] as number });
    }
  }
  return found;
}
const TEMPERATURE = 1;

describe('ingest', () => {
  it('brings an uplink to the store, the latest values and the bus', async () => {
    await registerDevice(hub);
    await hub.send({});
    await hub.stored();
    expect(await rows(TEMPERATURE)).toEqual([{ t: NOON, n: 0, r: 20.7, q: 0 }]);
    expect(hub.latest.get(TEMPERATURE)).toMatchObject({ t: NOON, result: 20.7 });
    expect(hub.live.map((one) => [one.datastream, one.result])).toEqual([
      [1, 20.7],
      [2, 50.5],
    ]);
    expect(hub.pipeline.counters).toMatchObject({ uplinks: 1, observations: 2, repeated: 0 });
  });

  it('stores a repetition once and publishes it once', async () => {
    await registerDevice(hub);
    for (let i = 0; i < 3; i++) await hub.send({ identity: 'a' });
    await hub.stored();
    expect(await rows(TEMPERATURE)).toHaveLength(1);
    expect(hub.live).toHaveLength(2);
    expect(hub.pipeline.counters.repeated).toBe(2);
  });

  it('stores a repetition once also when it has forgotten the first one', async () => {
    await hub.stop();
    hub = await testHub(folder, store, { repetitionMinutes: 0 });
    await registerDevice(hub);
    for (let i = 0; i < 3; i++) await hub.send({ identity: 'a' });
    await hub.stored();
    expect(await rows(TEMPERATURE)).toHaveLength(1);
    expect(hub.pipeline.counters.repeated).toBe(4);
  });

  it('knows a repetition again after a restart, and publishes it to nobody', async () => {
    await registerDevice(hub);
    await hub.send({ identity: 'a', time: null });
    await hub.stored();
    await hub.stop();
    hub = await testHub(folder, store);
    await hub.stored();
    await hub.send({ identity: 'a', time: null }, DELIVERY.dup);
    await hub.stored();
    expect(hub.pipeline.counters).toMatchObject({ repeated: 1, observations: 0 });
    expect(hub.live).toEqual([]);
    expect(await rows(TEMPERATURE)).toHaveLength(1);
  });

  it('keeps two different uplinks of one instant as ties', async () => {
    await registerDevice(hub);
    await hub.send({ identity: 'a' });
    await hub.send({ identity: 'b', hex: '0367d200' });
    await hub.stored();
    expect(await rows(TEMPERATURE)).toEqual([
      { t: NOON, n: 0, r: 20.7, q: 0 },
      { t: NOON, n: 1, r: 21, q: 0 },
    ]);
  });

  it('takes equal content for a repetition only where the transport says so', async () => {
    await registerDevice(hub);
    await hub.send({ identity: '~same', time: NOON });
    await hub.send({ identity: '~same', time: NOON });
    await hub.send({ identity: '~same', time: NOON }, DELIVERY.dup);
    await hub.stored();
    expect(await rows(TEMPERATURE)).toHaveLength(2);
    expect(hub.pipeline.counters.repeated).toBe(1);
  });

  it('takes a retained message that its door let through, once', async () => {
    await registerDevice(hub);
    // doors pass retained messages over unless the operator wants the first one; it comes again with every subscription
    for (let i = 0; i < 2; i++) await hub.send({ identity: 'retained:a' }, DELIVERY.retained);
    await hub.stored();
    expect(await rows(TEMPERATURE)).toHaveLength(1);
    expect(hub.pipeline.counters.repeated).toBe(1);
  });

  it.each([
    ['a broken message', 'no json', 'envelope.json'],
    ['an unknown device', { device: 'ffffffffffffffff' }, 'device.unknown'],
    ['a port without a meaning', { fPort: 7 }, 'decode.port'],
    ['FPort 0', { fPort: 0 }, 'decode.port'],
    ['FPort 255', { fPort: 255 }, 'decode.port'],
    ['a cut frame', { hex: '036734' }, 'decode.truncated'],
    ['a field of another model', { hex: '077de704' }, 'decode.unknown'],
    ['a time before 1700', { time: Date.UTC(1600, 0, 1) }, 'reading.time'],
    ['a time after 2250', { time: Date.UTC(2300, 0, 1) }, 'reading.time'],
    ['a channel that the device has not', { values: { pressure: 1 } }, 'reading.channel'],
    ['a text for a number', { values: { temperature: 'warm' } }, 'reading.type'],
  ])('keeps %s as a dead letter with its code', async (_, body, code) => {
    await registerDevice(hub);
    await hub.send(body);
    await hub.stored();
    expect(hub.ledger.deadLetters({}, 10).letters).toMatchObject([{ code }]);
    expect(hub.pipeline.counters.deadLetters.get(code)).toBe(1);
    expect(await store.count({ datastreams: null, from: null, to: null, order: 'id', offset: 0, limit: 1 })).toBe(0);
  });

  it('refuses a number too large for JSON, and stores the good channels beside it', async () => {
    await registerDevice(hub);
    await hub.send('{"values":{"temperature":1e400,"humidity":50}}');
    await hub.stored();
    expect(hub.ledger.deadLetters({}, 10).letters).toMatchObject([{ code: 'reading.notFinite' }]);
    expect(await rows(TEMPERATURE)).toEqual([]);
    expect(await rows(2)).toHaveLength(1);
  });

  it('flags what is implausible or from the future, and stores it', async () => {
    await registerDevice(hub);
    await hub.send({ values: { temperature: 4000 } });
    await hub.send({ time: NOON + 3_600_000, values: { temperature: 20 } });
    await hub.stored();
    expect((await rows(TEMPERATURE)).map((row) => row.q)).toEqual([QUALITY.implausible, QUALITY.future]);
    expect(hub.latest.get(TEMPERATURE)?.t).toBe(NOON);
  });

  it('takes the receipt where nothing tells the time', async () => {
    await registerDevice(hub);
    await hub.send({ time: null });
    await hub.stored();
    expect(await rows(TEMPERATURE)).toEqual([{ t: NOON, n: 0, r: 20.7, q: QUALITY.receiptTime }]);
  });

  it('decodes the dead letters of a device when it is registered', async () => {
    for (let i = 0; i < 5; i++) await hub.send({ time: NOON + i, identity: `u${i}` });
    await hub.send({ time: NOON + 4, identity: 'u4' });
    await hub.stored();
    expect(hub.ledger.lettersOf(DEVICE)).toBe(5);
    expect(await registerDevice(hub)).toMatchObject({ requeued: 5 });
    const deadline = Date.now() + 5000;
    while (hub.ledger.lettersOf(DEVICE) > 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(hub.ledger.lettersOf(DEVICE)).toBe(0);
    expect((await rows(TEMPERATURE)).map((row) => row.t)).toEqual([0, 1, 2, 3, 4].map((i) => NOON + i));
    expect(hub.latest.get(TEMPERATURE)?.t).toBe(NOON + 4);
  });

  it('brings everything to the store that the journal has beyond the checkpoint, in silence', async () => {
    await registerDevice(hub);
    for (let i = 0; i < 50; i++) await hub.send({ time: NOON + i });
    await hub.stored();
    const before = await rows(TEMPERATURE);
    await hub.stop();
    // a store that lost everything, and a ledger that says so: the journal is the truth
    rmSync(join(folder, 'ledger.db'), { force: true });
    rmSync(join(folder, 'latest.bin'), { force: true });
    store = memoryStore();
    // rows wait a while for their transaction, so that the order of writing and saying shows
    hub = await testHub(folder, store, { commitMs: 200, commitMaxMs: 200 });
    await hub.stored();
    expect(await rows(TEMPERATURE)).toEqual(before);
    expect(hub.live).toEqual([]);
    // said only once the store has it all
    expect(hub.caughtUp).toEqual([0]);
    expect(hub.latest.get(TEMPERATURE)?.t).toBe(NOON + 49);
  });

  it('goes on acknowledging and publishing while the store is down, and loses nothing [limit ingest.pendingRows]', async () => {
    await hub.stop();
    let down = true;
    const working = memoryStore();
    store = new Proxy(working, {
      get(target, name) {
        if (name === 'write' && down) return () => Promise.reject(new Error('down'));
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    hub = await testHub(folder, store, { pendingRows: 10_000 });
    await registerDevice(hub);
    // more rows than may wait in memory
    await Promise.all(Array.from({ length: 12_000 }, (_, i) => hub.send({ time: NOON + i })));
    expect(hub.live).toHaveLength(24_000);
    expect(hub.pipeline.storing.behind).toBeGreaterThan(0);
    down = false;
    await hub.stored();
    expect(await store.count({ datastreams: [1], from: null, to: null, order: 'id', offset: 0, limit: 1 })).toBe(
      12_000,
    );
    expect(await store.count({ datastreams: [2], from: null, to: null, order: 'id', offset: 0, limit: 1 })).toBe(
      12_000,
    );
  });
});
