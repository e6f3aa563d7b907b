import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DELIVERY } from '../services/model/index.ts';
import { memoryStore } from '../services/timeseries/index.ts';
import { HeldReadings } from './held-readings.ts';
import { NOON, registerDevice, type TestHub, testHub } from './testing/city.ts';
import { breakable, editIn, put, removal, row, settledIn } from './testing/observations.ts';

let folder: string;
/** Methods of the store that reject for now. */
let down: Set<string>;
let hub: TestHub;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'held-'));
  down = new Set();
  // rows wait long enough to see what is told before they are stored
  const options = { repetitionMinutes: 0, commitMs: 100, commitMaxMs: 100 };
  hub = await testHub(
    folder,
    breakable(memoryStore(), () => down),
    options,
  );
  await registerDevice(hub);
});
afterEach(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('a deleted or corrected Observation is not told again with its uplink, which nobody remembers; what is new is', async () => {
  await hub.send({ time: NOON - 60_000, identity: 'a', hex: '0367c800' });
  await hub.send({ time: NOON, identity: 'b' });
  await editIn(hub, await removal(hub, NOON));
  await editIn(hub, await removal(hub, NOON - 60_000), ...put(row(NOON - 60_000, 19)));
  await hub.stored();
  await settledIn(hub);
  hub.live.length = 0;
  await hub.send({ time: NOON, identity: 'b', hex: '0367cf00' }, DELIVERY.dup);
  await hub.send({ time: NOON - 60_000, identity: 'a', hex: '0367c800' }, DELIVERY.dup);
  await hub.send({ time: NOON - 30_000, identity: 'c', hex: '0367d200' });
  await hub.send({ time: NOON + 1, identity: 'd', hex: '0367d300' });
  await hub.stored();
  expect(hub.live.map(({ phenomenonTime, result }) => [phenomenonTime - NOON, result])).toEqual([
    [-30_000, 21],
    [1, 21.1],
  ]);
});

it('a reading whose instant may be taken is told at once while the store is down, and never as what it was before an edit', async () => {
  for (const time of [NOON - 60_000, NOON]) await hub.send({ time, identity: `${time}` });
  await hub.stored();
  hub.live.length = 0;
  await hub.send({ time: NOON - 5, identity: 'b', hex: '0367d200' });
  expect(hub.live).toEqual([]);
  await editIn(hub, await removal(hub, NOON - 5), ...put(row(NOON - 5, 18)));
  await hub.stored();
  expect(hub.live.map(({ result }) => result)).toEqual([18]);
  down = new Set(['write', 'edit']);
  await hub.send({ time: NOON - 3, identity: 'c', hex: '0367d300' });
  const deadline = Date.now() + 5000;
  while (hub.live.length < 2 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 2));
  await hub.send({ time: NOON - 2, identity: 'd', hex: '0367d400' });
  expect(hub.live.map(({ result }) => result)).toEqual([18, 21.1, 21.2]);
  down.clear();
  await hub.stored();
  expect(hub.live).toHaveLength(3);
});

it('of more readings than may be held the next ones are told at once [limit ingest.heldReadings]', () => {
  const held = new HeldReadings(2);
  const observation = { datastream: 1, phenomenonTime: NOON, result: 1, quality: 0, receivedAt: NOON };
  expect([1, 2, 3].map((rec) => held.hold(rec, observation))).toEqual([true, true, false]);
  expect(held.release(1)).toHaveLength(1);
  expect(held.hold(4, observation)).toBe(true);
});
