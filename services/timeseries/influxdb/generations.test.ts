/**
 * Requests and answers of each generation, as its documentation has them, against a small server that looks at every request.
 * 1.x is tried on the real one besides (`trouble.test.ts`); of 2.x and 3.x there is none here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Connection } from './connection.ts';
import { deletePoints } from './delete-points.ts';
import { dialectOf, generationOf, type Where } from './generations.ts';
import { influxOptions } from './options.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Step {
  readonly do: 'ping' | 'write' | 'query' | 'ask' | 'delete';
  readonly lines?: string;
  readonly q?: string;
  readonly where?: Where;
  readonly measurement?: string;
  readonly streams?: number[];
  readonly from?: string;
  readonly to?: string;
  readonly request: Asked;
  /** A second one, answered the same. */
  readonly request2?: Asked;
  readonly answer: { readonly status: number; readonly headers: Record<string, string>; readonly body: string };
  readonly expect?: unknown;
  /** Code of the failure, and a part of its words. */
  readonly fails?: string;
  readonly says?: string;
}

interface Case {
  readonly source: string;
  readonly options: Record<string, unknown>;
  readonly steps: readonly Step[];
}

const folder = join(import.meta.dirname, 'testcases');
const cases = readdirSync(folder).flatMap((generation) =>
  readdirSync(join(folder, generation)).map(
    (file) => [`${generation}.x ${file}`, join(folder, generation, file)] as const,
  ),
);

let server: Server;
let url: string;
let step: Step;
let asked: Asked[] = [];
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://x');
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      asked.push({ method: request.method!, path: pathname, query: Object.fromEntries(searchParams), headers, body });
      response.writeHead(step.answer.status, step.answer.headers).end(step.answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function take(
  connection: Connection,
  { do: what, lines, q, where, measurement, streams, from, to }: Step,
): Promise<unknown> {
  switch (what) {
    case 'ping':
      return connection.ping();
    case 'write':
      return connection.write(lines!, where!);
    case 'query':
      return Buffer.concat(await Array.fromAsync(connection.query(q!, where!))).toString();
    case 'ask':
      return connection.ask(q!, where!);
    case 'delete':
      await deletePoints(connection, measurement!, streams!, { from: from!, to: to! });
      return null;
  }
}

describe('requests to InfluxDB', () => {
  test('there are cases of every generation', () => {
    expect(cases.length).toBe(6);
  });

  test.each(cases)('%s', async (_, file) => {
    const { options, steps } = JSON.parse(readFileSync(file, 'utf8')) as Case;
    const connection = new Connection(influxOptions.parse({ url, ...options }));
    for (step of steps) {
      asked = [];
      const result = await take(connection, step).catch((error: unknown) => error);
      const wanted = [step.request, step.request2].filter((one) => one !== undefined);
      expect(asked).toMatchObject(wanted);
      // no parameter beside those
      expect(asked.map(({ query }) => query)).toEqual(wanted.map(({ query }) => query));
      if (step.fails !== undefined) {
        expect(result).toMatchObject({ code: step.fails });
        expect((result as Error).message).toContain(step.says ?? '');
        expect((result as Error).message).not.toMatch(/geheim|ge:heim/);
      } else if (typeof step.expect === 'object' && step.expect !== null) expect(result).toMatchObject(step.expect);
      else expect(result).toEqual(step.expect);
    }
    connection.close();
  });
});

test.each([
  ['1.6.7~rc0', 'OSS', 1],
  ['1.11.8', 'ENT', 1],
  ['v2.7.6', 'OSS', 2],
  ['2.0.9', '', 2],
  ['3.1.0', 'Core', 3],
  ['', 'Core', 3],
  ['', '', null],
  ['unknown', 'OSS', null],
])('version "%s" of build "%s" is generation %s', (version, build, generation) => {
  expect(generationOf(version, build)).toBe(generation);
});

test('what InfluxDB 3 Core cannot do is stated with its reason; the others can all of it', () => {
  const options = influxOptions.parse({});
  for (const generation of [1, 2] as const)
    expect(dialectOf(generation, options).capabilities).toEqual({ edit: null, span: null });
  const { edit, span } = dialectOf(3, options).capabilities;
  expect(edit).toMatch(/cannot delete rows/);
  expect(span?.milliseconds).toBe(72 * 3_600_000);
});

test('a generation that is set is not asked for', async () => {
  const connection = new Connection(influxOptions.parse({ url, generation: '2', database: 'hub' }));
  step = {
    do: 'ping',
    request: { method: '', path: '', query: {}, headers: {} },
    answer: { status: 200, headers: {}, body: '' },
  };
  expect(await connection.ping()).toEqual({ generation: 2, version: '' });
  expect(connection.dialect.write('current').path).toBe('/api/v2/write?bucket=stadtpegel&precision=ns');
  connection.close();
});
