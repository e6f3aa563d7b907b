/** What every answer relies on: it leaves nothing behind when it fails before it starts. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { BufferedReply } from './buffered-reply.ts';
import { HttpReply } from './http-reply.ts';

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function ask(give: (reply: HttpReply) => Promise<void>): Promise<Response> {
  const app = express();
  app.get('/', async (_request, response) => {
    const reply = new HttpReply(response, 1);
    try {
      await give(reply);
    } catch {
      if (reply.started) response.destroy();
      else response.status(400).json('failed');
    }
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

describe('an answer over HTTP', () => {
  it('goes out whole, with its length, where it is one piece', async () => {
    const response = await ask(async (reply) => {
      reply.status(201);
      reply.header('Content-Type', 'text/plain; charset=utf-8');
      await reply.write('grün');
      expect(reply.started).toBe(false);
      reply.end();
    });
    expect([response.status, response.headers.get('content-length')]).toEqual([201, '5']);
    expect(await response.text()).toBe('grün');
  });

  it('goes out in pieces where there are more', async () => {
    const response = await ask(async (reply) => {
      reply.header('Content-Type', 'text/plain');
      for (const piece of ['a', 'b', 'c']) await reply.write(piece);
      expect(reply.started).toBe(true);
      reply.end();
    });
    expect([response.headers.get('content-length'), await response.text()]).toEqual([null, 'abc']);
  });

  it('that fails before its second piece gives way to the error', async () => {
    const response = await ask(async (reply) => {
      reply.header('Content-Type', 'text/csv');
      reply.header('Content-Disposition', 'attachment');
      await reply.write('a');
      throw new Error('too late to be shown');
    });
    expect([response.status, response.headers.get('content-disposition')]).toEqual([400, null]);
    expect(await response.json()).toBe('failed');
  });
});

describe('an answer that is kept', () => {
  it('has status, headers and body', async () => {
    const reply = new BufferedReply(100);
    reply.status(201);
    reply.header('Content-Type', 'application/json');
    await reply.write('{');
    await reply.write('}');
    reply.end();
    expect([reply.code, reply.headers.get('content-type'), reply.body, reply.started]).toEqual([
      201,
      'application/json',
      '{}',
      false,
    ]);
  });

  it('takes no more than its limit', async () => {
    const reply = new BufferedReply(3);
    await reply.write('abc');
    await expect(reply.write('d')).rejects.toMatchObject({ code: 'query.limit' });
  });
});
