import { afterEach, describe, expect, test } from 'vitest';
import type { Options } from '../options.ts';
import { type Answer, type WritableApi, writable } from '../testing/index.ts';

const PARTS = 'batch_36522ad7-fc75-4b56-8c71-56071383e77b';
const SET = 'changeset_77162fcd-b8da-41ac-a9f8-9357efbbd621';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function city(options: Partial<Options> = {}): Promise<WritableApi> {
  const api = await writable(options);
  stops.push(() => api.stop());
  return api;
}

const thing = (name: string) => JSON.stringify({ name, description: `about ${name}` });

/** A part of a multipart body. */
function request(line: string, body = '', headers = ''): string {
  const typed = body === '' ? '' : 'Content-Type: application/json\n';
  return `Content-Type: application/http\nContent-Transfer-Encoding: binary\n${headers}\n${line}\nHost: example.org\n${typed}\n${body}`;
}
function multipart(parts: readonly string[], boundary = PARTS): string {
  return `${parts.map((part) => `--${boundary}\n${part}\n`).join('')}--${boundary}--\n`;
}
function changeSet(...parts: readonly string[]): string {
  return `Content-Type: multipart/mixed;boundary=${SET}\n\n${multipart(parts, SET)}`;
}
const crlf = (text: string) => text.replaceAll('\n', '\r\n');

async function post(api: WritableApi, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const type = { 'content-type': `multipart/mixed;boundary=${PARTS}` };
  return await api.send('POST', '/$batch', body, { headers: { ...type, ...headers } });
}
interface Part {
  readonly status: number;
  readonly id: string | null;
  readonly location: string | null;
  readonly text: string;
}

/** Reads an answer as a client would: the set of a change set in a list of its own. */
function partsOf({ text, headers }: Pick<Answer, 'text' | 'headers'>): (Part | Part[])[] {
  const boundary = /boundary=(\S+)$/.exec(headers.get('content-type') ?? '')?.[1];
  return split(text, boundary!).map((part) => {
    const inner = /^Content-Type: multipart\/mixed; boundary=(\S+)\r\n/.exec(part)?.[1];
    return inner === undefined ? read(part) : split(part, inner).map(read);
  });
}
function split(text: string, boundary: string): string[] {
  expect(text).toContain(`--${boundary}--\r\n`);
  return text
    .split(`--${boundary}--`)[0]!
    .split(`--${boundary}\r\n`)
    .slice(1)
    .map((part) => part.replace(/\r\n$/, ''));
}
function read(part: string): Part {
  const [outer = '', inner = '', ...body] = part.split('\r\n\r\n');
  expect(outer).toMatch(/^Content-Type: application\/http\r\nContent-Transfer-Encoding: binary/);
  return {
    status: Number(/^HTTP\/1\.1 (\d+) \w/.exec(inner)?.[1]),
    id: /Content-ID: (\S+)/.exec(outer)?.[1] ?? null,
    location: /Location: (\S+)/.exec(inner)?.[1] ?? null,
    text: body.join('\r\n\r\n'),
  };
}
const names = async (api: WritableApi): Promise<string[]> =>
  (await api.get('/Things?$select=name&$orderby=id', 'admin')).body.value.map(({ name }: { name: string }) => name);

describe('a batch of several parts', () => {
  test.each([
    ['CRLF', crlf],
    ['LF', (text: string) => text],
  ])('does what the first example of the standard asks, with %s', async (_name, ends) => {
    const api = await city();
    await api.send('POST', '/Things', thing('first'));
    const body = multipart([
      request('GET /v1.1/Things(1)?$select=name HTTP/1.1'),
      changeSet(
        request('POST /v1.1/Things HTTP/1.1', thing('second'), 'Content-ID: 1\n'),
        request('PATCH /v1.1/Things(1) HTTP/1.1', '{"name":"changed"}', 'Content-ID: 2\n'),
      ),
      request('GET /v1.1/Things(3) HTTP/1.1'),
    ]);
    const answer = await post(api, ends(`This is a preamble, to be passed over.\n${body}And an epilogue.`));
    expect(answer.status).toBe(200);
    expect(partsOf(answer)).toMatchObject([
      { status: 200, text: '{"name":"first"}' },
      [
        { status: 201, id: '1', location: `${api.root}/Things(2)` },
        { status: 200, id: '2' },
      ],
      { status: 404 },
    ]);
    expect(await names(api)).toEqual(['changed', 'second']);
  });

  test('does what the second one asks: a Datastream of a Sensor that the request before it made [req batch-request/batch-request]', async () => {
    const api = await city();
    await api.send('POST', '/Things', thing('first'));
    const sensor = {
      name: 'DS18B20',
      description: 'an air temperature sensor',
      encodingType: 'application/pdf',
      metadata: 'http://x/DS18B20.pdf',
    };
    const property = { name: 'airTemperature', description: 'x', definition: 'http://x/airTemperature' };
    const stream = {
      name: 'Temperature Thing 1',
      description: 'the temperature of thing 1',
      unitOfMeasurement: { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
      observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
      ObservedProperty: property,
      Sensor: { '@iot.id': '$sensor1' },
    };
    const answer = await post(
      api,
      multipart([
        changeSet(
          request('POST /v1.1/Sensors HTTP/1.1', JSON.stringify(sensor), 'Content-ID: sensor1\n'),
          request('POST /v1.1/Things(1)/Datastreams HTTP/1.1', JSON.stringify(stream), 'Content-ID: 2\n'),
          request(
            'POST $2/Observations HTTP/1.1',
            '{"result":21.5,"phenomenonTime":"2026-01-01T00:00:00Z","FeatureOfInterest":{"name":"f","description":"f","encodingType":"application/geo+json","feature":{"type":"Point","coordinates":[7,51]}}}',
            'Content-ID: 3\n',
          ),
        ),
      ]),
    );
    expect(partsOf(answer)).toMatchObject([
      [{ status: 201 }, { status: 201, location: `${api.root}/Datastreams(1)` }, { status: 201 }],
    ]);
    expect((await api.get('/Datastreams(1)/Sensor/name', 'admin')).body).toEqual({ name: 'DS18B20' });
    expect((await api.get('/Datastreams(1)/Observations?$select=result', 'admin')).body.value).toEqual([
      { result: 21.5 },
    ]);
  });

  test('undoes a change set that fails, answers it once, and goes on with the rest [req batch-request/batch-request]', async () => {
    const api = await city();
    const answer = await post(
      api,
      multipart([
        changeSet(
          request('POST /v1.1/Things HTTP/1.1', thing('never'), 'Content-ID: 1\n'),
          request('PATCH /v1.1/Things(77) HTTP/1.1', '{"name":"x"}', 'Content-ID: 2\n'),
        ),
        // what failed made nothing that could be referred to
        request('GET $1 HTTP/1.1'),
        request('POST /v1.1/Things HTTP/1.1', thing('after')),
      ]),
    );
    const [failed, missing, made] = partsOf(answer) as Part[];
    expect(failed).toMatchObject({ status: 404, id: '2' });
    expect(JSON.parse(failed!.text)).toMatchObject({ code: 'notFound', status: 404 });
    expect(missing!.status).toBe(404);
    expect(missing!.text).toContain('$1 stands for no request before this one');
    expect(made!.status).toBe(201);
    expect(await names(api)).toEqual(['after']);
  });

  test('stops at the first failure where the client wants it so', async () => {
    const api = await city();
    const body = multipart([request('GET Things(77) HTTP/1.1'), request('POST Things HTTP/1.1', thing('not done'))]);
    for (const prefer of ['continue-on-error=false', 'odata.continue-on-error=false']) {
      expect(partsOf(await post(api, body, { prefer }))).toMatchObject([{ status: 404 }]);
    }
    expect(await names(api)).toEqual([]);
    expect(partsOf(await post(api, body, { prefer: 'continue-on-error' }))).toMatchObject([
      { status: 404 },
      { status: 201 },
    ]);
  });

  test.each([
    'GET Things(1)?$select=name HTTP/1.1',
    'GET /Things(1)?$select=name HTTP/1.1',
    'GET /v1.1/Things(1)?$select=name HTTP/1.1',
    'GET ROOT/Things(1)?$select=name HTTP/1.1',
    'get Things(1)?$select=name',
    'GET  Things(1)?%24select=name  HTTP/1.0',
  ])('finds the address of %s', async (line) => {
    const api = await city();
    await api.send('POST', '/Things', thing('here'));
    const asked = request(line.replace('ROOT', api.root));
    expect(partsOf(await post(api, multipart([asked])))).toMatchObject([{ status: 200, text: '{"name":"here"}' }]);
  });

  test('takes blanks in an address, as people write filters', async () => {
    const api = await city();
    await api.send('POST', '/Things', thing('two words'));
    const line = "GET /v1.1/Things?$select=name&$filter=name eq 'two words' HTTP/1.1";
    const [part] = partsOf(await post(api, multipart([request(line)]))) as Part[];
    expect(JSON.parse(part!.text).value).toEqual([{ name: 'two words' }]);
  });

  test.each([
    ['an address elsewhere', request('GET http://example.org/other/Things HTTP/1.1'), 404],
    ['an address of another host', request('GET http://example.org/v1.1/Things HTTP/1.1'), 404],
    ['a Content-ID that would end a line', request('GET Things HTTP/1.1', '', 'Content-ID: a\rX-Made: up\n'), 400],
    ['a method that is none', request('BREW Things HTTP/1.1'), 405],
    ['a batch in the batch', request('POST /v1.1/$batch HTTP/1.1', '{}'), 405],
    ['a GET in a change set', changeSet(request('GET Things HTTP/1.1')), 405],
    ['a change set in a change set', changeSet(changeSet(request('POST Things HTTP/1.1', thing('x')))), 400],
    [
      'a change set that was cut off',
      changeSet(request('POST Things HTTP/1.1', thing('x'))).replace(`--${SET}--`, ''),
      400,
    ],
    ['a change set without a boundary', 'Content-Type: multipart/mixed\n\nx', 400],
    ['no request line', 'Content-Type: application/http\n\n{}', 400],
    ['another type', 'Content-Type: text/html\n\n<p>', 400],
    ['no JSON', request('POST Things HTTP/1.1', '{'), 400],
    ['a reference to nothing', request('POST $7/Datastreams HTTP/1.1', '{}'), 404],
    [
      'a reference to nothing in a body',
      request('POST Things HTTP/1.1', '{"name":"x","description":"x","Locations":[{"@iot.id":"$9"}]}'),
      404,
    ],
    ['a query that is wrong', request('GET Things?$filter=nam eq 1 HTTP/1.1'), 400],
    ['an address that is too long', request(`GET Things?$filter=${'x'.repeat(70_000)} HTTP/1.1`), 400],
  ])('answers %s where it stands, and does the rest', async (_name, part, status) => {
    const api = await city();
    const answer = await post(api, multipart([part, request('POST Things HTTP/1.1', thing('made'))]));
    const [first, second] = partsOf(answer) as Part[];
    expect(first!.status).toBe(status);
    expect(JSON.parse(first!.text)).toMatchObject({ status, detail: expect.stringMatching(/./) });
    expect(second!.status).toBe(201);
    expect(await names(api)).toEqual(['made']);
  });

  test.each([
    ['that was cut off', multipart([request('POST Things HTTP/1.1', thing('x'))]).replace(`--${PARTS}--`, ''), {}, 400],
    ['whose boundary is missing', 'x', { 'content-type': 'multipart/mixed' }, 400],
    ['of another type', 'x', { 'content-type': 'text/plain' }, 415],
    [
      'with more requests than the option says',
      multipart(Array.from({ length: 6 }, () => request('GET Things HTTP/1.1'))),
      {},
      413,
    ],
    [
      'with more requests in its change set',
      multipart([changeSet(...Array.from({ length: 6 }, () => request('POST Things HTTP/1.1', thing('x'))))]),
      {},
      413,
    ],
  ])('%s does nothing at all [limit sensorthings.batchRequests]', async (_name, body, headers, status) => {
    const api = await city({ batchRequests: 5 });
    expect((await post(api, body, headers)).status).toBe(status);
    expect(await names(api)).toEqual([]);
  });

  test('gives ids beyond 2^53 exactly', async () => {
    const api = await city();
    const [part] = partsOf(
      await post(api, multipart([request('GET Observations(9007199254740993) HTTP/1.1')])),
    ) as Part[];
    expect(part!.text).toContain('9007199254740993');
  });

  test('may answer with no more than the option says: what goes beyond is an error, the rest stays', async () => {
    const api = await city({ responseBytes: 2500 });
    await api.send('POST', '/Things', thing('a'.repeat(400)));
    const many = Array.from({ length: 6 }, () => request('GET Things(1) HTTP/1.1'));
    const states = (partsOf(await post(api, multipart(many))) as Part[]).map(({ status }) => status);
    expect(states[0]).toBe(200);
    expect(states.at(-1)).toBe(400);
    expect(states).toHaveLength(6);
  });

  test('reads for everybody, and asks those without a token for one before it writes anything', async () => {
    const api = await city();
    const as = { as: 'anonymous', headers: { 'content-type': `multipart/mixed;boundary=${PARTS}` } } as const;
    const reading = await api.send('POST', '/$batch', multipart([request('GET Things HTTP/1.1')]), as);
    expect(partsOf(reading)).toMatchObject([{ status: 200 }]);
    const body = multipart([request('GET Things HTTP/1.1'), request('POST Things HTTP/1.1', thing('x'))]);
    expect((await api.send('POST', '/$batch', body, as)).status).toBe(401);
    const device = await api.send('POST', '/$batch', body, { ...as, as: 'device' });
    expect(partsOf(device)).toMatchObject([{ status: 200 }, { status: 403 }]);
    expect(await names(api)).toEqual([]);
  });
});
