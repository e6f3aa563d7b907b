import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { BodyWriter } from './body-writer.ts';
import { HttpReply } from './http-reply.ts';

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that writes without end; resolves with what became of the answer. */
async function endless(stallSeconds: number) {
  let ended: (written: number) => void = () => undefined;
  const outcome = new Promise<number>((resolve) => {
    ended = resolve;
  });
  const app = express();
  app.get('/', async (_request, response) => {
    const writer = new BodyWriter(new HttpReply(response, stallSeconds));
    while (!response.destroyed) await writer.write('x'.repeat(100_000));
    ended(writer.written);
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  closers.push(() => socket.destroy());
  return { outcome, socket };
}

describe('an answer', () => {
  it('is cut off when its client reads nothing, and holds no more than the pipe takes meanwhile', async () => {
    const { outcome, socket } = await endless(0.2);
    socket.pause();
    expect(await outcome).toBeLessThan(50_000_000);
  });

  it('goes on as long as its client reads, however slowly', async () => {
    const { outcome, socket } = await endless(0.5);
    let read = 0;
    let cut = false;
    void outcome.then(() => {
      cut = true;
    });
    socket.on('data', (bytes) => {
      read += bytes.length;
      // far below the time allowed, far above what a fast client takes
      socket.pause();
      setTimeout(() => socket.resume(), 5);
    });
    const deadline = performance.now() + 1500;
    while (performance.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
    expect(cut).toBe(false);
    expect(read).toBeGreaterThan(1_000_000);
  });
});
