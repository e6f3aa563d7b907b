/** Deletions of points that InfluxDB does not carry out as it says: late, in part, never, or with others. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type InfluxProxy,
  type InfluxServer,
  influxProxy,
  influxServer,
  needs,
  until,
} from '../../../test/support/index.ts';
import type { TimeseriesStore } from '../port.ts';
import { batchOf, everything, readRows } from '../test-rows.ts';
import { insist, NOW, temporary, testStore } from './test-store.ts';

const T = NOW - 3 * 86_400_000;
const isDelete = (text: string) => text.startsWith('DELETE');
/** What the server says of a deletion. */
const DONE = JSON.stringify({ results: [{ statement_id: 0 }] });
const NOTHING = JSON.stringify({ results: [{ statement_id: 0 }, { statement_id: 1 }] });

describe.skipIf(needs('influxd') === null)(
  'a deletion in InfluxDB',
  () => {
    let server: InfluxServer;
    let proxy: InfluxProxy;
    let stores = 0;
    const started: TimeseriesStore[] = [];
    beforeAll(async () => {
      server = await influxServer(join(temporary(), 'server'));
      proxy = await influxProxy(server.port);
    });
    afterAll(async () => {
      await proxy.stop();
      await server.kill();
    });
    afterEach(async () => {
      proxy.mode = { kind: 'pass' };
      await Promise.all(started.splice(0).map((store) => store.stop()));
    });

    const open = async (influxdb: { readonly settleMs?: number; readonly database?: string } = {}, folder?: string) => {
      const database = `deletions${++stores}`;
      const settings = { influxdb: { database, deletingShare: 1, ...influxdb } };
      const store = testStore(proxy.url, folder === undefined ? settings : { ...settings, folder });
      started.push(store);
      await store.start();
      return { store, database: influxdb.database ?? database };
    };
    /** Of one Datastream, a second apart. */
    const rowsOf = (count: number, from = 0) =>
      Array.from({ length: count }, (_, k) => ({ ds: 1, t: T + (from + k) * 1000, r: from + k, rec: 1 + from + k }));
    type Row = ReturnType<typeof rowsOf>[0];
    /** Three rows, of which the store has the first and the last. */
    const gapIn = async (store: TimeseriesStore): Promise<[Row, Row, Row]> => {
      const rows = rowsOf(3) as [Row, Row, Row];
      await store.write(batchOf([rows[0], rows[2]]));
      return rows;
    };
    const removal = ({ ds, t, rec }: Row) => ({ op: 'remove', ds, t, rec, n: 0 }) as const;
    const values = async (store: TimeseriesStore, rows: readonly Row[]) =>
      (await Promise.all(rows.map(({ ds, t }) => store.at(ds, t)))).flatMap(readRows).map(({ r }) => r);
    /** Points that a person finds there. */
    const standing = async (database: string, field = 'record'): Promise<number> => {
      const answer = (await server.query(`SELECT count("${field}") FROM "quantity1"`, database)) as {
        results: { series?: { values: [string, number][] }[] }[];
      };
      return answer.results[0]?.series?.[0]?.values[0]?.[1] ?? 0;
    };

    test('that is confirmed and not carried out is asked for until it is, and nobody sees the row meanwhile', async () => {
      const { store, database } = await open();
      const rows = rowsOf(3) as [Row, Row, Row];
      await store.write(batchOf(rows));
      let asked = 0;
      const pretend = (text: string) => isDelete(text) && ++asked > 0;
      proxy.mode = { kind: 'reply', status: 200, body: DONE, asked: pretend };
      await store.edit([{ rec: 10, edits: [removal(rows[1])] }]);
      await until('it was asked for again', () => asked >= 3, 20_000);
      expect([await values(store, rows), await store.count(everything), await standing(database)]).toEqual([
        [0, 2],
        2,
        3,
      ]);
      proxy.mode = { kind: 'pass' };
      await until('its point is gone', async () => (await standing(database)) === 2, 20_000);
      expect([await values(store, rows), await store.count(everything)]).toEqual([[0, 2], 2]);
    });

    test('of what is too old goes on until nothing of it stands', async () => {
      const { store, database } = await open();
      await store.write(batchOf(rowsOf(6)));
      let asked = 0;
      proxy.mode = { kind: 'reply', status: 200, body: DONE, asked: (text) => isDelete(text) && ++asked <= 2 };
      expect(await store.expire({ datastreams: null, from: null, before: T + 4000 })).toBe(4);
      expect([asked, await standing(database), await store.count(everything)]).toEqual([3, 2, 2]);
    });

    test('of a whole Datastream goes on until nothing of it stands', async () => {
      const { store, database } = await open();
      await store.write(batchOf(rowsOf(6)));
      let asked = 0;
      proxy.mode = { kind: 'reply', status: 200, body: DONE, asked: (text) => isDelete(text) && ++asked <= 3 };
      await store.edit([{ rec: 10, edits: [{ op: 'drop', ds: 1 }] }]);
      await until('its points are gone', async () => (await standing(database)) === 0, 20_000);
      expect(asked).toBeGreaterThan(3);
    });

    test.each([
      ['of a row', (store: TimeseriesStore, row: Row) => store.edit([{ rec: 10, edits: [removal(row)] }])],
      ['of old rows', (store: TimeseriesStore) => store.expire({ datastreams: [1], from: null, before: T + 500 })],
    ])('%s behind which the series is not found any more gets it back', async (_what, remove) => {
      const { store, database } = await open();
      const rows = rowsOf(3) as [Row, Row, Row];
      await store.write(batchOf(rows));
      let state: 'there' | 'lost' | 'back' = 'there';
      const forgets = (text: string): boolean => {
        if (isDelete(text)) state = 'lost';
        if (text.includes('placeholder=true')) state = 'back';
        return state === 'lost' && /SELECT (first|last)\("record"\)/.test(text);
      };
      proxy.mode = { kind: 'reply', status: 200, body: NOTHING, asked: forgets };
      await remove(store, rows[0]);
      await until('the series has its point', async () => (await standing(database, 'placeholder')) === 1, 20_000);
      await until('the row is gone', async () => (await standing(database)) === 2, 20_000);
      // what has no row is none
      expect([await values(store, rows), await store.count(everything)]).toEqual([[1, 2], 2]);
      expect(readRows(await store.at(1, T))).toEqual([]);
    });

    test('that comes late takes nothing along that was written since [limit timeseries.influxdb.settleMs]', async () => {
      const { store } = await open({ settleMs: 3000 });
      const [first, between, last] = await gapIn(store);
      let asked = 0;
      const held = (text: string) => isDelete(text) && ++asked === 1;
      proxy.mode = { kind: 'hold', path: /^\/query/, status: 504, asked: held };
      await store.edit([{ rec: 10, edits: [removal(first), removal(last)] }]);
      await until('it was asked for again', () => asked >= 2, 30_000);
      const written = insist(() => store.write(batchOf([between])), 30_000);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await proxy.release();
      await written;
      expect([await values(store, [first, between, last]), await store.count(everything)]).toEqual([[1], 1]);
    });

    test('of a hub that was killed, which comes late, takes nothing along that was written since', async () => {
      const folder = temporary();
      const database = `killed${stores}`;
      const { store } = await open({ settleMs: 3000, database }, folder);
      const [first, between, last] = await gapIn(store);
      let asked = 0;
      proxy.mode = { kind: 'hold', path: /^\/query/, asked: (text) => isDelete(text) && ++asked === 1 };
      await store.edit([{ rec: 10, edits: [removal(first), removal(last)] }]);
      await until('it is under way', () => asked > 0, 20_000);
      // the folder of one that did not end in order
      const written = open({ settleMs: 3000, database }, folder).then(async ({ store: next }) => {
        await insist(() => next.write(batchOf([between])), 30_000);
        return next;
      });
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await proxy.release();
      const next = await written;
      expect(await values(next, [first, between, last])).toEqual([1]);
    });

    test('whose answer never comes is asked for again, and rows go on', async () => {
      const { store, database } = await open();
      const [first, between, last] = await gapIn(store);
      let asked = 0;
      proxy.mode = { kind: 'hold', path: /^\/query/, asked: (text) => isDelete(text) && ++asked === 1 };
      await store.edit([{ rec: 10, edits: [removal(first), removal(last)] }]);
      await until('it is under way', () => asked > 0, 20_000);
      await insist(() => store.write(batchOf([between])), 60_000);
      await until('the points are gone', async () => (await standing(database)) === 1, 60_000);
      expect(await values(store, [first, between, last])).toEqual([1]);
    });
  },
  120_000,
);
