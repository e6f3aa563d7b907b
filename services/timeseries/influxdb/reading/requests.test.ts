import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../../../../test/support/index.ts';
import { Connection } from '../connection.ts';
import { influxOptions } from '../options.ts';
import type { TableSink } from './csv.ts';
import { type Asker, Requests } from './requests.ts';

const ROWS = 'name,tags,time,record\nm,,1,7\nm,,2,8\n';
const IDENTITY = 'name,tags,time,identity\n_stadtpegel,,0,this one\n';

describe('an answer of InfluxDB', () => {
  let server: Server;
  let connection: Connection;
  let requests: Requests;
  let doubts = 0;
  /** What is asked, decoded. */
  let asked: { q: string; accept: string; path: string; login: string }[];
  let closed = 0;
  let answer: (response: ServerResponse, request: { q: string; accept: string; path: string }) => void;

  beforeEach(async () => {
    asked = [];
    doubts = 0;
    closed = 0;
    server = createServer((request, response) => {
      response.on('close', () => closed++);
      void bodyOf(request).then((body) => {
        const url = new URL(request.url ?? '', 'http://influx');
        const one = {
          q: url.searchParams.get('q') ?? new URLSearchParams(body).get('q') ?? '',
          accept: request.headers.accept ?? '',
          path: `${request.method} ${url.pathname} ${url.searchParams.get('db')} ${url.searchParams.get('rp')} ${url.searchParams.get('epoch')}`,
          login: request.headers.authorization ?? '',
        };
        asked.push(one);
        answer(response, one);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    begin({});
  });
  afterEach(() => {
    connection.close();
    server.closeAllConnections();
    server.close();
  });

  function begin(options: Readonly<Record<string, unknown>>): void {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const parsed = influxOptions.parse({ url, generation: '1', ...options });
    connection = new Connection(parsed, 8);
    requests = new Requests({ connection, options: parsed, identity: () => 'this one', doubt: () => doubts++ });
  }

  async function ask(statements: readonly string[] = ['SELECT "record" FROM "m"'], asker: Partial<Asker> = {}) {
    const rows: string[][] = [];
    const sink: TableSink = { header: () => {}, row: (cells) => rows.push([...cells]) };
    const signal = new AbortController().signal;
    await requests.ask(statements, sink, { signal, deadline: performance.now() + 5000, ...asker });
    return rows;
  }

  test('is whole when it ends with the identity of the store, which is asked for last', async () => {
    answer = (response) => response.end(`${ROWS}\n${IDENTITY}`);
    expect(await ask()).toEqual([
      ['m', '', '1', '7'],
      ['m', '', '2', '8'],
    ]);
    expect(asked.map(({ q }) => q)).toEqual([
      'SELECT "record" FROM "m";SELECT "identity" FROM "history"."_stadtpegel" LIMIT 1',
    ]);
  });

  test.each([
    ['ends after its rows', ROWS],
    ['ends within a line', `${ROWS}\n${IDENTITY.slice(0, -4)}`],
    ['is empty', ''],
  ])('that %s is no answer, whatever its status says; the reason is asked for as JSON', async (_, text) => {
    answer = (response, { accept }) => {
      if (accept !== 'application/json') response.end(text);
      else response.end('{"results":[{"statement_id":0,"error":"undefined function foo()"}]}');
    };
    await expect(ask()).rejects.toThrow('undefined function foo()');
    expect(asked[1]!.q).toContain('SELECT "record" FROM "m" LIMIT 1');
  });

  test('that is cut without a reason makes the hub look who is there', async () => {
    answer = (response, { accept }) => response.end(accept === 'application/json' ? '{"results":[]}' : ROWS);
    await expect(ask()).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(doubts).toBe(1);
  });

  test('whose connection breaks is no answer', async () => {
    answer = (response) => {
      response.write(ROWS);
      setImmediate(() => response.destroy());
    };
    await expect(ask()).rejects.toMatchObject({ code: 'store.unavailable' });
  });

  test('of another store is refused', async () => {
    answer = (response) => response.end(`${ROWS}\n${IDENTITY.replace('this one', 'another')}`);
    await expect(ask()).rejects.toMatchObject({ code: 'store.replaced' });
    expect(doubts).toBe(1);
  });

  test('that says a limit of the server is reached becomes query.limit', async () => {
    answer = (response, { accept }) =>
      response.end(
        accept === 'application/json' ? '{"results":[{"error":"max-select-series limit exceeded: (9/8)"}]}' : '',
      );
    await expect(ask()).rejects.toMatchObject({ code: 'query.limit' });
  });

  test('that takes too long is ended, and the option is named [limit timeseries.influxdb.questionMs]', async () => {
    answer = (response, { path }) => {
      if (path.includes('/ping')) response.end();
    };
    const deadline = performance.now() + 50;
    await expect(ask(undefined, { deadline })).rejects.toThrow('timeseries.influxdb.questionMs');
    await until('the request has ended', () => closed === 2);
  });

  test('that nobody waits for any more is not read to its end', async () => {
    const end = new AbortController();
    answer = (response) => {
      response.write(ROWS);
      end.abort(new Error('gone'));
    };
    await expect(ask(undefined, { signal: end.signal })).rejects.toThrow('gone');
    await until('the request has ended', () => closed === 1);
  });

  test('is waited for by a few requests at a time; beyond those that may wait they are refused [limit timeseries.influxdb.readRequests] [limit timeseries.influxdb.waitingReads]', async () => {
    begin({ readRequests: 2, waitingReads: 1 });
    const held: ServerResponse[] = [];
    answer = (response) => void held.push(response);
    const first = [ask(), ask(), ask()];
    await until('the request is there', () => held.length === 2);
    await expect(ask()).rejects.toMatchObject({ code: 'hub.busy' });
    expect(held).toHaveLength(2);
    for (const response of held.splice(0)) response.end(`${ROWS}\n${IDENTITY}`);
    await until('the request is there', () => held.length === 1);
    held[0]!.end(`${ROWS}\n${IDENTITY}`);
    for (const rows of await Promise.all(first)) expect(rows).toHaveLength(2);
  });

  test('one that waits for its turn and is not wanted any more gives its place up', async () => {
    begin({ readRequests: 1 });
    const held: ServerResponse[] = [];
    answer = (response) => void held.push(response);
    const first = ask();
    const end = new AbortController();
    const second = ask(undefined, { signal: end.signal });
    await until('the request is there', () => held.length === 1);
    end.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    held[0]!.end(`${ROWS}\n${IDENTITY}`);
    expect(await first).toHaveLength(2);
    answer = (response) => response.end(`${ROWS}\n${IDENTITY}`);
    expect(await ask()).toHaveLength(2);
  });

  test('many statements go in several requests, each of them whole [limit timeseries.influxdb.readStatements]', async () => {
    begin({ readStatements: 2 });
    answer = (response) => response.end(`${ROWS}\n${IDENTITY}`);
    expect(await ask(['SELECT 1', 'SELECT 2', 'SELECT 3'])).toHaveLength(4);
    expect(asked).toHaveLength(2);
  });

  test('2.x is asked over its mapping of databases, with a Token', async () => {
    begin({
      generation: '2',
      token: 'secret',
      org: 'city',
      bucket: 'readings',
      database: 'hub',
      retentionPolicy: 'week',
    });
    answer = (response) => response.end(`${ROWS}\n${IDENTITY}`);
    expect(await ask()).toHaveLength(2);
    expect(asked).toEqual([
      {
        q: 'SELECT "record" FROM "m";SELECT "identity" FROM "history"."_stadtpegel" LIMIT 1',
        accept: 'application/csv',
        path: 'POST /query hub week ns',
        login: 'Token secret',
      },
    ]);
  });

  describe('of 3.x', () => {
    const table = (more: object) => ({
      results: [{ statement_id: 0, series: [{ name: 'm', columns: [], values: [], ...more }] }],
    });

    test('is JSON to one statement at a time, whose numbers keep every digit', async () => {
      begin({ generation: '3', token: 'secret', database: 'hub' });
      const values = '[[1780315200000000001,9007199254740993,1.7976931348623157e308,null,true,"a,\\"b\\"\\n"]]';
      const columns = ['time', 'record', 'value', 'kind', 'state', 'extra'];
      answer = (response) =>
        response.end(JSON.stringify(table({ columns, values: 0 })).replace('"values":0', `"values":${values}`));
      const row = ['m', '', '1780315200000000001', '9007199254740993', '1.7976931348623157e308', '', 'true', 'a,"b"\n'];
      expect(await ask(['SELECT 1', 'SELECT 2'])).toEqual([row, row]);
      expect(asked.map(({ q }) => q)).toEqual(['SELECT 1', 'SELECT 2']);
      expect(asked[0]).toMatchObject({
        accept: 'application/json',
        path: 'GET /query hub null ns',
        login: 'Bearer secret',
      });
    });

    test('tells its groups as tags or as a column', async () => {
      begin({ generation: '3' });
      const answers = [
        table({ tags: { datastream: '17' }, columns: ['time', 'count'], values: [[0, 3]] }),
        table({ columns: ['time', 'datastream', 'count'], values: [[0, '18', 4]] }),
      ];
      answer = (response) => response.end(JSON.stringify(answers.shift()));
      const rows = await ask(['SELECT 1', 'SELECT 2']);
      expect(rows.map((cells) => [cells[1], cells.at(-1)])).toEqual([
        ['datastream=17', '3'],
        ['datastream=18', '4'],
      ]);
    });

    test.each([
      ['is cut short', '{"results":[{"series":[{"name":"m","columns":["time"],"values":[[1', 'ended early'],
      ['says an error', '{"error":"Query would exceed file limit of 432 parquet files"}', 'file limit of 432'],
      ['says an error of its statement', '{"results":[{"statement_id":0,"error":"no such table"}]}', 'no such table'],
    ])('that %s is no answer', async (_, text, said) => {
      begin({ generation: '3' });
      answer = (response) => response.end(text);
      await expect(ask()).rejects.toThrow(said);
    });
  });

  test('knows which requests are under way, so that what they may still bring can be told', async () => {
    const held: ServerResponse[] = [];
    answer = (response) => void held.push(response);
    expect([requests.next, requests.oldest]).toEqual([1, Number.POSITIVE_INFINITY]);
    const first = ask();
    await until('the request is there', () => held.length === 1);
    expect([requests.next, requests.oldest]).toEqual([2, 1]);
    held[0]!.end(`${ROWS}\n${IDENTITY}`);
    await first;
    expect([requests.next, requests.oldest]).toEqual([2, Number.POSITIVE_INFINITY]);
  });

  test('may take as long as the options say, while the server answers at all; one that hangs is given up', async () => {
    let alive = true;
    server.prependListener('request', (request, response) => {
      if (request.url === '/ping' && alive) response.writeHead(204).end();
    });
    answer = (response, { accept }) => {
      if (response.headersSent) return;
      setTimeout(
        () => response.end(accept === 'application/json' ? '{"results":[{}]}' : `${ROWS}\n${IDENTITY}`),
        10_500,
      );
    };
    const deadline = performance.now() + 60_000;
    const [rows, results] = await Promise.all([ask(undefined, { deadline }), connection.ask('SHOW DATABASES')]);
    expect([rows.length, results]).toEqual([2, [[]]]);
    alive = false;
    answer = () => {};
    const begin = performance.now();
    const refused = await Promise.allSettled(Array.from({ length: 22 }, () => ask(undefined, { deadline })));
    expect(refused.map((one) => (one.status === 'rejected' ? one.reason.code : 'answered'))).toEqual(
      Array.from({ length: 22 }, () => 'store.unavailable'),
    );
    expect(performance.now() - begin).toBeLessThan(15_000);
    // nor is it the asker's fault where less time is given
    await expect(ask(undefined, { deadline: performance.now() + 1200 })).rejects.toMatchObject({
      code: 'store.unavailable',
    });
  }, 60_000);
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
