/** Requests that are wrong: imports, queries, and ten thousand addresses that chance made. */
import { Agent, request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { closedAfter, seeded } from '../../support/index.ts';
import { afterwards, DEVICE, MEGABYTE, target } from './target.ts';

const SEED = 77;
const RANDOM_URLS = 10_000;
const at = target();

describe('a request', () => {
  const wrong = async (
    answer: Promise<{ status: number; json: { code: string; detail: string } }>,
    status: number,
    code: string,
  ) => {
    const { status: got, json: problem } = await answer;
    expect([got, problem.code]).toEqual([status, code]);
    expect(problem.detail.length).toBeGreaterThan(5);
  };

  test('to the import with anything wrong is told what', async () => {
    const post = (body: unknown) => at.admin.post('/admin/import', body);
    await wrong(post('{"organisations": ['), 400, 'request.json');
    await wrong(post('[]'), 400, 'request.body');
    await wrong(post('{"organisations":[{"id":"x","name":NaN}]}'), 400, 'request.json');
    await wrong(post({ things: [{ key: 'x', name: 'x', organisation: 'nobody' }] }), 400, 'request.body');
    await wrong(
      post(
        '{"things":[{"key":"x","name":"x","organisation":"test","location":{"type":"Point","coordinates":[1e400,0]}}]}',
      ),
      400,
      'request.body',
    );
    await wrong(
      post({ devices: [{ key: '24', organisation: 'test', thing: 'mast', model: 'milesight/em300-th' }] }),
      400,
      'request.body',
    );
    await wrong(
      post({ devices: [{ key: DEVICE, organisation: 'test', thing: 'mast', model: 'no/such' }] }),
      400,
      'request.body',
    );
    for (let i = 0; i < 10; i++) await wrong(post(Buffer.alloc(10 * MEGABYTE, 0x20)), 413, 'request.tooLarge');
    await wrong(post('['.repeat(500_000)), 400, 'request.json');
    await wrong(post('{"__proto__":{"x":1}}'), 400, 'request.body');
    await wrong(at.admin.post('/admin/import', 'a=b', { 'content-type': 'text/plain' }), 415, 'request.mediaType');
    await wrong(at.ingest.post('/admin/import', '{'.repeat(100)), 403, 'access.denied');
  });

  test('that is a wrong query is told what', async () => {
    const { temperature } = await at.admin.datastreams(DEVICE);
    const ask = (query: string) => at.open.get(`/v1.1/Datastreams(${temperature})/Observations?${query}`);
    for (const query of [
      '$filter=result gt',
      '$filter=result gt NaN and',
      '$filter=phenomenonTime gt 1600-13-01T00:00:00Z',
      '$top=-1',
      '$top=1e400',
      '$orderby=nothing',
      '$expand=Nothing',
      '$select=nothing',
      '$nothing=1',
      `$filter=${'('.repeat(5000)}`,
    ]) {
      const answer = await ask(query);
      expect([query.slice(0, 40), answer.status]).toEqual([query.slice(0, 40), 400]);
      expect(answer.json.code).toMatch(/^query\./);
    }
    for (const query of [
      '$filter=result eq 1e400',
      '$skip=9999999999999999999999',
      '$filter=phenomenonTime gt 1600-01-01T00:00:00Z',
      '$filter=phenomenonTime lt 2300-01-01T00:00:00Z',
    ]) {
      expect((await ask(query)).status, query).toBeLessThan(500);
    }
    await wrong(at.open.get('/v1.1/Things(99999999999999999999999999)'), 404, 'notFound');
  });

  test('with a head of 1 MB, or that is no HTTP, is turned away', async () => {
    const head = await closedAfter(
      Buffer.from(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(MEGABYTE)}\r\n\r\n`),
      at.hub.ports.http,
    );
    expect(head).toMatch(/^HTTP\/1\.1 431/);
    expect(await closedAfter(Buffer.from('HELLO\r\n\r\n'), at.hub.ports.http)).toMatch(/^HTTP\/1\.1 405/);
    await closedAfter(Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), at.hub.ports.http);
  });

  test('of ten thousand random ones below /v1.1 is never answered 500', async () => {
    const random = seeded(SEED + 2);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const words = [
      ...['Things', 'Datastreams', 'Observations', 'Locations', 'Sensors', 'ObservedProperties', 'FeaturesOfInterest'],
      ...[
        'HistoricalLocations',
        'Things(1)',
        'Datastreams(1)',
        "Things('x')",
        'Observations(1)',
        '(',
        ')',
        '$ref',
        '$value',
      ],
      ...[
        'name',
        'result',
        'phenomenonTime',
        'properties',
        'properties/domain',
        '/',
        '//',
        '..',
        '%2e%2e',
        '%00',
        '%ff',
        '%',
      ],
    ];
    const values = [
      ...[
        'result',
        'name',
        'id',
        '@iot.id',
        '1',
        '-1',
        '1e400',
        'null',
        'true',
        "'x'",
        "'",
        '2026-01-01T00:00:00Z',
        'NaN',
      ],
      ...[
        'eq',
        'gt',
        'and',
        'or',
        'not',
        '(',
        ')',
        ',',
        ';',
        '/',
        '$',
        'desc',
        'asc',
        'add',
        'div',
        'mod',
        'now()',
        'year(',
        'substringof(',
      ],
      ...[
        "geography'POINT(7 51)'",
        "duration'P1D'",
        'Datastream',
        'Thing',
        'Observations',
        '*',
        '%ff',
        '%',
        '\u0000',
        'ä',
        '𝄞',
      ],
    ];
    const options = [
      '$filter',
      '$expand',
      '$select',
      '$orderby',
      '$top',
      '$skip',
      '$count',
      '$resultFormat',
      '$skiptoken',
      '$',
      'x',
    ];
    const some = (list: readonly string[], most: number, between: string) =>
      Array.from({ length: Math.floor(random() * most) }, () => pick(list)).join(between);
    const byStatus = new Map<number, number>();
    const failures: string[] = [];
    const ask = async () => {
      const query = Array.from(
        { length: Math.floor(random() * 3) },
        () => `${pick(options)}=${encodeSome(some(values, 6, pick([' ', '', '+'])))}`,
      );
      const path = `/v1.1/${some(words, 4, '/')}?${query.join('&')}`.replaceAll(' ', '%20');
      const answer = await requested(path);
      byStatus.set(answer, (byStatus.get(answer) ?? 0) + 1);
      if (answer >= 500 && answer !== 501) failures.push(`${answer} ${path}`);
    };
    const encodeSome = (text: string) =>
      random() < 0.5 ? encodeURIComponent(text) : text.replace(/[^\x21-\x7e]/gu, encodeURIComponent);
    // not fetch: it would tidy up the path
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const requested = (path: string) =>
      new Promise<number>((resolve, reject) => {
        const asked = request({ host: '127.0.0.1', port: at.hub.ports.http, path, agent }, (answer) => {
          answer.resume();
          answer.once('end', () => resolve(answer.statusCode ?? 0));
        });
        asked.once('error', reject);
        asked.end();
      });
    await Promise.all(
      Array.from({ length: 8 }, async (_, worker) => {
        for (let i = worker; i < RANDOM_URLS; i += 8) await ask();
      }),
    );
    agent.destroy();
    expect(failures.slice(0, 10)).toEqual([]);
    expect([...byStatus.values()].reduce((a, b) => a + b)).toBe(RANDOM_URLS);
    // they got to the parser and beyond, not only to its door
    for (const status of [200, 400, 404]) expect(byStatus.get(status) ?? 0, `${status}`).toBeGreaterThan(100);
  }, 60_000);
});

afterwards(at);
