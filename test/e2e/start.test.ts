/** The process as an operator meets it: what it says, how it ends, and that a restart has everything. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  api,
  devEuiOf,
  type Finished,
  mqttConnection,
  newStage,
  readingOf,
  runCommand,
  runHub,
  stored,
  until,
  uplink,
  uplinkDevices,
} from '../support/index.ts';

/** Generous: a machine that builds something else beside the tests is slow. */
const QUICKLY_MS = 5000;

function expectOneLine(finished: Finished, line: RegExp, lines = 1): void {
  const said = finished.stderr.trimEnd().split('\n');
  expect(said, finished.stderr).toHaveLength(lines);
  expect(finished.stderr).toMatch(line);
  // a person reads this: no stack, no JSON
  expect(finished.stderr).not.toMatch(/^\s+at |\{"/m);
  expect(finished.stdout).toBe('');
  expect(finished.code).not.toBe(0);
  expect(finished.code).not.toBeNull();
  expect(finished.milliseconds).toBeLessThan(QUICKLY_MS);
}

/** User and group `nobody` of Debian. */
const NOBODY = 65_534;

describe('a start that cannot succeed says so in one line and ends', () => {
  const stage = newStage();
  afterAll(() => stage.end());
  let taken: Server;
  let port: number;
  beforeAll(async () => {
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    port = (taken.address() as AddressInfo).port;
    stage.later(() => taken.close());
  });

  test('where the HTTP port is in use', async () => {
    const finished = await runHub(stage.path('a'), { options: { 'http.port': port } });
    expectOneLine(finished, new RegExp(`port ${port}.* in use .*http\\.port`));
  });
  test('where the MQTT port is in use', async () => {
    const finished = await runHub(stage.path('b'), { options: { 'mqtt.port': port } });
    expectOneLine(finished, new RegExp(`MQTT.*${port} is in use.*mqtt\\.port`));
  });
  test('where the address is not of this machine', async () => {
    const finished = await runHub(stage.path('c'), { options: { 'http.host': '192.0.2.1' } });
    expectOneLine(finished, /192\.0\.2\.1.*http\.host/);
  });
  test('where the data path is a file', async () => {
    const finished = await runHub(stage.file('file', 'no folder'));
    expectOneLine(finished, /file.*--data/);
  });
  test('where the data path lies below a file', async () => {
    stage.file('other', 'no folder');
    expectOneLine(await runHub(stage.path('other/data')), /other\/data.*--data/);
  });
  test('where the data folder may not be written', async () => {
    const folder = stage.path('locked');
    mkdirSync(folder);
    chmodSync(folder, 0o555);
    chmodSync(stage.path('.'), 0o755);
    // root may write everywhere, so there the hub runs as nobody
    const options = process.getuid?.() === 0 ? { uid: NOBODY } : {};
    expectOneLine(await runHub(folder, options), /locked cannot be written \(EACCES\).*--data/);
  });
  test('where not even root may write', async () => {
    expectOneLine(await runHub('/sys/stadtpegel'), /\/sys\/stadtpegel.*--data/);
  });
  test('where another hub has the data folder', async () => {
    const first = await stage.hub({ data: stage.path('shared') });
    expectOneLine(await runHub(stage.path('shared')), /in use by another hub/);
    expect((await api(first).get('/readyz')).status).toBe(200);
    await first.kill();
    // and a lock does not outlive its owner
    const second = await stage.hub({ data: stage.path('shared') });
    expect(await second.stop()).toBe(0);
  });
  test('where an option has no such name, or a value of the wrong kind, one line for each', async () => {
    const name = await runHub(stage.path('d'), { options: { 'htp.port': 1 } });
    expectOneLine(name, /--htp\.port.*http\.port/);
    const value = await runHub(stage.path('e'), { options: { 'journal.keepDays': 'long' } });
    expectOneLine(value, /journal\.keepDays.*long/);
    const three = await runHub(stage.path('f'), {
      options: { 'journal.keepDays': 'long', 'live.maxConnections': -1, 'telemetry.level': 'loud' },
    });
    expectOneLine(three, /journal\.keepDays[\s\S]*live\.maxConnections[\s\S]*telemetry\.level/, 3);
  });
  test('where the configuration is missing, broken, or has a wrong mapping', async () => {
    expectOneLine(await runHub(stage.path('g'), { config: stage.path('no.yaml') }), /no\.yaml.*ENOENT/);
    expectOneLine(await runHub(stage.path('g'), { config: stage.file('broken.yaml', 'mqtt: [') }), /broken\.yaml/);
    const mapping = 'mqtt:\n  mappings:\n    - topic: a/#/b\n      device: x\n      values: { t: .t }\n';
    expectOneLine(await runHub(stage.path('g'), { config: stage.file('mapping.yaml', mapping) }), /mqtt\.mappings/);
  });
  test('where there is no such command', async () => {
    expectOneLine(await runCommand(['strat']), /no command "strat".*start/);
  });
});

describe('a hub', () => {
  const stage = newStage();
  afterAll(() => stage.end());

  test.each([['help'], ['--help']])('tells its commands with %s', async (word) => {
    const { code, stdout, stderr } = await runCommand([word]);
    expect([code, stderr]).toEqual([0, '']);
    for (const command of ['start', 'backup', 'restore', 'move'])
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(stdout.split('\n').length).toBeLessThan(25);
  });

  test('says its version, and that there is no such script', async () => {
    const { code, stdout } = await runCommand(['--version']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
    expectOneLine(await runCommand(['run', 'nosuch.ts']), /no file nosuch\.ts/);
    expectOneLine(
      await runCommand(['torture', '--folder', stage.path('not-there')]),
      /not-there.*nothing can be written/,
    );
  }, 20_000);

  test('prints its options with help start', async () => {
    const { code, stdout, stderr } = await runCommand(['help', 'start']);
    expect([code, stderr]).toEqual([0, '']);
    for (const option of ['http.port', 'mqtt.port', 'data', 'journal.keepDays'])
      expect(stdout).toContain(`--${option}`);
  });

  test('shows its tokens once, at the first start, and works with defaults', async () => {
    const data = stage.path('first');
    const first = await stage.hub({ data, presetTokens: false });
    await until('it has shown its tokens', () => first.tokens.ingest !== '');
    expect(first.tokens.admin).toMatch(/^sp_admin_\S{32}$/);
    expect(first.tokens.ingest).toMatch(/^sp_ingest_\S{32}$/);
    const page = await api(first).get('/');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    expect((await api(first).get('/v1.1')).status).toBe(200);
    expect((await api(first, first.tokens.admin).get('/admin/status')).status).toBe(200);
    expect(await first.stop()).toBe(0);
    for (const one of ['.', 'ledger.db', 'registry.db', 'orders.jsonl', 'latest.bin', 'access.json'])
      expect([one, (statSync(join(data, one)).mode & 0o077).toString(8)]).toEqual([one, '0']);
    const second = await stage.hub({ data, presetTokens: false });
    expect(second.output.stdout).not.toContain('sp_');
    expect((await api(second, first.tokens.admin).get('/admin/status')).status).toBe(200);
    expect(await second.stop()).toBe(0);
    expect(first.output.stderr + second.output.stderr).toBe('');
  });

  test('stops at SIGTERM in the middle of the load with code 0, and has everything at the next start', async () => {
    const data = stage.path('stopped');
    const hub = await stage.hub({ data });
    await api(hub, hub.tokens.admin).import(uplinkDevices());
    const client = await mqttConnection({ port: hub.ports.mqtt, clientId: 'load', password: hub.tokens.ingest });
    const acknowledged = new Set<number>();
    let next = 0;
    const enough = Promise.withResolvers<void>();
    const send = () => {
      if (client.closed) return;
      const number = next++;
      const { topic, body } = uplink(number);
      client.publish(topic, body, () => {
        acknowledged.add(number);
        if (acknowledged.size === 500) enough.resolve();
        send();
      });
    };
    for (let i = 0; i < 100; i++) send();
    await enough.promise;
    expect(await hub.stop()).toBe(0);
    await client.gone;
    expect(hub.output.stderr).toBe('');

    const again = await stage.hub({ data });
    await stored(again, again.tokens.admin);
    const admin = api(again, again.tokens.admin);
    const inStore = new Map<number, Map<string, unknown>>();
    for (let device = 0; device < 50; device++) {
      const { temperature } = await admin.datastreams(devEuiOf(device));
      inStore.set(device, new Map(await admin.observations(temperature as number)));
    }
    let visited = 0;
    for (const number of acknowledged) {
      const { device, time, temperature } = readingOf(number);
      expect(inStore.get(device)?.get(time), `uplink ${number}`).toBe(temperature);
      visited++;
    }
    expect(visited).toBeGreaterThanOrEqual(500);
    expect(await again.stop()).toBe(0);
  });
});

describe('a hub that npm has started', () => {
  test('ends in order when npm is gone, whoever ended it', async () => {
    const stage = newStage();
    const data = stage.path('npm');
    const ports = ['--http.port', '0', '--mqtt.port', '0', '--http.host', '127.0.0.1'];
    const npm = spawn('npm', ['start', '--silent', '--', '--data', data, ...ports], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    stage.later(() => void npm.kill('SIGKILL'));
    let said = '';
    npm.stdout.on('data', (bytes) => {
      said += bytes;
    });
    await until('the address of the API', () => /API +(http:\S+)/.test(said), 30_000);
    const base = /API +(http:\S+)\/v1\.1/.exec(said)?.[1] as string;
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
    npm.kill('SIGKILL');
    await until('its end', () =>
      fetch(`${base}/readyz`).then(
        () => false,
        () => true,
      ),
    );
    // the folder is free again
    const next = await stage.hub({ data });
    expect(await next.stop()).toBe(0);
    await stage.end();
  });
});
