/** The host that a request names stands in all links of its answer: it must be one. */
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { type Api, serve } from './testing/index.ts';

function ask(api: Api, head: string, body = ''): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(new URL(api.root).port), '127.0.0.1', () => {
      socket.write(`${head}\r\nConnection: close\r\n\r\n${body}`);
    });
    socket.on('data', (chunk) => (answer += chunk)).on('close', () => resolve(answer));
  });
}

test.each([
  ['a:99999', 400],
  ['a b', 400],
  ['%zz', 400],
  ['a"><script>', 400],
  ['user@host', 400],
  ['[::1', 400],
  ['[1:2]', 400],
  ['999.1.1.1', 400],
  ['', 400],
  ['iot.example.org', 200],
  ['iot.example.org:8080', 200],
  ['sensor_hub', 200],
  ['[::1]:8080', 200],
  ['127.0.0.1', 200],
])('Host: %s is answered with %i', async (host, status) => {
  const api = await serve();
  for (const path of ['/v1.1', '/v1.1/Things?$top=1']) {
    const answer = await ask(api, `GET ${path} HTTP/1.1\r\nHost: ${host}`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(status === 200 ? `http://${host}/v1.1/Things` : 'request.host');
  }
  await api.stop();
});

test('without a Host there is no address for links, unless one is configured', async () => {
  const api = await serve();
  expect(await ask(api, 'GET /v1.1/Things HTTP/1.0')).toContain('request.host');
  await api.stop();
  const known = await serve({ options: { publicUrl: 'https://iot.example.org/v1.1' } });
  expect(await ask(known, 'GET /v1.1/Things HTTP/1.0')).toContain('https://iot.example.org/v1.1/Things(1)');
  await known.stop();
});
