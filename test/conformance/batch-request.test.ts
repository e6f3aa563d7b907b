/** Conformance class "Batch requests" [STA 11]: several requests in one. */
import { beforeAll, describe, expect, test } from 'vitest';
import { service } from './service.ts';
import { location, makeWorld, type World } from './world.ts';

const sta = service();
let world: World;
beforeAll(async () => {
  world = await makeWorld(sta);
});

/** The hub's answer as its parts: status, headers and body of each; a part that is a change set is a list of them. */
type Part = { status: number; text: string } | Part[];

function parts(contentType: string, text: string): Part[] {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error(`no boundary in ${contentType}`);
  return text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [head = '', ...rest] = part.replace(/^\r\n/, '').split('\r\n\r\n');
      const body = rest.join('\r\n\r\n');
      const inner = /content-type: *(multipart\/mixed[^\r\n]*)/i.exec(head)?.[1];
      if (inner !== undefined) return parts(inner, body);
      return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(body)?.[1]), text: body };
    });
}

async function batch(lines: readonly string[]): Promise<Part[]> {
  const answer = await sta.send('POST', '$batch', lines.join('\r\n'), {
    'content-type': 'multipart/mixed;boundary=batch_1',
  });
  expect(answer.status, answer.text).toBe(200);
  return parts(answer.headers.get('content-type') ?? '', answer.text);
}

const get = (path: string) => [
  '--batch_1',
  'Content-Type: application/http',
  '',
  `GET /v1.1/${path} HTTP/1.1`,
  'Host: localhost',
  '',
  '',
];
const change = (id: string, method: string, path: string, body: object) => [
  '--changes_1',
  'Content-Type: application/http',
  `Content-ID: ${id}`,
  '',
  `${method} ${path} HTTP/1.1`,
  'Host: localhost',
  'Content-Type: application/json',
  `Content-Length: ${JSON.stringify(body).length}`,
  '',
  JSON.stringify(body),
];
const changes = (...lines: readonly string[]) => [
  '--batch_1',
  'Content-Type: multipart/mixed;boundary=changes_1',
  '',
  ...lines,
  '--changes_1--',
];

describe('a batch', () => {
  test('answers each request in its order, and a wrong one does not stop the others [req batch-request/batch-request]', async () => {
    const answers = (await batch([...get(world.mast), ...get('Things(424242)'), ...get('Sensors'), '--batch_1--'])) as {
      status: number;
      text: string;
    }[];
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 200]);
    expect(answers[0]?.text).toContain('"Mast"');
  });
  test('a change set makes entities that name each other by Content-ID [req batch-request/batch-request]', async () => {
    const [set] = (await batch([
      ...changes(
        ...change('1', 'POST', '/v1.1/Things', { name: 'Batched', description: 'd' }),
        ...change('2', 'POST', '$1/Locations', location('Batched place', 5, 5)),
      ),
      '--batch_1--',
    ])) as unknown as [{ status: number }[]];
    expect(set.map(({ status }) => status)).toEqual([201, 201]);
    const { value } = await sta.read("Things?$filter=name%20eq%20'Batched'&$expand=Locations");
    expect(value[0].Locations[0].name).toBe('Batched place');
  });
  test('a change set that fails anywhere changes nothing [req batch-request/batch-request]', async () => {
    const [failed, read] = (await batch([
      ...changes(
        ...change('1', 'PATCH', `/v1.1/${world.door}`, { name: 'Renamed' }),
        ...change('2', 'POST', '/v1.1/Things', { description: 'without a name' }),
      ),
      ...get(world.door),
      '--batch_1--',
    ])) as unknown as [{ status: number } | { status: number }[], { status: number; text: string }];
    expect([failed].flat().map(({ status }) => status)).toEqual([400]);
    expect(read.text).toContain('"Door"');
    expect((await sta.read(world.door)).name).toBe('Door');
  });
  test('comes as JSON, too [req batch-request/batch-request]', async () => {
    const { status, json } = await sta.send('POST', '$batch', {
      requests: [
        { id: 'a', method: 'get', url: `${world.mast}?$select=name` },
        { id: 'b', atomicityGroup: 'g', method: 'post', url: 'Things', body: { name: 'From JSON', description: 'd' } },
      ],
    });
    expect(status).toBe(200);
    expect(json.responses).toMatchObject([
      { id: 'a', status: 200, body: { name: 'Mast' } },
      { id: 'b', status: 201 },
    ]);
    expect((await sta.read("Things?$filter=name%20eq%20'From%20JSON'")).value).toHaveLength(1);
  });
});
