/** One request over a real connection, its address byte for byte as the client wrote it. */
import { request } from 'node:http';
import type { Message } from './case.ts';
import { differences, textFits } from './match.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Clients know the hub by this name, so that its links are the same in every run. */
export const HOST = 'hub';

export function send(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers: { host: HOST, ...headers } },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (piece: string) => {
          text += piece;
        });
        incoming.once('error', reject);
        incoming.once('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }));
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** Method and path of a request's first line; a blank in the path is the client's own mistake and would end it. */
export function target({ first }: Message): { method: string; path: string } {
  const [, method, path] = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(first) ?? [];
  if (method === undefined || path === undefined) throw new Error(`no request: ${first}`);
  return { method, path };
}

/** What is different from what was expected, one line each. */
export function replyDifferences(expected: Message, reply: Reply): string[] {
  const found: string[] = [];
  if (String(reply.status) !== expected.first)
    found.push(`status ${reply.status} instead of ${expected.first}: ${reply.text.slice(0, 500)}`);
  for (const [name, value] of expected.headers) {
    const actual = String(reply.headers[name] ?? '');
    if (!textFits(value, actual)) found.push(`header ${name}: "${actual}" instead of "${value}"`);
  }
  if (found.length > 0) return found;
  if (!/^[[{"]/.test(expected.body)) {
    const text = reply.text.replaceAll('\r\n', '\n').replace(/\n$/, '');
    return textFits(expected.body, text) ? [] : [`body:\n${text.slice(0, 2000)}\ninstead of\n${expected.body}`];
  }
  const actual = parsed(reply.text);
  if (actual === undefined) return [`body is no JSON: ${reply.text.slice(0, 500)}`];
  return [...differences(JSON.parse(expected.body), actual), ...countFirst(actual)];
}

/** `@iot.count` stands before `value` as the standard shows it: clients that read while it arrives want to know it then. */
function countFirst(body: unknown): string[] {
  const names = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  const wrong =
    names.includes('@iot.count') && names.indexOf('@iot.count') > names.indexOf('value') && names.includes('value');
  return wrong ? ['@iot.count stands behind value'] : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
