/** Orders of people that come while messages which are read again wait for the store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { memoryStore, type TimeseriesStore } from '../../services/timeseries/index.ts';
import { DEVICE, NOON, registerDevice, type TestHub, testHub } from '../testing/city.ts';
import { breakable } from '../testing/observations.ts';
import { revisedModels } from '../testing/revised.ts';
import type { DecodeAgainJob } from './index.ts';

const [TEMPERATURE, HUMIDITY] = [1, 2];
let folder: string;
let working: TimeseriesStore;
let down: ReadonlySet<string>;
let erasedFrom: number;
let frozen: boolean;
let hub: TestHub;

const start = async (more: Parameters<typeof testHub>[3] = {}) => {
  const keeping = {
    keptFrom: () => Number.NEGATIVE_INFINITY,
    erased: (ds: number, t: number) => ds === TEMPERATURE && t >= erasedFrom,
  };
  const store = breakable(working, () => down);
  hub = await testHub(folder, store, {}, { keeping, ...more }, () => frozen);
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meanwhile-'));
  working = memoryStore();
  down = new Set();
  erasedFrom = Number.POSITIVE_INFINITY;
  frozen = false;
  await start();
});
afterEach(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function rows(): Promise<[ds: number, t: number, r: number][]> {
  const found: [number, number, number][] = [];
  const query = { datastreams: null, from: null, to: null, order: 'id', offset: 0, limit: 1e9 } as const;
  for await (const { length, ds, t, r } of working.scan(query))
    for (let i = 0; i < length; i++) found.push([ds[i]!, t[i]! - NOON, r[i]!]);
  return found;
}

test('what is erased while a dead letter waits for the store does not come back with it', async () => {
  for (const time of [NOON, NOON + 1]) await hub.send({ time });
  expect(hub.ledger.lettersOf(DEVICE)).toBe(2);
  let refused = 0;
  down = Object.assign(new Set<string>(), { has: (name: string) => name === 'write' && ++refused > 0 });
  await registerDevice(hub);
  await vi.waitFor(() => expect(refused).toBeGreaterThan(0), 5000);
  erasedFrom = NOON + 1;
  down = new Set();
  await vi.waitFor(() => expect(hub.ledger.lettersOf(DEVICE)).toBe(0), 5000);
  expect(await rows()).toEqual([
    [TEMPERATURE, 0, 20.7],
    [HUMIDITY, 0, 50.5],
    [HUMIDITY, 1, 50.5],
  ]);
  expect(hub.pipeline.counters.erased).toBe(1);
});

test('what is erased while decoding again waits for the store is not written again', async () => {
  await registerDevice(hub);
  for (const time of [NOON, NOON + 1]) await hub.send({ time });
  await hub.stored();
  await hub.stop();
  await start({ models: revisedModels({ warmer: 1 }) });
  await hub.stored();
  await waiting(() => {
    erasedFrom = NOON + 1;
  });
  expect((await rows()).filter(([ds]) => ds === TEMPERATURE)).toEqual([
    [TEMPERATURE, 0, 21.7],
    // it stands there until the order is carried out
    [TEMPERATURE, 1, 20.7],
  ]);
});

test('what is frozen while decoding again waits for the store neither changes nor goes', async () => {
  await registerDevice(hub);
  await hub.send({ time: NOON });
  await hub.stored();
  const before = await rows();
  await hub.stop();
  await start({ models: revisedModels({ warmer: 1, without: 'humidity' }) });
  await hub.stored();
  const job = await waiting(() => {
    frozen = true;
  });
  expect(job.rows).toMatchObject({ changed: 0, removed: 0, frozen: 2 });
  expect(await rows()).toEqual(before);
});

/** Decodes again while the store changes nothing; `meanwhile` happens once it has refused. */
async function waiting(meanwhile: () => void): Promise<DecodeAgainJob> {
  down = new Set(['revise']);
  const { id } = await hub.again.decodeAgain({ device: DEVICE }, false, 'operator');
  await vi.waitFor(() => expect((hub.again.job(id) as DecodeAgainJob).waitsFor).not.toBeNull(), 5000);
  meanwhile();
  down = new Set();
  await hub.again.settled(id, 10_000);
  const job = hub.again.job(id) as DecodeAgainJob;
  expect([job.state, job.error]).toEqual(['done', null]);
  return job;
}
