/** Packets that begin and do not end. */
import { createServer } from 'node:http';
import type { AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectPacket, embeddedTests, TOPIC } from '../testing/embedded.ts';
import { until } from '../testing/index.ts';
import { type Sender, Unfinished } from './unfinished.ts';

const { hub, client, raw, ends, close } = embeddedTests();
afterEach(close);

/** A PUBLISH of so many bytes, of which the last `missing` are not there. */
function begun(bytes: number, missing = 1): Buffer {
  const length = [(bytes & 0x7f) | 0x80, ((bytes >> 7) & 0x7f) | 0x80, bytes >> 14];
  return Buffer.concat([
    Buffer.from([0x30, ...length, 0, TOPIC.length]),
    Buffer.from(TOPIC),
    Buffer.alloc(bytes - 2 - TOPIC.length - missing),
  ]);
}

describe('packets that have begun', () => {
  it('have a common bound, beyond which the largest are cut off, the oldest of them first [limit mqtt.maxUnfinishedBytes]', async () => {
    const { broker, counts, intake, port } = await hub({ maxUnfinishedBytes: 2_000_000 });
    const honest = await client(port);
    const hoarders = Array.from({ length: 10 }, (_, i) => {
      const one = raw(port);
      one.socket.write(connectPacket(`hoarder-${i}`));
      one.socket.once('data', () => one.socket.write(begun(900_000)));
      return one;
    });
    await until('their ends', () => counts.get('mqtt_clients_refused unfinished') === 8);
    expect(broker.figures.connections).toBe(3);
    await honest.publishAsync(TOPIC, 'x', { qos: 1 });
    expect(intake.messages).toHaveLength(1);
    // what is completed after all counts no more
    for (const { socket } of hoarders) if (!socket.destroyed) socket.write(Buffer.alloc(1));
    await until('their messages', () => intake.messages.length === 3);
    expect(broker.figures.unfinishedBytes).toBe(0);
  });

  it('have a time, each its own [limit mqtt.packetTimeoutMs]', async () => {
    const { broker, counts, intake, port } = await hub({ packetTimeoutMs: 300 });
    const { socket, closed } = raw(port);
    socket.write(connectPacket('slow'));
    const last = Buffer.concat([begun(20_000, 0), begun(20_000)]);
    const began = performance.now();
    // always in the middle of one, and none takes long
    while (performance.now() - began < 600) {
      socket.write(last);
      await new Promise((resolve) => setTimeout(resolve, 100));
      socket.write(Buffer.alloc(1));
    }
    expect(broker.figures.connections).toBe(1);
    expect(intake.messages.length).toBeGreaterThan(3);
    socket.write(begun(20_000));
    await closed;
    expect(counts.get('mqtt_clients_refused packet-timeout')).toBe(1);
  });

  it('are small where the client may not publish', async () => {
    const { counts, port } = await hub({ loopbackWithoutCredential: false, maxSubscribeBytes: 1000 });
    const { socket, closed } = raw(port);
    socket.write(connectPacket('stranger'));
    await new Promise((resolve) => socket.once('data', resolve));
    socket.write(begun(20_000));
    await closed;
    expect(counts.get('mqtt_clients_refused packet-size')).toBe(1);
  });

  it('in frames of a WebSocket count too', async () => {
    const made = await hub({ packetTimeoutMs: 300 });
    const server = createServer();
    server.on('upgrade', (request, socket, head) => made.broker.handleUpgrade(request, socket, head));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const page = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt');
    ends.push(() => page.terminate());
    await new Promise((resolve) => page.once('open', resolve));
    page.send(connectPacket('page'));
    await new Promise((resolve) => page.once('message', resolve));
    const closed = new Promise((resolve) => page.once('close', resolve));
    // the head of a masked binary frame of 100,000 bytes, and some of them
    const frame = Buffer.alloc(50_000);
    frame.set([0x82, 0xff, 0, 0, 0, 0, 0, 1, 0x86, 0xa0]);
    (page as unknown as { _socket: ReturnType<typeof connect> })._socket.write(frame);
    await until('its bytes', () => made.broker.figures.unfinishedBytes === 50_000);
    await closed;
    expect(made.counts.get('mqtt_clients_refused packet-timeout')).toBe(1);
    expect(made.broker.figures.unfinishedBytes).toBe(0);
  });
});

it('what ends or is another packet is not counted on', () => {
  const cuts: string[] = [];
  const unfinished = new Unfinished<Sender>({ maxUnfinishedBytes: 1000, packetTimeoutMs: 60_000 });
  const sender = (name: string): Sender => ({ cut: (reason) => cuts.push(`${name} ${reason}`) });
  const [a, b] = [sender('a'), sender('b')];
  unfinished.note(a, 400, false);
  unfinished.note(a, 500, false);
  unfinished.note(b, 100, true);
  unfinished.note(a, 20, true);
  expect(unfinished.bytes).toBe(120);
  unfinished.note(a, 0, true);
  unfinished.forget(b);
  unfinished.forget(b);
  expect([unfinished.bytes, cuts]).toEqual([0, []]);
});
