/**
 * The hub on a small disk that another file fills: before it is full, and to the last byte. What was acknowledged is stored,
 * once; nothing is damaged; it goes on by itself.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
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
  type SmallDisk,
  smallDisk,
  stored,
  until,
  uplink,
  uplinkDevices,
} from '../support/index.ts';

const MIB = 1024 * 1024;
const QUICK = { 'disk.checkMs': 20, 'ingest.checkpointMs': 20, 'ingest.latestSaveMs': 1000, 'timeseries.walMiB': 1 };

interface Ready {
  readonly parts: Readonly<Record<string, { readonly degraded?: boolean }>>;
}

const disk = smallDisk(64);
const NO_DISK: SmallDisk = { folder: '', free: 0, fill: () => {}, empty: () => {}, end: () => {} };

describe.skipIf(disk === null)('a hub on a small disk', { timeout: 60_000 }, () => {
  const stage = newStage();
  afterAll(() => disk?.end());
  const { fill, empty, folder } = disk ?? NO_DISK;
  afterEach(async () => {
    await stage.end();
    empty();
    rmSync(data, { recursive: true, force: true });
  });
  const acknowledged = new Set<number>();
  let next = 0;
  let data = '';

  async function hubOn(name: string, options: Record<string, number>) {
    data = join(folder, name);
    acknowledged.clear();
    next = 0;
    const hub = await started(options);
    await api(hub, hub.tokens.admin).import(uplinkDevices());
    return hub;
  }
  const started = (options: Record<string, number>) => stage.hub({ data, options: { ...QUICK, ...options } });
  const connected = (hub: RunningHub) =>
    mqttConnection({ port: hub.ports.mqtt, clientId: 'load', password: hub.tokens.ingest });

  /** Sends so many and does not wait for their acknowledgement. */
  function send(client: MqttConnection, count: number): void {
    for (let i = 0; i < count; i++) {
      const number = next++;
      const { topic, body } = uplink(number);
      client.publish(topic, body, () => acknowledged.add(number));
    }
  }
  const allAcknowledged = () => until('all acknowledgements', () => acknowledged.size === next);

  async function metric(hub: RunningHub, name: string): Promise<number> {
    const text = await (await fetch(`${hub.base}/metrics`)).text();
    return Number(new RegExp(`^stadtpegel_${name} (\\S+)$`, 'm').exec(text)?.[1]);
  }
  const ready = async (hub: RunningHub) => (await fetch(`${hub.base}/readyz`)).status;

  async function everythingOnce(reader: Api): Promise<void> {
    const temperatures = new Map<string, unknown>();
    let rows = 0;
    for (let device = 0; device < DEVICES; device++) {
      const { temperature } = await reader.datastreams(devEuiOf(device));
      for (const [time, value] of await reader.observations(temperature as number)) {
        rows++;
        temperatures.set(`${device} ${time}`, value);
      }
    }
    const expected = Array.from({ length: next }, (_, number) => {
      const { device, time, temperature } = readingOf(number);
      return [`${device} ${time}`, temperature] as const;
    });
    expect(temperatures).toEqual(new Map(expected));
    expect(rows).toBe(next);
  }

  test('acknowledges nothing below its reserve, says so everywhere, and goes on by itself', async () => {
    const hub = await hubOn('reserve', { 'disk.reserveMiB': 16, 'disk.resumeMiB': 4, 'disk.filesMiB': 4 });
    const client = await connected(hub);
    send(client, 500);
    await allAcknowledged();
    expect(await ready(hub)).toBe(200);

    fill(12 * MIB);
    await until('not ready', async () => (await ready(hub)) === 503);
    const before = acknowledged.size;
    send(client, 500);
    await until('they wait', async () => (await metric(hub, 'journal_pending_bytes')) > 0);
    expect(acknowledged.size).toBe(before);
    expect(client.closed).toBe(false);
    expect(await metric(hub, 'journal_stalled')).toBe(1);
    const [webhook, write] = [api(hub, hub.tokens.ingest), api(hub, hub.tokens.admin)];
    for (const answer of [
      await webhook.post('/ingest/chirpstack?event=up', uplink(next).body),
      await write.post('/v1.1/Things', { name: 'a', description: 'b' }),
      await write.post('/admin/import', uplinkDevices()),
    ]) {
      expect(answer).toMatchObject({ status: 503, json: { code: 'hub.storage' } });
      expect(answer.json.detail).toContain('Make room there');
      expect(answer.headers.get('retry-after')).toBe('10');
    }
    const { json: said } = await write.get('/admin/status');
    expect(said.acknowledging).toEqual({ ok: false, reason: expect.stringContaining('Make room there') });
    expect(said.disks[0]).toMatchObject({ name: 'data', reserveBytes: 16 * MIB, enough: false });
    expect(said.disks[0].freeBytes).toBeLessThan(16 * MIB);
    // what is there can be read meanwhile
    expect((await write.get('/v1.1/Observations?$count=true&$top=1')).json['@iot.count']).toBe(before * 3);
    expect(acknowledged.size).toBe(before);

    empty();
    await allAcknowledged();
    await until('ready', async () => (await ready(hub)) === 200);
    const lines = hub.output.stderr.split('\n');
    expect(lines.filter((line) => line.includes('disk is nearly full (disk.reserveMiB)'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('messages are taken'))).toHaveLength(1);
    await stored(hub, hub.tokens.admin);
    await everythingOnce(write);
    client.close();
    expect(await hub.stop()).toBe(0);
  });

  test('stops with what waits for room refused, so that its senders keep it, and has the rest', async () => {
    const hub = await hubOn('files', {
      'disk.reserveMiB': 24,
      'disk.resumeMiB': 1,
      'disk.filesMiB': 24,
      'journal.stopSeconds': 0.5,
      'mqtt.stopTimeoutMs': 200,
    });
    const client = await connected(hub);
    send(client, 200);
    await allAcknowledged();
    await stored(hub, hub.tokens.admin);
    fill(20 * MIB);
    await until('not ready', async () => (await ready(hub)) === 503);
    send(client, 200);
    await until('they wait', async () => (await metric(hub, 'journal_pending_bytes')) > 0);
    client.close();
    // held by the disk: the stop refuses what waits, the network keeps it
    expect(await hub.stop()).toBe(0);
    expect(acknowledged.size).toBe(200);
    // it starts on such a disk too, and takes up its work when there is room
    const again = await started({ 'disk.reserveMiB': 24, 'disk.resumeMiB': 1, 'disk.filesMiB': 24 });
    expect(await ready(again)).toBe(503);
    empty();
    await until('ready', async () => (await ready(again)) === 200);
    await stored(again, again.tokens.admin);
    next = 200;
    await everythingOnce(api(again, again.tokens.admin));
    await again.stop();
  });

  test('whose store stands on a disk of its own goes on while that is full, and the store catches up', async () => {
    // here the small disk is the store's, and the rest stands elsewhere
    data = stage.path('data');
    mkdirSync(data, { recursive: true });
    symlinkSync(folder, join(data, 'timeseries'));
    acknowledged.clear();
    next = 0;
    const hub = await started({ 'disk.filesMiB': 16, 'disk.resumeMiB': 4, 'ingest.readWaitMs': 0 });
    const admin = api(hub, hub.tokens.admin);
    await admin.import(uplinkDevices());
    const client = await connected(hub);
    send(client, 200);
    await allAcknowledged();
    await stored(hub, hub.tokens.admin);
    fill(12 * MIB);
    const part = async () => ((await (await fetch(`${hub.base}/readyz`)).json()) as Ready).parts['disk store'];
    await until('the watch', async () => (await part())?.degraded);
    const before = disk?.free;
    send(client, 2000);
    await allAcknowledged();
    expect(await ready(hub)).toBe(200);
    const { json: said } = await admin.get('/admin/status');
    expect(said.store.behindRecords).toBeGreaterThan(0);
    expect(said.acknowledging).toEqual({ ok: true, reason: null });
    expect(said.disks.map(({ name, enough }: { name: string; enough: boolean }) => [name, enough])).toEqual([
      ['data', true],
      ['store', false],
    ]);
    expect(await metric(hub, 'journal_stalled')).toBe(0);
    // what was under way may have been written, and nothing after it
    expect(disk?.free).toBeGreaterThan((before as number) - 2 * MIB);
    empty();
    await stored(hub, hub.tokens.admin);
    await everythingOnce(admin);
    client.close();
    expect(await hub.stop()).toBe(0);
    // nothing of it may meet the next test
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  });

  test('filled to the last byte in the middle of the work: nothing acknowledged is lost, also by a kill', async () => {
    const none = { 'disk.reserveMiB': 0, 'disk.filesMiB': 0, 'disk.resumeMiB': 0, 'journal.segmentBytes': 262_144 };
    let hub = await hubOn('full', none);
    const stalls: number[] = [];
    for (let round = 0; round < 4; round++) {
      const client = await connected(hub);
      send(client, 900);
      await until('some', () => acknowledged.size > next - 850);
      // ledger, registry, latest values, store and journal: whoever writes next finds no room
      fill(0);
      send(client, 900);
      await write503(hub);
      await until('the disk refuses', async () => (await metric(hub, 'journal_stalled')) === 1);
      expect(acknowledged.size).toBeLessThan(next);
      expect(await ready(hub)).toBe(503);
      if (round % 2 === 0) {
        empty();
        await allAcknowledged();
        await until('ready', async () => (await ready(hub)) === 200);
        client.close();
        stalls.push(await metric(hub, 'journal_stalls_total'));
      } else {
        const unanswered = Array.from({ length: next }, (_, number) => number).filter((one) => !acknowledged.has(one));
        await hub.kill();
        empty();
        hub = await started(none);
        const client = await connected(hub);
        for (const number of unanswered) {
          const { topic, body } = uplink(number);
          client.publish(topic, body, () => acknowledged.add(number), true);
        }
        await allAcknowledged();
        client.close();
      }
    }
    expect(Math.min(...stalls)).toBeGreaterThan(0);
    await stored(hub, hub.tokens.admin);
    await everythingOnce(api(hub, hub.tokens.admin));
    // nothing was damaged, and the files of the latest values and of the ledger are whole
    expect(await metric(hub, 'journal_damage_total')).toBe(0);
    expect(await hub.stop()).toBe(0);
    expect(readFileSync(join(data, 'latest.bin')).length).toBeGreaterThan(0);
    const last = await started(none);
    await stored(last, last.tokens.admin);
    await everythingOnce(api(last, last.tokens.admin));
    expect(await last.stop()).toBe(0);
  }, 120_000);

  /** Changes of the catalogue meet the full disk too: either they were made, or the caller is told that they wait. */
  async function write503(hub: RunningHub): Promise<void> {
    void api(hub, hub.tokens.admin)
      .post('/v1.1/Things', { name: 'on a full disk', description: 'x'.repeat(1000) })
      .catch(() => undefined);
  }
});
