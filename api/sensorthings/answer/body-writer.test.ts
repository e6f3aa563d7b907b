import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BodyWriter } from './body-writer.ts';
import { HttpReply } from './http-reply.ts';

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
  vi.useRealTimers();
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

/** A server that writes without end; resolves with what became of the answer. */
async function endless(stallSeconds: number) {
  let ended: (written: number) => void = () => undefined;
  const outcome = new Promise<number>((resolve) => {
    ended = resolve;
  });
  let writer: BodyWriter | null = null;
  const app = express();
  app.get('/', async (_request, response) => {
    writer = new BodyWriter(new HttpReply(response, stallSeconds));
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
  return { outcome, socket, writer: () => writer! };
}

describe('an answer', () => {
  it('is cut off when its client reads nothing, and holds no more than the pipe takes meanwhile', async () => {
    const { outcome, socket } = await endless(0.2);
    socket.pause();
    expect(await outcome).toBeLessThan(50_000_000);
  });

  it('goes on as long as its client reads, however slowly', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { writer, outcome, socket } = await endless(60);
    let cut = false;
    void outcome.then(() => {
      cut = true;
    });
    for (let part = 0; part < 10; part++) {
      await until(() => vi.getTimerCount() > 0);
      // it waits for its client: most of the time allowed goes by before the client reads on
      const before = writer().written;
      vi.advanceTimersByTime(50_000);
      socket.resume();
      await until(() => writer().written > before + 1_000_000);
      socket.pause();
      expect(cut).toBe(false);
    }
    await until(() => vi.getTimerCount() > 0);
    vi.advanceTimersByTime(60_000);
    await outcome;
  });
});
