import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CodedError } from '../services/model/index.ts';
import { memoryStore, type TimeseriesStore } from '../services/timeseries/index.ts';
import { DEVICE, NOON, registerDevice, type TestHub, testHub } from './testing/city.ts';
import { editIn, put, read, removal, row } from './testing/observations.ts';
import { TroubledStore } from './testing/troubled-store.ts';

let folder: string;
let working: TimeseriesStore;
let hub: TestHub;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
  working = memoryStore();
  hub = await testHub(folder, working);
  await registerDevice(hub);
});
afterEach(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('reads nothing again that the store has, and no edit waits after a start', async () => {
  await hub.send({ identity: 'a' });
  await editIn(hub, ...put(row(NOON + 5, 30), row(NOON + 6, 31)));
  await hub.stored();
  await hub.stop();
  hub = await testHub(folder, working);
  expect(hub.pipeline.storing.stored).toBe(hub.journal.last);
  expect(hub.pipeline.pendingEdits).toBe(0);
  expect(hub.caughtUp).toEqual([]);
});

it('makes a store again that was lost, though the ledger stayed', async () => {
  await hub.send({ time: NOON - 60_000, identity: 'a' });
  await editIn(hub, ...put(row(NOON + 5, 30)));
  await editIn(hub, await removal(hub, NOON - 60_000), ...put(row(NOON - 60_000, 19)));
  await hub.stored();
  const before = await read(working);
  await hub.stop();
  const lost = working;
  working = memoryStore();
  hub = await testHub(folder, working);
  await hub.stored();
  expect(before).toHaveLength(2);
  expect(await read(working)).toEqual(before);
  // the first one, put back, needs nothing that it has
  await hub.stop();
  hub = await testHub(folder, lost);
  expect(hub.pipeline.storing.stored).toBe(hub.journal.last);
});

it('begins at the journal again where the journal was lost', async () => {
  for (let i = 0; i < 5; i++) await hub.send({ time: NOON + i, identity: `u${i}` });
  await hub.stored();
  await hub.stop();
  rmSync(join(folder, 'journal'), { recursive: true });
  hub = await testHub(folder, working);
  expect(hub.pipeline.storing.stored).toBe(hub.journal.last);
});

it('stores what comes after a loss of the journal, also when it falls over before the store has any of it', async () => {
  for (let i = 0; i < 5; i++) await hub.send({ time: NOON + i, identity: `u${i}` });
  await hub.stored();
  await hub.stop();
  rmSync(join(folder, 'journal'), { recursive: true });
  const troubled = new TroubledStore(working);
  troubled.fail(new CodedError('store.unavailable', 'away'));
  hub = await testHub(folder, troubled.store);
  for (let i = 0; i < 10; i++) await hub.send({ time: NOON + 1000 + i, identity: `v${i}` });
  expect(hub.pipeline.storing.stored).toBe(0);
  // what lies on the disk is what a kill leaves
  const left = mkdtempSync(join(tmpdir(), 'checkpoint-'));
  cpSync(folder, left, { recursive: true });
  await hub.stop();
  rmSync(folder, { recursive: true });
  folder = left;
  hub = await testHub(folder, working);
  await hub.stored();
  expect((await read(working)).filter(([t]) => t >= 1000)).toHaveLength(10);
  const { datastreams } = hub.registry.catalogue.devices.get(DEVICE) ?? {};
  const latest = Object.values(datastreams ?? {}).map((ds) => hub.latest.get(ds)?.t ?? null);
  expect(new Set(latest.filter((t) => t !== null))).toEqual(new Set([NOON + 1009]));
});

it('goes on from the checkpoint of a hub that knew no identities', async () => {
  await hub.send({ identity: 'a' });
  await hub.stored();
  hub.ledger.setCheckpoint('store', hub.journal.last);
  await hub.stop();
  const old = new Proxy(working, {
    get(target, name) {
      if (name === 'identity') return '';
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  hub = await testHub(folder, old);
  expect(hub.pipeline.storing.stored).toBe(hub.journal.last);
});
