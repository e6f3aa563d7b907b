import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ImportDocument } from '../../services/registry/index.ts';
import { type Simulation, simulate } from './simulate.ts';

interface Up {
  deduplicationId: string;
  time: string;
  deviceInfo: { devEui: string };
  data?: string;
}

let folder: string;
let port: number;
let mosquitto: ChildProcess;
let reader: MqttClient;
let received: { topic: string; event: Up }[] = [];
let registry: Server;
let imports: { token: string | undefined; document: ImportDocument }[] = [];
let answer = 200;
let newest: string | null = null;
const running: Simulation[] = [];

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createSocket().listen(0, '127.0.0.1', () => {
      const { port: found } = server.address() as AddressInfo;
      server.close(() => resolve(found));
    });
  });
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function startMosquitto(): ChildProcess {
  const conf = join(folder, 'mosquitto.conf');
  writeFileSync(conf, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  return spawn('mosquitto', ['-c', conf], { stdio: 'ignore' });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  port = await freePort();
  mosquitto = startMosquitto();
  reader = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 100 });
  reader.on('error', () => {});
  reader.on('message', (topic, body) => {
    received.push({ topic, event: JSON.parse(body.toString()) as Up });
  });
  reader.subscribe('application/+/device/+/event/+', { qos: 1 });
  await until(() => reader.connected, 'mosquitto');
  // stands for the hub's HTTP side: it says what it was sent, and how new its data are
  registry = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      response.writeHead(answer, { 'content-type': 'application/json' });
      if (request.method === 'GET') {
        return response.end(JSON.stringify({ value: newest === null ? [] : [{ phenomenonTime: newest }] }));
      }
      const document = JSON.parse(Buffer.concat(parts).toString()) as ImportDocument;
      imports.push({ token: request.headers.authorization, document });
      const n = document.devices?.length ?? 0;
      response.end(
        JSON.stringify({
          organisations: 0,
          things: document.things?.length ?? 0,
          devices: n,
          datastreams: n,
          requeued: 0,
        }),
      );
    });
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  for (const simulation of running.splice(0)) await simulation.stop();
  received = [];
  imports = [];
  answer = 200;
  newest = null;
});

afterAll(async () => {
  await reader?.endAsync(true);
  mosquitto?.kill();
  registry?.close();
  rmSync(folder, { recursive: true, force: true });
});

function make(options: Parameters<typeof simulate>[0] = {}, lines: string[] = []): Simulation {
  const hub = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
  const simulation = simulate(
    { mqtt: `mqtt://127.0.0.1:${port}`, hub, devices: 150, backfill: 1, control: 0, patience: 5, ...options },
    { say: (line) => lines.push(line) },
  );
  running.push(simulation);
  return simulation;
}

describe('the simulator on the wire', () => {
  it('registers the city, sends its history with past times, then lives in the present', async () => {
    const lines: string[] = [];
    const simulation = make({ token: 'secret', importDevices: 60, speed: 200 }, lines);
    const before = Date.now();
    await simulation.start();
    expect(imports.map((i) => i.token)).toEqual(imports.map(() => 'Bearer secret'));
    expect(imports.flatMap((i) => i.document.devices ?? [])).toHaveLength(150);
    expect(
      Math.max(...imports.map((i) => Math.max(i.document.devices?.length ?? 0, i.document.things?.length ?? 0))),
    ).toBe(60);
    await simulation.caughtUp;
    const { sent, acknowledged, up, join: joins } = simulation.status();
    expect(sent - acknowledged).toBeLessThan(20);
    expect(joins).toBe(150);
    expect(up).toBeGreaterThan(200);
    await until(() => received.length >= sent, 'the whole history at the reader');
    const times = received.filter((m) => m.topic.endsWith('/up')).map((m) => Date.parse(m.event.time));
    expect(Math.min(...times)).toBeLessThan(before - 50 * 60_000);
    const known = received.length;
    await until(() => received.length > known + 40, 'live events');
    const live = received.slice(known).filter((m) => m.topic.endsWith('/up'));
    for (const { event } of live) expect(Date.parse(event.time)).toBeLessThanOrEqual(Date.now() + 6 * 60_000);
    expect(lines.join('\n')).toContain('150 devices');
  });

  it('does not send a history that the hub has already', async () => {
    newest = new Date(Date.now() - 5000).toISOString();
    const simulation = make();
    await simulation.start();
    await simulation.caughtUp;
    expect(simulation.status().sent).toBeLessThan(20);
  });

  it('cuts a history that would have too many events', async () => {
    const simulation = make({ backfill: 168, backfillEvents: 500 });
    await simulation.start();
    await simulation.caughtUp;
    expect(simulation.status().up).toBeGreaterThan(250);
    // each device reports and joins once at the beginning, whatever the length
    expect(simulation.status().up).toBeLessThan(500 + 150);
  });

  it('starts incidents on a button, one at a time, and only for pages of this machine', async () => {
    const simulation = make({ backfill: 0 });
    await simulation.start();
    await simulation.caughtUp;
    const press = (name: string, init: RequestInit = { method: 'POST' }) =>
      fetch(`${simulation.control}/incidents/${name}`, init).then((r) => r.status);
    expect(await press('earthquake')).toBe(404);
    expect(await press('heavyRain', { method: 'GET' })).toBe(405);
    expect(await press('heavyRain', { method: 'POST', headers: { origin: 'https://example.org' } })).toBe(403);
    await until(() => simulation.status().up > 0, 'life');
    expect(simulation.status().incident).toBe(null);
    expect(await press('heavyRain')).toBe(202);
    expect(simulation.status().incident).toBe('heavyRain');
    expect(await press('heatDay')).toBe(409);
    const status = (await (await fetch(simulation.control!)).json()) as { simulation: boolean; speed: number };
    expect(status).toMatchObject({ simulation: true, speed: 60, incident: 'heavyRain' });
  });

  it('waits while the broker is away, with a bounded number in flight, and loses nothing', async () => {
    const simulation = make({ speed: 600, inFlight: 20, backfill: 0 });
    await simulation.start();
    await until(() => simulation.status().acknowledged > 30, 'first events');
    mosquitto.kill('SIGKILL');
    let widest = 0;
    const window = () => {
      const { sent, acknowledged } = simulation.status();
      widest = Math.max(widest, sent - acknowledged);
      return sent - acknowledged;
    };
    await until(() => window() === 20, 'a full window');
    const stuck = simulation.status().sent;
    mosquitto = startMosquitto();
    await until(
      () => window() >= 0 && simulation.status().acknowledged > stuck + 50,
      'acknowledgements after the return',
    );
    expect(widest).toBe(20);
    expect(simulation.status().reconnects).toBeGreaterThan(0);
    expect(simulation.status().failed).toBe(0);
    await until(() => reader.connected, 'the reader');
  });

  it('says in one line what to do when something is missing', async () => {
    await expect(make({ mqtt: 'mqtt://127.0.0.1:1' }).start()).rejects.toThrow(
      /^no MQTT broker answers at mqtt:\/\/127.0.0.1:1 \(ECONNREFUSED\): start the hub \(npm start\)/,
    );
    const nobody = `http://127.0.0.1:${await freePort()}`;
    await expect(make({ hub: nobody, token: 'x' }).start()).rejects.toThrow(
      `no hub answers at ${nobody} (ECONNREFUSED): start it (npm start) or say --hub`,
    );
    answer = 401;
    await expect(make({ token: 'x' }).start()).rejects.toThrow(/refuses the token/);
    expect(() => make({ devices: 5 })).toThrow();
  });

  it('never shows a password that stands in the address of the broker', async () => {
    const error = await make({ mqtt: 'mqtt://city:hunter2@127.0.0.1:1' })
      .start()
      .catch((e: Error) => e);
    expect(String(error)).toContain('mqtt://127.0.0.1:1');
    expect(String(error)).not.toContain('hunter2');
  });

  it('ends what it started: the port of the buttons is free again', async () => {
    const simulation = make({ backfill: 0 });
    await simulation.start();
    const address = simulation.control!;
    await simulation.stop();
    await expect(fetch(address)).rejects.toThrow();
    const { sent } = simulation.status();
    expect(simulation.status().acknowledged).toBe(sent);
    expect(simulation.startIncident('heatDay')).toBe(false);
  });
});
