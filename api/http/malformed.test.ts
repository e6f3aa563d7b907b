import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { serverStage } from './testing/index.ts';

const { hub, end } = serverStage();
afterEach(end);

function say(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk)).on('close', () => resolve(answer));
  });
}

test.each([
  ['a method that nobody knows', 'FOO /v1.1 HTTP/1.1\r\nHost: x\r\n\r\n', 405, 'request.method'],
  ['no HTTP', 'hello\r\n\r\n', 405, 'request.method'],
  ['a header that is none', 'GET / HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n', 400, 'request.body'],
  ['a head that is too large', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'request.head'],
])('%s is answered as a problem document', async (_name, text, status, code) => {
  const { server, seen } = await hub();
  const answer = await say(server.port, text);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} \\w`));
  expect(head).toContain('Content-Type: application/problem+json');
  expect(JSON.parse(body)).toMatchObject({ status, code });
  expect((await seen.metrics()).text).toContain(`stadtpegel_http_requests_total{route="none",status="${status}"} 1`);
});
