/** Stands between the hub and its InfluxDB and does what networks, proxies and servers in trouble do. */

import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';

export type ProxyMode =
  | { readonly kind: 'pass' }
  /** Answers itself, for requests whose path fits. */
  | { readonly kind: 'answer'; readonly status: number; readonly body: string; readonly path: RegExp }
  /** Answers itself where it is asked so: lines, or statements as a person writes them. */
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly body: string;
      readonly asked: (text: string) => boolean;
    }
  /** Passes on after so long. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** Passes the request on, and cuts the connection instead of giving the answer back: nobody knows what was stored. */
  | { readonly kind: 'lostAnswer'; readonly path: RegExp }
  /** Refuses lines that fit, as InfluxDB does it: the others of the request are stored, and the answer is 400. */
  | { readonly kind: 'refuseLines'; readonly lines: RegExp; readonly body: string; readonly path: RegExp }
  /** Keeps requests, and does them when they are released, whether or not anybody still waits. `status`: answers so at once. */
  | {
      readonly kind: 'hold';
      readonly path: RegExp;
      readonly status?: number;
      readonly asked?: (text: string) => boolean;
    }
  /** Closes every connection at once. */
  | { readonly kind: 'refuse' };

export interface InfluxProxy {
  readonly url: string;
  readonly port: number;
  mode: ProxyMode;
  /** Does what was held; resolves when the server has answered all of it. */
  release(): Promise<void>;
  /** Requests so far, by method and path without the query. */
  readonly seen: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** `target`: port on loopback. */
export async function influxProxy(target: number): Promise<InfluxProxy> {
  const seen = new Map<string, number>();
  const sockets = new Set<Socket>();
  const held: (() => Promise<void>)[] = [];
  const server: Server = createServer((request, response) => {
    const key = `${request.method} ${new URL(request.url ?? '/', 'http://x').pathname}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    if (proxy.mode.kind === 'hold' && proxy.mode.path.test(request.url ?? '/'))
      void hold(proxy.mode, request, response, target, held);
    else handle(proxy.mode, request, response, target);
  });
  server.on('connection', (socket) => {
    if (proxy.mode.kind === 'refuse') socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  const proxy = { url: '', port: 0, mode: { kind: 'pass' } as ProxyMode, seen, release, stop };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.port = (server.address() as AddressInfo).port;
  proxy.url = `http://127.0.0.1:${proxy.port}`;
  return proxy;

  async function release(): Promise<void> {
    await Promise.all(held.splice(0).map((work) => work()));
  }

  async function stop(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

function handle(mode: ProxyMode, request: IncomingMessage, response: ServerResponse, target: number): void {
  const path = request.url ?? '/';
  if (mode.kind === 'refuse') request.socket.destroy();
  else if (mode.kind === 'answer' && mode.path.test(path)) {
    request.resume();
    request.on('end', () => {
      response.writeHead(mode.status, { 'content-type': 'application/json' });
      response.end(mode.body);
    });
  } else if (mode.kind === 'refuseLines' && mode.path.test(path)) void refuseLines(mode, request, response, target);
  else if (mode.kind === 'reply') void reply(mode, request, response, target);
  else if (mode.kind === 'slow') setTimeout(() => pass(request, response, target, false), mode.milliseconds);
  else pass(request, response, target, mode.kind === 'lostAnswer' && mode.path.test(path));
}

function pass(request: IncomingMessage, response: ServerResponse, target: number, lose: boolean): void {
  const { method, url, headers } = request;
  const onward = httpRequest({ host: '127.0.0.1', port: target, method, path: url, headers }, (answer) => {
    if (lose) {
      answer.resume();
      answer.on('end', () => request.socket.destroy());
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  onward.on('error', () => response.destroy());
  request.on('aborted', () => onward.destroy());
  request.pipe(onward);
}

/** As a person writes it: statements come as a form. */
function textOf(body: Buffer): string {
  return new URLSearchParams(body.toString('utf8')).get('q') ?? body.toString('utf8');
}

async function reply(
  { status, body, asked }: Extract<ProxyMode, { kind: 'reply' }>,
  request: IncomingMessage,
  response: ServerResponse,
  target: number,
): Promise<void> {
  try {
    const whole = Buffer.concat(await request.toArray());
    if (asked(textOf(whole))) response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    else await giveBack(await forwarded(request, whole, target), response);
  } catch {
    request.socket.destroy();
  }
}

async function hold(
  { status, asked }: Extract<ProxyMode, { kind: 'hold' }>,
  request: IncomingMessage,
  response: ServerResponse,
  target: number,
  held: (() => Promise<void>)[],
): Promise<void> {
  try {
    const body = Buffer.concat(await request.toArray());
    if (asked?.(textOf(body)) === false) {
      await giveBack(await forwarded(request, body, target), response);
      return;
    }
    if (status !== undefined) response.writeHead(status).end();
    held.push(async () => {
      const answer = await forwarded(request, body, target);
      if (status === undefined) await giveBack(answer, response);
    });
  } catch {
    // who sent it is gone
    request.socket.destroy();
  }
}

async function giveBack(answer: Response, response: ServerResponse): Promise<void> {
  const { status, headers } = answer;
  const kept = ['content-type', 'x-influxdb-version', 'x-influxdb-build'].flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  response.writeHead(status, Object.fromEntries(kept) as Record<string, string>);
  response.end(Buffer.from(await answer.arrayBuffer()));
}

function forwarded(request: IncomingMessage, body: string | Buffer, target: number): Promise<Response> {
  const { 'content-length': _length, 'transfer-encoding': _coding, ...headers } = request.headers;
  const { method = 'POST' } = request;
  return fetch(`http://127.0.0.1:${target}${request.url}`, {
    method,
    headers: headers as Record<string, string>,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
  });
}

async function refuseLines(
  { lines, body }: Extract<ProxyMode, { kind: 'refuseLines' }>,
  request: IncomingMessage,
  response: ServerResponse,
  target: number,
): Promise<void> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const all = Buffer.concat(chunks).toString('utf8').split('\n');
    const good = all.filter((line) => !lines.test(line));
    const answer = await forwarded(request, good.join('\n'), target);
    const refused = good.length < all.length && answer.ok;
    response.writeHead(refused ? 400 : answer.status, { 'content-type': 'application/json' });
    response.end(refused ? body : Buffer.from(await answer.arrayBuffer()));
  } catch {
    request.socket.destroy();
  }
}
