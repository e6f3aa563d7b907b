/** Connections without end at each door, and a process that may open no more files: who was there before goes on, and all may come again. */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  api,
  mqttConnection,
  newStage,
  program,
  type RunningHub,
  stored,
  until,
  uplink,
  uplinkDevices,
} from '../support/index.ts';

const sockets: Socket[] = [];
let stage = newStage();
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await stage.end();
  stage = newStage();
});

/** Opens so many that say nothing; resolves when each is connected or refused. */
async function flood(port: number, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, () => {
      const socket = connect(port, '127.0.0.1');
      sockets.push(socket);
      return new Promise<void>((resolve) => {
        for (const event of ['connect', 'error', 'close']) socket.once(event, () => resolve());
        socket.on('error', () => {});
        // else it would not learn that it was closed
        socket.resume();
      });
    }),
  );
}

async function works(hub: RunningHub, number: number): Promise<void> {
  const client = await mqttConnection({
    port: hub.ports.mqtt,
    clientId: `works-${number}`,
    password: hub.tokens.ingest,
  });
  const { topic, body } = uplink(number);
  await client.deliver(topic, body);
  client.close();
  expect((await api(hub, hub.tokens.admin).get('/admin/status')).status).toBe(200);
}

describe('a flood of connections', () => {
  test('at one door leaves room at the others, and for this machine', async () => {
    const hub = await stage.hub({ options: { 'http.maxConnections': 50, 'mqtt.maxConnections': 50 } });
    const admin = api(hub, hub.tokens.admin);
    await admin.import(uplinkDevices());
    const refused = async (metric: string) => {
      const text = await (await fetch(`${hub.base}/metrics`)).text();
      const line = new RegExp(`^stadtpegel_${metric}_total\\{reason="connections"\\} (\\d+)$`, 'm').exec(text);
      return Number(line?.[1] ?? 0) >= 50;
    };
    await flood(hub.ports.mqtt, 200);
    await until('refusals of the broker', () => refused('mqtt_clients_refused'));
    expect((await admin.get('/admin/status')).status).toBe(200);
    expect((await fetch(`${hub.base}/readyz`)).status).toBe(200);
    for (const socket of sockets.splice(0)) socket.destroy();
    await until('places at the broker', () => works(hub, 0).then(() => true));
    // those of this machine have places of their own beyond the fifty, as long as there are some
    const before = await mqttConnection({ port: hub.ports.mqtt, clientId: 'before', password: hub.tokens.ingest });
    await flood(hub.ports.http, 200);
    await until('refusals, as their clients see them', () => sockets.filter(({ destroyed }) => destroyed).length >= 50);
    const { topic, body } = uplink(1);
    await before.deliver(topic, body);
    for (const socket of sockets.splice(0)) socket.destroy();
    await until('places at the server', () => works(hub, 2).then(() => true));
    await until('refusals of the server', () => refused('http_connections_refused'));
  });

  test('that uses up all files of the process ends nothing: it goes on when they are free again', async () => {
    const hub = await stage.hub({ options: { 'journal.segmentBytes': 65_536 } });
    await api(hub, hub.tokens.admin).import(uplinkDevices());
    const before = await mqttConnection({ port: hub.ports.mqtt, clientId: 'before', password: hub.tokens.ingest });
    await works(hub, 0);
    await stored(hub, hub.tokens.admin);
    await program('prlimit', ['--pid', String(hub.pid), '--nofile=120:120']);
    await flood(hub.ports.mqtt, 300);
    await flood(hub.ports.http, 300);
    const acknowledged = new Set<number>();
    for (let number = 1; number <= 600; number++) {
      const { topic, body } = uplink(number);
      before.publish(topic, body, () => acknowledged.add(number));
    }
    // a new segment of the journal may need a file: then the acknowledgements wait
    for (const socket of sockets.splice(0)) socket.destroy();
    await until('all acknowledgements', () => acknowledged.size === 600);
    await until('new connections', () => works(hub, 601).then(() => true));
    await stored(hub, hub.tokens.admin);
    const count = await api(hub, hub.tokens.admin).get('/v1.1/Observations?$count=true&$top=0');
    expect(count.json['@iot.count']).toBe(602 * 3);
    expect(await hub.stop()).toBe(0);
  });
});
