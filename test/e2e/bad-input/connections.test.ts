/** Connections that are wrong before there is a message: garbage, lengths that no sender means, silence. */
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { closedAfter, liveClient, mqttConnection, seeded, until } from '../../support/index.ts';
import { afterwards, MEGABYTE, target, up } from './target.ts';

const SEED = 77;
const at = target();
const overWebSocket = (clientId: string, password = at.hub.tokens.ingest) =>
  mqttConnection({ webSocket: `${at.hub.base.replace('http', 'ws')}/mqtt`, clientId, password });

/** The begin of a CONNECT packet. */
const HALF_CONNECT = Buffer.from([0x10, 16, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 4]);

describe('a stranger at the MQTT door', () => {
  /** The longest length that MQTT knows: 268,435,455 bytes [§2.2.3]. */
  const HUGE = Buffer.from([0xff, 0xff, 0xff, 0x7f]);

  test('who announces 256 MB before or as CONNECT is cut off', async () => {
    for (let i = 0; i < 30; i++) {
      const type = [0x10, 0x30, 0x00][i % 3] as number;
      await closedAfter(Buffer.concat([Buffer.from([type]), HUGE, Buffer.alloc(MEGABYTE)]), at.hub.ports.mqtt);
    }
  });
  test('who announces 256 MB after CONNECT is cut off', async () => {
    const client = await mqttConnection({ port: at.hub.ports.mqtt, clientId: 'huge', password: at.hub.tokens.ingest });
    client.raw(Buffer.concat([Buffer.from([0x32]), HUGE, Buffer.alloc(MEGABYTE)]));
    await client.gone;
  });
  test('who announces 256 MB over a WebSocket is cut off', async () => {
    const client = await overWebSocket('huge-web');
    client.raw(Buffer.concat([Buffer.from([0x32]), HUGE, Buffer.alloc(1000)]));
    await client.gone;
  });
  test('who sends garbage is cut off', async () => {
    const random = seeded(SEED);
    for (let i = 0; i < 50; i++) {
      const bytes = Buffer.from(Array.from({ length: 200 }, () => Math.floor(random() * 256)));
      if (bytes[0] !== undefined && bytes[0] >> 4 === 1) bytes[0] = 0;
      await closedAfter(bytes, at.hub.ports.mqtt);
    }
    await closedAfter(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), at.hub.ports.mqtt);
  });
  test('who sends garbage after CONNECT is cut off', async () => {
    const random = seeded(SEED + 1);
    for (let i = 0; i < 20; i++) {
      const client = await mqttConnection({
        port: at.hub.ports.mqtt,
        clientId: `garbage-${i}`,
        password: at.hub.tokens.ingest,
      });
      // a packet type that clients may not send, then anything
      client.raw(Buffer.from([0xf0 + (i % 16), 2, ...Array.from({ length: 100 }, () => Math.floor(random() * 256))]));
      client.raw(Buffer.from([0x20, 2, 0, 0]));
      await client.gone;
    }
  });
  test('with a wrong password is refused, over TCP and over a WebSocket, and nobody comes in without one there', async () => {
    await expect(mqttConnection({ port: at.hub.ports.mqtt, clientId: 'x', password: 'wrong' })).rejects.toThrow(
      /refused|closed/,
    );
    await expect(overWebSocket('x', 'wrong')).rejects.toThrow(/refused|closed/);
  });
  test('who opens 200 connections and says nothing, or half a CONNECT, keeps nobody out', async () => {
    const silent = Array.from({ length: 200 }, (_, i) => {
      const socket = connect({ host: '127.0.0.1', port: i % 2 === 0 ? at.hub.ports.mqtt : at.hub.ports.http });
      socket.on('error', () => undefined);
      socket.write(i % 2 === 0 ? HALF_CONNECT.subarray(0, i % 14) : 'GET /v1.1 HTTP/1.1\r\nHost:');
      return socket;
    });
    await Promise.all(silent.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    const client = await mqttConnection({ port: at.hub.ports.mqtt, clientId: 'well', password: at.hub.tokens.ingest });
    const { topic, body } = up();
    await client.deliver(topic, body);
    client.close();
    expect((await at.open.get('/v1.1')).status).toBe(200);
    for (const socket of silent) socket.destroy();
  });
});

describe('a client of /live', () => {
  test('with a wrong filter is told so, and with a wrong message keeps its old one', async () => {
    const refused = await liveClient(at.hub, '?domian=water');
    expect(refused.messages[0]).toMatchObject({ type: 'error', code: 'query.option' });
    await until('it is closed', () => refused.ended === 1008);

    const client = await liveClient(at.hub);
    for (const [text, code] of [
      ['{', 'request.json'],
      ['[]', 'request.body'],
      ['{"type":"subscribe","filter":{"bbox":[0,0,1e400,1]}}', 'request.body'],
      ['{"type":"subscribe","filter":{"datastream":["NaN"]}}', 'request.body'],
      ['['.repeat(10_000), 'request.json'],
    ] as const) {
      const heard = client.messages.length;
      client.send(text);
      await until('an answer', () => client.messages.length > heard);
      expect(client.messages.at(-1)).toMatchObject({ type: 'error', code });
    }
    client.send(Buffer.alloc(10 * MEGABYTE));
    await until('it is cut off', () => client.ended === 1009);
  });

  test('that is no WebSocket, or speaks another protocol, is turned away', async () => {
    expect((await at.open.get('/live')).status).toBeGreaterThanOrEqual(400);
    expect((await at.open.get('/live/events?domian=x')).status).toBe(400);
    const upgrade = (path: string) =>
      Buffer.from(
        `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
      );
    expect(await closedAfter(upgrade('/mqtt'), at.hub.ports.http)).toMatch(/^HTTP\/1\.1 400/);
    expect(await closedAfter(upgrade('/nothing'), at.hub.ports.http)).toMatch(/^HTTP\/1\.1 404/);
  });
});

afterwards(at);
