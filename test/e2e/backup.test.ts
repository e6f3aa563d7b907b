/**
 * Backups of a hub under load, and what a restored one has: all that was acknowledged before the backup began, once, under
 * the ids and tokens that it had.
 */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type Api,
  api,
  DEVICES,
  devEuiOf,
  mqttConnection,
  newStage,
  type RunningHub,
  readingOf,
  runCommand,
  stored,
  until,
  uplink,
  uplinkDevices,
} from '../support/index.ts';

/** Machines that build something else beside the tests are slow. */
vi.setConfig({ testTimeout: 180_000 });
const command = (words: readonly string[]) => runCommand(words, 60_000);

const IN_FLIGHT = 100;

interface Numbers {
  readonly acknowledged: Set<number>;
  next: number;
}

/** Sends numbers in their order until `enough`; what is under way then is acknowledged or not. */
async function load(hub: RunningHub, token: string, numbers: Numbers, enough: () => boolean): Promise<void> {
  const client = await mqttConnection({ port: hub.ports.mqtt, clientId: 'load', password: token });
  const finished = Promise.withResolvers<void>();
  const send = (): void => {
    if (client.closed || enough()) {
      if (client.inFlight === 0 || client.closed) finished.resolve();
      return;
    }
    const number = numbers.next++;
    const { topic, body } = uplink(number);
    client.publish(topic, body, () => {
      numbers.acknowledged.add(number);
      send();
    });
  };
  for (let i = 0; i < IN_FLIGHT; i++) send();
  await Promise.race([finished.promise, client.gone]);
  client.close();
}

/** Which numbers the hub has, each with the ids of its Observations. */
async function found(
  reader: Api,
  streams: readonly Record<string, number>[],
  upTo: number,
): Promise<Map<number, string[]>> {
  const ids = new Map<number, string[]>();
  for (let device = 0; device < DEVICES; device++) {
    const byTime = new Map<string, string[]>();
    let path: string | undefined =
      `/v1.1/Datastreams(${streams[device]?.temperature})/Observations?$top=10000&$select=id,phenomenonTime,result`;
    while (path !== undefined) {
      const { status, text, json } = await reader.get(path);
      expect(status, text).toBe(200);
      for (const [, id, time] of text.matchAll(/"@iot.id":(\d+),"phenomenonTime":"([^"]+)"/g)) {
        byTime.set(time as string, [...(byTime.get(time as string) ?? []), id as string]);
      }
      const next: string | undefined = json['@iot.nextLink'];
      path = next === undefined ? undefined : next.slice(new URL(next).origin.length);
    }
    for (let number = device; number < upTo; number += DEVICES) {
      const known = byTime.get(readingOf(number).time);
      if (known !== undefined) ids.set(number, known);
    }
  }
  return ids;
}

describe('a hub that is backed up under load, killed, and restored elsewhere', () => {
  const stage = newStage();
  afterAll(() => stage.end());
  const numbers: Numbers = { acknowledged: new Set(), next: 0 };
  const backups = stage.path('backups');
  let hub: RunningHub;
  let streams: Record<string, number>[] = [];
  let before: Set<number>;
  let ids: Map<number, string[]>;
  let tokens: { admin: string; ingest: string };
  let backup: string;

  beforeAll(async () => {
    hub = await stage.hub({ presetTokens: false, options: { 'backup.folder': backups, 'backup.reserveMiB': 0 } });
    await until('it has printed its tokens', () => hub.tokens.ingest !== '' && hub.tokens.admin !== '');
    tokens = hub.tokens;
    const admin = api(hub, tokens.admin);
    await admin.import(uplinkDevices());
    streams = await Promise.all(Array.from({ length: DEVICES }, (_, i) => admin.datastreams(devEuiOf(i))));
  });

  test('the backup is made beside the load, one at a time, and for the operator only', async () => {
    const admin = api(hub, tokens.admin);
    await load(hub, tokens.ingest, numbers, () => numbers.acknowledged.size >= 3000);
    expect((await admin.get('/admin/backup')).json).toMatchObject({ state: 'none' });
    let done = false;
    const loading = load(hub, tokens.ingest, numbers, () => done);
    before = new Set(numbers.acknowledged);
    const begun = await admin.post('/admin/backup', {});
    expect([begun.status, begun.json.state]).toEqual([202, 'running']);
    expect((await admin.post('/admin/backup', {})).status).toBe(503);
    const status = await until('the backup is made', async () => {
      const { json } = await admin.get('/admin/backup');
      return json.state === 'running' ? null : json;
    });
    expect(status).toMatchObject({ state: 'done', error: null });
    backup = status.made.folder;
    expect(numbers.acknowledged.size).toBeGreaterThan(before.size);
    done = true;
    await loading;
    expect((await api(hub, tokens.ingest).post('/admin/backup', {})).status).toBe(403);
    await stored(hub, tokens.admin);
    ids = await found(admin, streams, numbers.next);
    await hub.kill();
    expect(readdirSync(backups).filter((name) => !name.startsWith('.'))).toHaveLength(1);
  }, 60_000);

  test('the restored hub has everything from before the backup once, with its ids, for the tokens that it had', async () => {
    const data = stage.path('restored');
    const restored = await command(['restore', backup, '--data', data]);
    expect(restored.stderr.split('\n').filter((line) => line.includes('rror'))).toEqual([]);
    expect(restored.stdout).toContain('Observations   in the backup');
    expect(restored.code).toBe(0);
    hub = await stage.hub({ data, presetTokens: false, options: { 'backup.folder': backups } });
    expect(hub.output.stdout).not.toContain('shown once');
    const admin = api(hub, tokens.admin);
    await stored(hub, tokens.admin);
    const has = await found(admin, streams, numbers.next);
    const lost = [...before].filter((number) => !has.has(number));
    expect(lost).toEqual([]);
    expect([...has].filter(([, known]) => known.length !== 1)).toEqual([]);
    for (const [number, known] of has) expect(known, `uplink ${number}`).toEqual(ids.get(number));
    // networks send again what was not acknowledged, and more than that: it is taken once
    const again: Numbers = { acknowledged: new Set(), next: 0 };
    await load(hub, tokens.ingest, again, () => again.next >= numbers.next);
    await stored(hub, tokens.admin);
    const all = await found(admin, streams, numbers.next);
    expect(all.size).toBe(numbers.next);
    expect([...all].filter(([, known]) => known.length !== 1)).toEqual([]);
    await hub.kill();
  }, 60_000);

  test('it is not restored over anything, and a hub does not start on half of one', async () => {
    const again = await command(['restore', backup, '--data', stage.path('restored')]);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('is not empty')]);
    writeFileSync(join(stage.path('restored'), 'RESTORE-INCOMPLETE'), '');
    await expect(stage.hub({ data: stage.path('restored') })).rejects.toThrow('a restore that did not come to its end');
  });
});

describe('stadtpegel backup', () => {
  const stage = newStage();
  afterAll(() => stage.end());

  test('asks the hub that runs in the folder, with the token of its operator, and copies the backup where it is wanted', async () => {
    const own = stage.path('own');
    const hub = await stage.hub({ options: { 'backup.folder': own, 'backup.reserveMiB': 0 } });
    await api(hub, hub.tokens.admin).import(uplinkDevices());
    const words = ['backup', '--data', stage.path('data'), '--hub', hub.base];
    const refused = await command(words);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/answers 401.*--token @file/)]);
    const token = stage.file('token', `${hub.tokens.admin}\n`);
    const made = await command([...words, '--token', `@${token}`]);
    expect([made.code, made.stdout.startsWith(own)], made.stderr).toEqual([0, true]);
    const elsewhere = stage.path('elsewhere');
    const copied = await command([...words, '--token', `@${token}`, '--to', elsewhere]);
    expect([copied.code, copied.stdout.startsWith(elsewhere)], copied.stderr).toEqual([0, true]);
    expect(copied.stderr).toMatch(/^A copy of .*own.*Orders of erasure that come later/m);
    expect(copied.stderr).not.toContain('shared with');
    const kept = await command([...words, '--token', `@${token}`, '--to', elsewhere, '--backup.keep', '1']);
    expect([kept.code, readdirSync(elsewhere).filter((one) => one.startsWith('2'))], kept.stderr).toEqual([
      0,
      [kept.stdout.trim().split('/').at(-1)],
    ]);
    const check = await command(['restore', kept.stdout.trim(), '--check']);
    expect([check.code, check.stdout]).toEqual([0, expect.stringContaining('is as it was made')]);
    const wrong = await command(['backup', '--data', stage.path('data'), '--hub', 'http://127.0.0.1:9']);
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringMatching(/^No hub answers at http:\/\/127\.0\.0\.1:9 .*Is --hub right/),
    ]);
    await hub.stop();
  }, 40_000);

  test('makes it by itself where no hub runs, and a hub starts on what is restored from it', async () => {
    const data = stage.path('data');
    const made = await command(['backup', '--data', data, '--to', stage.path('still')]);
    expect([made.code, made.stderr]).toEqual([0, expect.stringContaining('journal up to record')]);
    const restored = await command(['restore', made.stdout.trim(), '--into', stage.path('from-still')]);
    expect(restored.code, restored.stderr).toBe(0);
    const hub = await stage.hub({ data: stage.path('from-still') });
    expect(Object.keys(await api(hub, hub.tokens.admin).datastreams(devEuiOf(3)))).toHaveLength(3);
    await hub.stop();
    const nowhere = await command(['backup', '--data', stage.path('nothing-here')]);
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('is no data folder of a hub')]);
  }, 40_000);

  test.each(['backup', 'restore', 'move'])(
    '%s tells its options, and says what it does not understand',
    async (name) => {
      const help = await command([name, '--help']);
      expect([help.code, help.stdout]).toEqual([0, expect.stringContaining(`stadtpegel ${name}`)]);
      const wrong = await command([name, '--nonsense', 'x']);
      expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('nonsense')]);
      const plain = await command([name, 'a', 'b', '--data', stage.path('x')]);
      expect(plain.code).toBe(1);
      expect(plain.stderr.trim().split('\n')).toHaveLength(1);
    },
  );
});

describe('a backup that is older than an order of erasure', () => {
  const stage = newStage();
  afterAll(() => stage.end());

  test('comes back without what the order erased, however often, and with what it did not', async () => {
    const options = { 'backup.folder': stage.path('backups'), 'backup.reserveMiB': 0 };
    const hub = await stage.hub({ options });
    const admin = api(hub, hub.tokens.admin);
    await admin.import(uplinkDevices());
    await load(hub, hub.tokens.ingest, { acknowledged: new Set(), next: 0 }, sent(500));
    await stored(hub, hub.tokens.admin);
    const streams = await Promise.all([7, 8].map((device) => admin.datastreams(devEuiOf(device))));
    const backup = await backedUp(admin);
    const order = await admin.post('/admin/erasures', { device: devEuiOf(7), reason: 'the owner asked for it' });
    expect(order.status, order.text).toBe(202);
    const done = async (where: Api) =>
      await until(
        'the order is carried out',
        async () => {
          const { json } = await where.get(`/admin/erasures/${order.json.id}`);
          return json.state === 'done';
        },
        60_000,
      );
    await done(admin);
    expect(await admin.observations(streams[0]?.temperature as number)).toEqual([]);
    await hub.kill();
    // another hub with the same ids, whose backups stand in the same folder
    const other = await stage.hub({ data: stage.path('other'), options });
    const others = api(other, other.tokens.admin);
    await others.import(uplinkDevices());
    const foreign = await others.post('/admin/erasures', { device: devEuiOf(8), reason: 'nobody of this city' });
    expect(foreign.status, foreign.text).toBe(202);
    await other.stop();
    expect(readdirSync(stage.path('backups')).filter((name) => /^orders-.*\.jsonl$/.test(name))).toHaveLength(2);
    for (const name of ['first', 'second']) {
      const data = stage.path(name);
      const restored = await command(['restore', backup, '--data', data]);
      expect(restored.stdout, restored.stderr).toContain('1 younger ones are carried out as the hub starts');
      const again = await stage.hub({ data, options });
      const reader = api(again, again.tokens.admin);
      // before anything is served
      expect(await reader.observations(streams[0]?.temperature as number)).toEqual([]);
      expect(await reader.observations(streams[1]?.temperature as number)).toHaveLength(10);
      await done(reader);
      await stored(again, again.tokens.admin);
      expect(await reader.observations(streams[0]?.temperature as number)).toEqual([]);
      await again.kill();
    }
  }, 120_000);
});

/** Enough, once so many have been asked for. */
function sent(count: number): () => boolean {
  let asked = 0;
  return () => asked++ >= count;
}

/** Folder of a new backup. */
async function backedUp(admin: Api): Promise<string> {
  expect((await admin.post('/admin/backup', {})).status).toBe(202);
  const status = await until('the backup is made', async () => {
    const { json } = await admin.get('/admin/backup');
    return json.state === 'running' ? null : json;
  });
  expect(status).toMatchObject({ state: 'done', error: null });
  return status.made.folder;
}

describe('the versions of a data folder', () => {
  const stage = newStage();
  afterAll(() => stage.end());

  test("are written when all parts have opened, and a newer hub's folder is left alone", async () => {
    const hub = await stage.hub();
    const file = join(stage.path('data'), 'format.json');
    const written = JSON.parse(readFileSync(file, 'utf8'));
    expect(Object.keys(written.parts).sort()).toEqual([
      'access',
      'journal',
      'latest',
      'ledger',
      'orders',
      'registry',
      'timeseries',
    ]);
    await hub.stop();
    writeFileSync(file, JSON.stringify({ hub: '9.9.9', parts: { ...written.parts, registry: 99 } }));
    const before = readFileSync(join(stage.path('data'), 'ledger.db'));
    await expect(stage.hub()).rejects.toThrow(/newer hub \(9\.9\.9\): its registry has format 99.* knows 1/);
    writeFileSync(file, JSON.stringify({ hub: '9.9.9', parts: { ...written.parts, holograms: 1 } }));
    await expect(stage.hub()).rejects.toThrow('its holograms has format 1, this hub (0.1.0) knows no such part');
    expect(readFileSync(join(stage.path('data'), 'ledger.db')).equals(before)).toBe(true);
    writeFileSync(file, '{"parts":');
    await expect(stage.hub()).rejects.toThrow('format.json is damaged');
    // what a move had copied before this start is not all any more
    cpSync(join(stage.path('data'), 'ledger.db'), join(stage.path('data'), 'move.json'));
    writeFileSync(file, JSON.stringify(written));
    await (await stage.hub()).stop();
    expect(existsSync(join(stage.path('data'), 'move.json'))).toBe(false);
  }, 40_000);
});
