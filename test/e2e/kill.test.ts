/**
 * kill -9 in the middle of the work, over and over on the same data folder: what was acknowledged is in the store, once.
 * Nothing here stops the hub in an orderly way before everything has been counted.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Api,
  api,
  DEVICES,
  devEuiOf,
  type MqttConnection,
  mqttConnection,
  newStage,
  type RunningHub,
  readingOf,
  seeded,
  stored,
  uplink,
  uplinkDevices,
} from '../support/index.ts';

const SEED = 20_260_314;
const ROUNDS = 10;
const ACKNOWLEDGED_PER_ROUND = 1000;
const CONNECTIONS = 4;
const IN_FLIGHT = 100;
const CHANNELS = 3;
const CATCH_UP_KILLS = 6;
/** Milliseconds; a checkpoint that is never written: every restart reads the journal again. */
const NEVER = 3_600_000;

interface Tally {
  stored: number;
  duplicated: number;
  lost: number;
  invented: number;
  wrong: number;
}

describe('a hub that is killed', () => {
  const stage = newStage();
  afterAll(() => stage.end());
  const random = seeded(SEED);
  const acknowledged = new Set<number>();
  /** Sent, and the connection was lost before the answer. */
  let doubtful: number[] = [];
  let next = 0;
  let hub: RunningHub;
  let streams: Record<string, number>[] = [];

  const start = async (checkpointMs = 200, more: Record<string, number> = {}) => {
    hub = await stage.hub({ options: { 'ingest.checkpointMs': checkpointMs, ...more } });
    return api(hub, hub.tokens.admin);
  };

  beforeAll(async () => {
    const admin = await start();
    await admin.import(uplinkDevices());
    streams = await Promise.all(Array.from({ length: DEVICES }, (_, i) => admin.datastreams(devEuiOf(i))));
    await hub.kill();
  });

  async function connections(): Promise<MqttConnection[]> {
    return await Promise.all(
      Array.from({ length: CONNECTIONS }, (_, i) =>
        mqttConnection({ port: hub.ports.mqtt, clientId: `load-${i}`, password: hub.tokens.ingest }),
      ),
    );
  }

  /** Keeps `IN_FLIGHT` messages under way on each connection until `enough`; first those that are in doubt, as DUP. */
  async function load(enough: (count: number) => boolean, again: readonly number[]): Promise<void> {
    const queue = [...again];
    const sent = new Set<number>();
    let count = 0;
    const clients = await connections();
    const finished = Promise.withResolvers<void>();
    const send = (client: MqttConnection) => {
      if (client.closed) return;
      const repeated = queue.shift();
      const number = repeated ?? next++;
      sent.add(number);
      const { topic, body } = uplink(number);
      const done = () => {
        acknowledged.add(number);
        sent.delete(number);
        count += 1;
        if (enough(count)) finished.resolve();
        send(client);
      };
      client.publish(topic, body, done, repeated !== undefined);
    };
    for (const client of clients) for (let i = 0; i < IN_FLIGHT; i++) send(client);
    await finished.promise;
    // at some moment of the next milliseconds, while everything goes on
    await new Promise((resolve) => setTimeout(resolve, random() * 25));
    await hub.kill();
    await Promise.all(clients.map(({ gone }) => gone));
    doubtful = [...new Set([...queue, ...sent])].filter((number) => !acknowledged.has(number));
  }

  /** What the API has of each uplink, compared with what was sent. */
  async function tally(reader: Api): Promise<Tally> {
    const result: Tally = { stored: 0, duplicated: 0, lost: 0, invented: 0, wrong: 0 };
    for (let device = 0; device < DEVICES; device++) {
      const { temperature, humidity, battery } = streams[device] as Record<string, number>;
      const rows = await reader.observations(temperature as number);
      const times = new Map<string, unknown>();
      for (const [time, value] of rows) {
        if (times.has(time)) result.duplicated += 1;
        times.set(time, value);
      }
      for (let number = device; number < next; number += DEVICES) {
        const expected = readingOf(number);
        const value = times.get(expected.time);
        times.delete(expected.time);
        if (value === undefined) result.lost += acknowledged.has(number) ? 1 : 0;
        else {
          result.stored += 1;
          if (value !== expected.temperature) result.wrong += 1;
        }
      }
      result.invented += times.size;
      for (const other of [humidity, battery]) {
        const beside = await reader.observations(other as number);
        if (beside.length !== rows.length) result.wrong += 1;
      }
    }
    return result;
  }

  const count = async (reader: Api) => (await reader.get('/v1.1/Observations?$count=true&$top=0')).json['@iot.count'];
  const CLEAN = { duplicated: 0, lost: 0, invented: 0, wrong: 0 };

  /** In the log of the tests, because "none lost" says little without "of how many". */
  const report = (lines: readonly string[]) => {
    // biome-ignore lint/suspicious/noConsole: see above
    console.log(lines.join('\n'));
  };

  test('ten times in the middle of acknowledged uplinks has each of them once after each restart', async () => {
    const lines: string[] = [];
    let underWay = 0;
    for (let round = 1; round <= ROUNDS + 1; round++) {
      const reader = await start(round % 2 === 0 ? 200 : NEVER);
      await stored(hub, hub.tokens.admin);
      const seen = await tally(reader);
      lines.push(
        `after ${round - 1} kills: acknowledged ${acknowledged.size}, stored ${seen.stored}, duplicated ${seen.duplicated}, ` +
          `lost ${seen.lost}; in flight at the kill ${doubtful.length}`,
      );
      expect(seen, lines.join('\n')).toMatchObject(CLEAN);
      expect(seen.stored).toBeGreaterThanOrEqual(acknowledged.size);
      underWay += doubtful.length;
      if (round > ROUNDS) break;
      const target = ACKNOWLEDGED_PER_ROUND - 100 + Math.floor(random() * 200);
      // in every second round the client sends again what it is in doubt about, as MQTT asks of it; else it gives up
      await load((done) => done >= target, round % 2 === 0 ? doubtful : []);
    }
    report(lines);
    await hub.kill();
    expect(acknowledged.size).toBeGreaterThanOrEqual(ROUNDS * (ACKNOWLEDGED_PER_ROUND - 100));
    // the kills came while messages were under way
    expect(underWay).toBeGreaterThan(ROUNDS * 50);
  }, 80_000);

  test('while it catches up with its journal begins anew and has everything once', async () => {
    const before = next;
    let caught = 0;
    for (let i = 0; i < CATCH_UP_KILLS; i++) {
      await start(NEVER);
      if (i === 0) {
        // from here on there is no checkpoint: each start reads all of this again
        await load((done) => done >= ACKNOWLEDGED_PER_ROUND * 2, []);
        continue;
      }
      await new Promise((resolve) => setTimeout(resolve, random() * 60));
      const { json } = await api(hub, hub.tokens.admin).get('/admin/status');
      if (json.store.live === false || json.store.behindRecords > 0) caught += 1;
      await hub.kill();
    }
    const reader = await start(NEVER);
    // new ones come in while the old ones are read again
    const [client] = await connections();
    const fresh = Array.from({ length: 200 }, () => next++);
    await Promise.all(
      fresh.map(async (number) => {
        await client?.deliver(uplink(number).topic, uplink(number).body);
        acknowledged.add(number);
      }),
    );
    await stored(hub, hub.tokens.admin);
    const seen = await tally(reader);
    await hub.kill();
    report([
      `killed ${CATCH_UP_KILLS} times during catch-up (${caught} seen behind): ${next - before} sent, stored ${seen.stored}, ` +
        `duplicated ${seen.duplicated}, lost ${seen.lost}`,
    ]);
    expect(seen).toMatchObject(CLEAN);
    expect(caught).toBeGreaterThan(0);
  }, 30_000);

  test('takes everything once more, by both doors, and still has it once', async () => {
    // without a memory of what was seen, every repetition is compared with the store and the journal
    const reader = await start(200, { 'ingest.repetitionMinutes': 0 });
    await stored(hub, hub.tokens.admin);
    const before = await count(reader);
    const clients = await connections();
    const numbers = Array.from({ length: next }, (_, number) => number);
    const began = performance.now();
    await Promise.all(
      clients.map(async (client, part) => {
        const own = numbers.filter((number) => number % clients.length === part);
        for (let i = 0; i < own.length; i += IN_FLIGHT) {
          await Promise.all(
            own.slice(i, i + IN_FLIGHT).map((number) => client.deliver(uplink(number).topic, uplink(number).body)),
          );
        }
      }),
    );
    const delivered = performance.now() - began;
    for (const client of clients) client.close();
    const webhook = api(hub, hub.tokens.ingest);
    for (let i = 0; i < 50; i++) {
      const { status } = await webhook.post('/ingest/chirpstack?event=up', uplink(i * 7).body);
      expect(status).toBe(200);
    }
    await stored(hub, hub.tokens.admin, 60_000);
    const caughtUp = performance.now() - began;
    const seen = await tally(reader);
    report([
      `redelivered ${numbers.length} in ${Math.round(delivered)} ms, compared with the store after ${Math.round(caughtUp)} ms: ` +
        `stored ${seen.stored}, duplicated ${seen.duplicated}, lost ${seen.lost}`,
    ]);
    expect(seen).toMatchObject(CLEAN);
    // those that had been in doubt are there now too
    expect(seen.stored).toBe(next);
    expect(await count(reader)).toBe(next * CHANNELS);
    expect(before).toBeLessThanOrEqual(next * CHANNELS);
    await hub.kill();
  }, 90_000);

  test('knows an uplink without a time again, which came before the kill', async () => {
    const reader = await start();
    await stored(hub, hub.tokens.admin);
    const before = await count(reader);
    const { topic, body } = uplink(0);
    const timeless = JSON.stringify({ ...JSON.parse(body), time: undefined, deduplicationId: 'no-time' });
    const [first] = await connections();
    await first?.deliver(topic, timeless);
    await stored(hub, hub.tokens.admin);
    await hub.kill();
    await start();
    await stored(hub, hub.tokens.admin);
    const [second] = await connections();
    await new Promise<void>((resolve) => second?.publish(topic, timeless, resolve, true));
    await stored(hub, hub.tokens.admin);
    expect(await count(api(hub, hub.tokens.admin))).toBe(before + CHANNELS);
  });
});
