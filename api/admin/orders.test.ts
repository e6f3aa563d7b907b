import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { options } from './options.ts';
import { orders } from './orders.ts';
import type { OrdersHistory } from './ports.ts';

type Freeze = OrdersHistory['freezes'][number];
const freeze = (k: number): Freeze => ({
  id: `freeze-${k}`,
  reason: 'evidence',
  by: 'anna',
  at: k,
  datastreams: null,
  devices: [],
  from: null,
  to: null,
  lifted: k % 2 === 0 ? null : { at: k + 1, by: 'anna', reason: 'over' },
});

interface Answer {
  readonly freezes: readonly Freeze[];
  readonly nextLink: string | null;
  readonly detail: string;
  readonly settled?: boolean;
}

let freezes: Freeze[];
let settling: boolean;
let asked: unknown[];
let close: () => void;
let ask: (path: string, body?: unknown) => Promise<{ status: number; text: string; json: Answer }>;
beforeEach(async () => {
  settling = false;
  freezes = Array.from({ length: 25 }, (_, k) => freeze(k));
  asked = [];
  const history = {
    get freezes() {
      return freezes;
    },
    erasures: [],
    freezeRecord: (id: string) => freezes.find((one) => one.id === id),
    isSettling: () => settling,
    async freeze(named: unknown) {
      asked.push(named);
      return freeze(2);
    },
  } as unknown as OrdersHistory;
  const app = express();
  const authorize = () => ({ name: 'anna' }) as never;
  app.use(
    '/admin',
    express.json({ limit: '8mb' }),
    orders({ history, authorize, options: options.parse({ pageSize: 10 }) }),
  );
  const failed: ErrorRequestHandler = (error, _request, response, _next) => {
    response.status(error.status ?? 500).json({ code: error.code, detail: error.message });
  };
  app.use(failed);
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  ask = async (path, body) => {
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    const answer = await fetch(url, body === undefined ? {} : sent);
    const text = await answer.text();
    return { status: answer.status, text, json: JSON.parse(text) };
  };
});
afterEach(() => close());

const ids = async (path: string): Promise<string[][]> => {
  const pages: string[][] = [];
  for (let next: string | null = path; next !== null; ) {
    const { status, json } = await ask(next);
    expect(status).toBe(200);
    pages.push(json.freezes.map(({ id }: Freeze) => id));
    next = json.nextLink;
  }
  return pages;
};

test('freezes come page by page, the newest first, also those that hold alone', async () => {
  const all = await ids('/admin/freezes');
  expect(all.map(({ length }) => length)).toEqual([10, 10, 5]);
  expect(all.flat()).toEqual(freezes.map(({ id }) => id).reverse());
  const held = await ids('/admin/freezes?state=holding&limit=4');
  expect(held.map(({ length }) => length)).toEqual([4, 4, 4, 1]);
  expect(held.flat()).toEqual(freezes.flatMap(({ id, lifted }) => (lifted === null ? [id] : [])).reverse());
  expect((await ids('/admin/freezes?state=lifted')).flat()).toHaveLength(12);
});

test('a freeze says whether everything has ended that was being removed when it came', async () => {
  const settled = async () => [
    (await ask('/admin/freezes', { all: true, reason: 'court' })).json.settled,
    (await ask('/admin/freezes/freeze-2')).json.settled,
  ];
  expect(await settled()).toEqual([true, true]);
  settling = true;
  expect(await settled()).toEqual([false, false]);
});

test('a page goes on where it ended though that freeze was lifted meanwhile', async () => {
  const { json } = await ask('/admin/freezes?state=holding&limit=1');
  expect(json.freezes[0]?.id).toBe('freeze-24');
  freezes[24] = { ...freezes[24]!, lifted: { at: 99, by: 'anna', reason: 'over' } };
  expect((await ask(json.nextLink as string)).json.freezes[0]?.id).toBe('freeze-22');
});

test.each(['before=nobody', 'state=frozen', 'limit=1001', 'page=2'])('%s is refused', async (given) => {
  expect(await ask(`/admin/freezes?${given}`)).toMatchObject({ status: 400, json: { code: 'query.option' } });
});

test('half a million wrong ids are refused with a short answer, and right ones are taken', async () => {
  const reason = 'too many';
  const begin = performance.now();
  const refused = await ask('/admin/erasures', { datastreams: new Array(500_000).fill(0), reason });
  expect(refused).toMatchObject({ status: 400, json: { code: 'request.body' } });
  expect(refused.json.detail).toBe('datastreams.0: an id is a whole number of at least 1');
  expect(performance.now() - begin).toBeLessThan(1000);
  expect((await ask('/admin/freezes', { datastreams: [1, '2'], reason })).json.detail).toContain('datastreams.1');
  expect((await ask('/admin/freezes', { datastreams: [], reason })).status).toBe(400);
  const strange = Object.fromEntries(Array.from({ length: 5000 }, (_, k) => [`${'x'.repeat(100)}${k}`, 1]));
  expect((await ask('/admin/freezes', { ...strange, all: true, reason })).text.length).toBeLessThan(5000);
  expect((await ask('/admin/freezes', { datastreams: [3, 1], reason })).status).toBe(201);
  expect(asked).toEqual([{ datastreams: [3, 1] }]);
});
