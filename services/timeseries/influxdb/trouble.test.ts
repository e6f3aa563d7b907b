/** A server that goes away, comes back, lies about its answers or refuses: what the store acknowledged is there, once. */
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
import { RESULT } from '../../model/index.ts';
import { put } from '../contract-edit.ts';
import type { TimeseriesStore } from '../port.ts';
import { batchOf, everything, readRows, scanAll } from '../test-rows.ts';
import { bring, insist, NOW, temporary, testStore } from './test-store.ts';

const T = NOW - 3 * 86_400_000;
const rowsAt = (from: number, count: number, rec = 1) =>
  Array.from({ length: count }, (_, k) => ({ ds: 1 + (k % 20), t: T + (from + k) * 1000, r: from + k, rec }));

describe.skipIf(needs('influxd') === null)(
  'an InfluxDB in trouble',
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
      server.resume();
      await Promise.all(started.splice(0).map((store) => store.stop()));
    });

    /** A store with a database of its own, behind the proxy. */
    const open = async (settings: Parameters<typeof testStore>[1] = {}, url = proxy.url): Promise<TimeseriesStore> => {
      const database = `trouble${++stores}`;
      const store = testStore(url, { ...settings, influxdb: { database, ...settings.influxdb } });
      started.push(store);
      await store.start();
      return store;
    };
    const answer = (status: number, error: string, path = /^\/write/) =>
      ({ kind: 'answer', status, body: JSON.stringify({ error }), path }) as const;

    const LATE = { kind: 'hold', path: /^\/write/ } as const;
    /** Rows that stand in the store, and once more in writes that are done when the proxy releases them. */
    const held = async (store: TimeseriesStore, mode: InfluxProxy['mode'] = LATE) => {
      // the hub's own points are there before
      await store.write(batchOf(rowsAt(0, 4)));
      const rows = rowsAt(20, 4);
      proxy.mode = mode;
      await expect(store.write(batchOf(rows))).rejects.toMatchObject({ code: 'store.unavailable' });
      proxy.mode = { kind: 'pass' };
      return rows as [Row, Row, Row, Row];
    };
    type Row = ReturnType<typeof rowsAt>[0];
    const removal = ({ ds, t, rec }: Row) => ({ op: 'remove', ds, t, rec, n: 0 }) as const;
    const later = () => new Promise((resolve) => setTimeout(resolve, 500));

    test.each([
      ['was given up', LATE],
      ['was answered 504', { ...LATE, status: 504 }],
      ['was answered 524 by a proxy', { ...LATE, status: 524 }],
      ['was answered 429 by a proxy', { ...LATE, status: 429 }],
      ['was given up by a hub that was killed', LATE],
    ])(
      'that does a write late, which %s, does not undo what a person changed since [limit timeseries.influxdb.settleMs]',
      async (how, mode) => {
        const folder = temporary();
        const settings = { folder, influxdb: { settleMs: 3000, database: `late${stores}` } };
        const first = await open(settings);
        const rows = await held(first, mode);
        // the folder of one that did not end in order
        const store = how.includes('killed') ? await open(settings) : first;
        await insist(() => store.write(batchOf(rows)));
        const [deleted, corrected] = rows;
        const edits = [removal(deleted), removal(corrected), put({ ds: corrected.ds, t: corrected.t, r: 99 })];
        const edited = store.edit([{ rec: 900, edits }]);
        await later();
        await proxy.release();
        await edited;
        expect(readRows(await store.at(deleted.ds, deleted.t))).toEqual([]);
        expect(readRows(await store.at(corrected.ds, corrected.t)).map(({ r }) => r)).toEqual([99]);
      },
    );

    test('that does a write late keeps an expiry waiting, so that nothing of it comes back', async () => {
      const store = await open({ influxdb: { settleMs: 3000 } });
      const rows = await held(store);
      await insist(() => store.write(batchOf(rows)));
      const expired = store.expire({ datastreams: null, from: null, before: T + 60_000 });
      await later();
      await proxy.release();
      await expired;
      expect([await store.count(everything), await scanAll(store)]).toEqual([0, []]);
    });

    test('that takes the tombstone of a deletion late, while it is tried again, hides the row', async () => {
      const store = await open({ influxdb: { settleMs: 1500 } });
      const rows = rowsAt(0, 60).filter(({ ds }) => ds === 1) as [Row, Row, Row];
      await store.write(batchOf(rows));
      const [before, between, after] = rows;
      await store.edit([{ rec: 800, edits: [removal(before), removal(after)] }]);
      proxy.mode = LATE;
      const edits = [{ rec: 900, edits: [removal(between)] }];
      await expect(store.edit(edits)).rejects.toMatchObject({ code: 'store.unavailable' });
      proxy.mode = { kind: 'pass' };
      const edited = insist(() => store.edit(edits));
      await later();
      await proxy.release();
      await edited;
      expect([await scanAll(store), await store.count(everything)]).toEqual([[], 0]);
    });

    test('that is away at the start does not hold it up; what comes later is stored when it is there', async () => {
      proxy.mode = { kind: 'refuse' };
      const store = await open();
      const { identity } = store;
      expect(identity).not.toBe('');
      await expect(store.write(batchOf(rowsAt(0, 10)))).rejects.toMatchObject({ code: 'store.unavailable' });
      await expect(store.count(everything)).rejects.toMatchObject({ code: 'store.unavailable' });
      proxy.mode = { kind: 'pass' };
      // reading finds it by itself, though nobody writes
      expect((await insist(() => store.count(everything))).value).toBe(0);
      expect(await bring(store, rowsAt(0, 10))).toEqual([]);
      expect(store.identity).toBe(identity);
      expect(await store.count(everything)).toBe(10);
    });

    test('that forgets a deletion shows the row to nobody once its record or its edit is read again', async () => {
      const store = await open({ influxdb: { deletingShare: 1 } });
      const database = `trouble${stores}`;
      const [row] = rowsAt(0, 1, 7);
      const stands = async () => JSON.stringify(await server.query('SELECT "record" FROM /^[^_]/', database));
      const remove = { op: 'remove', ds: row!.ds, t: row!.t, rec: 7, n: 0 } as const;
      for (const again of [() => store.write(batchOf([row!])), () => store.edit([{ rec: 9, edits: [remove] }])]) {
        await bring(store, [row!]);
        await store.edit([{ rec: 9, edits: [remove] }]);
        await until('its point is deleted', async () => !(await stands()).includes('values'));
        const line = `quantity1,place=mast-1,datastream=1 value=0,record=7i ${row!.t}000000`;
        const { status } = await fetch(`${server.url}/write?db=${database}`, { method: 'POST', body: line });
        expect(status).toBe(204);
        expect(await stands()).toContain('values');
        await again();
        expect(await store.count(everything)).toBe(0);
        expect(await scanAll(store)).toEqual([]);
        await until('its point is deleted again', async () => !(await stands()).includes('values'));
      }
    });

    test('whose answers are lost has each row once', async () => {
      const store = await open();
      await bring(store, rowsAt(0, 100));
      proxy.mode = { kind: 'lostAnswer', path: /^\/write/ };
      const news = rowsAt(100, 700, 2);
      const batch = [...news, ...rowsAt(0, 100)];
      await expect(store.write(batchOf(news))).rejects.toMatchObject({ code: 'store.unavailable' });
      proxy.mode = { kind: 'pass' };
      const { inserted, replayed, conflicts } = await store.write(batchOf(batch));
      expect(inserted + replayed).toBe(800);
      expect(replayed).toBeGreaterThan(100);
      expect(conflicts).toEqual([]);
      expect((await scanAll(store, { order: 'time' })).map(({ r }) => r)).toEqual(
        Array.from({ length: 800 }, (_, k) => k),
      );
    });

    test.each([
      [500, 'engine: cache maximum memory size exceeded', 'store.unavailable'],
      [503, 'timeout', 'store.unavailable'],
      [401, 'authorization failed', 'store.credentials'],
      [403, '"hub" user is not authorized to write to database', 'store.credentials'],
      [404, 'database not found: "x"', 'store.missing'],
    ])('that answers %d "%s" gets nothing dropped: %s', async (status, words, code) => {
      const store = await open({ influxdb: { createDatabase: false } }).catch(
        (error: unknown) => error as TimeseriesStore,
      );
      await server.query(
        `CREATE DATABASE trouble${stores}; CREATE RETENTION POLICY history ON trouble${stores} DURATION INF REPLICATION 1 SHARD DURATION 520w`,
      );
      await bring(store, rowsAt(0, 10));
      proxy.mode = answer(status, words);
      const refusal = await store.write(batchOf(rowsAt(10, 10))).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code });
      expect((refusal as Error).message).toContain(words);
      proxy.mode = { kind: 'pass' };
      await bring(store, rowsAt(10, 10));
      expect(await store.count(everything)).toBe(20);
    });

    test('without the database says the command that makes it, and goes on when somebody has run it', async () => {
      const store = await open({ influxdb: { createDatabase: false } });
      const refusal = await store.write(batchOf(rowsAt(0, 10))).catch((error: unknown) => error as Error);
      expect(refusal).toMatchObject({ code: 'store.missing' });
      const command = /In InfluxDB's shell \(influx\): (.*?)\.?$/.exec((refusal as Error).message)?.[1];
      for (const one of command!.split(';')) await server.query(one);
      await bring(store, rowsAt(0, 10));
      expect(await store.count(everything)).toBe(10);
    });

    test('that is paused fails the write after its time, and has the rows once when it goes on [limit timeseries.influxdb.requestMs]', async () => {
      const store = await open({ influxdb: { requestMs: 300 } });
      await bring(store, rowsAt(0, 100));
      server.pause();
      const begin = performance.now();
      const refusal = await store.write(batchOf(rowsAt(100, 500))).catch((error: unknown) => error as Error);
      expect(refusal).toMatchObject({ code: 'store.unavailable' });
      expect((refusal as Error).message).toContain('within 300 ms');
      expect(performance.now() - begin).toBeLessThan(5000);
      server.resume();
      await bring(store, rowsAt(100, 500));
      expect((await scanAll(store, { order: 'time' })).map(({ r }) => r)).toEqual(
        Array.from({ length: 600 }, (_, k) => k),
      );
    });

    test('that hangs is told of though nobody writes, and no question is blamed for it', async () => {
      const store = await open();
      await bring(store, rowsAt(0, 100));
      expect(store.trouble).toBeNull();
      server.pause();
      const begin = performance.now();
      const asked = await Promise.allSettled(
        Array.from({ length: 22 }, (_, k) => store.at(1 + (k % 20), T + k * 1000)),
      );
      expect(asked.map((one) => (one.status === 'rejected' ? one.reason.code : 'answered'))).toEqual(
        Array.from({ length: 22 }, () => 'store.unavailable'),
      );
      expect(performance.now() - begin).toBeLessThan(20_000);
      await until('it is told', () => store.trouble?.error.code === 'store.unavailable' && store.trouble.isAway);
      server.resume();
      await until('it is over', () => store.trouble === null, 20_000);
      expect((await insist(() => store.at(1, T))).value).toHaveLength(1);
    }, 60_000);

    test('in whose place somebody else answers a write with a page has nothing of it', async () => {
      const store = await open();
      await bring(store, rowsAt(0, 5));
      proxy.mode = { kind: 'answer', status: 200, body: '<html>Welcome</html>', path: /^\/write/ };
      await expect(store.write(batchOf(rowsAt(5, 5)))).rejects.toMatchObject({
        code: 'store.unavailable',
        message: expect.stringContaining('200 and not with 204'),
      });
      proxy.mode = { kind: 'pass' };
      await bring(store, rowsAt(5, 5));
      expect(await store.count(everything)).toBe(10);
    });

    test('that is down counts as away though a write has met it first, in the same words', async () => {
      const store = await open({}, server.url);
      await bring(store, rowsAt(0, 100));
      await server.kill();
      // until the connection is refused, as it is to the one who looks
      await until('a write is refused', async () => {
        const refused = await store.write(batchOf(rowsAt(100, 5))).catch((error: unknown) => error as Error);
        return refused instanceof Error && refused.message.includes('ECONNREFUSED');
      });
      await until('it is away', () => store.trouble?.isAway === true, 20_000);
      await server.start();
      await until('it is over', () => store.trouble === null, 20_000);
      await bring(store, rowsAt(100, 5));
      expect(await store.count(everything)).toBe(105);
    }, 60_000);

    test('names the rows that it refuses, with its words, and has all the others', async () => {
      const store = await open();
      const database = `trouble${stores}`;
      await bring(store, [{ ds: 1, t: T, r: 1 }]);
      // somebody else has made "value" of another quantity a text, in the same shard
      const foreign = `quantity2,datastream=x value="hello" ${T + 5000}000000`;
      const made = await fetch(`${server.url}/write?db=${database}`, { method: 'POST', body: foreign });
      expect(made.status).toBe(204);
      const rows = rowsAt(1, 600, 7);
      const report = await store.write(batchOf(rows));
      const guilty = rows.flatMap((row, i) => (row.ds % 3 === 2 ? [i] : []));
      expect(guilty.length).toBeGreaterThan(100);
      expect(report.rejected?.map(({ index }) => index)).toEqual(guilty);
      expect(report.rejected?.[0]?.detail).toMatch(/field type conflict/);
      expect(report.inserted).toBe(600 - guilty.length);
      expect(await store.count(everything)).toBe(601 - guilty.length);
      // their text and booleans stand in fields of their own
      const text = { ds: 2, t: T + 999_000, type: RESULT.text, x: '{"v":"voll"}', rec: 8 };
      expect(await store.write(batchOf([text]))).toMatchObject({ inserted: 1 });
      // an edit that is refused is named, too; the others of its record are done
      const edits = [put({ ds: 1, t: T + 1, r: 5 }), put({ ds: 2, t: T + 2, r: 5 })];
      expect(await store.edit([{ rec: 90, edits }])).toMatchObject([
        { rec: 90, index: 1, detail: expect.stringMatching(/conflict/) },
      ]);
      expect(readRows(await store.at(1, T + 1))).toMatchObject([{ r: 5 }]);
    });

    test('that refuses what a row shall become leaves it as it was, and a row that moves is removed only when the new one stands', async () => {
      const folder = temporary();
      const settings = { folder, influxdb: { database: `moving${stores}` } };
      let store = await open(settings);
      await bring(store, [
        { ds: 1, t: T, r: 1, rec: 3 },
        { ds: 1, t: T + 1, r: 2, rec: 4 },
      ]);
      const before = await scanAll(store);
      const from = { ds: 1, t: T, n: 0, rec: 3 };
      const corrected = [
        { op: 'remove', ...from },
        { ...put({ ds: 1, t: T, r: 777 }), from },
      ] as const;
      const refuse = (lines: RegExp) => {
        const body = '{"error":"partial write: field type conflict dropped=1"}';
        proxy.mode = { kind: 'refuseLines', lines, body, path: /^\/write/ };
      };
      refuse(/value=777/);
      for (let time = 0; time < 2; time++) {
        expect(await store.edit([{ rec: 90, edits: corrected }])).toMatchObject([{ rec: 90, index: 1 }]);
        expect(await scanAll(store)).toEqual(before);
        expect(await store.write(batchOf([{ ds: 1, t: T, r: 1, rec: 3 }]))).toMatchObject({ replayed: 1 });
      }
      // it stops between the steps
      const second = { ds: 1, t: T + 1, n: 0, rec: 4 };
      const moved = [
        { op: 'remove', ...second },
        { ...put({ ds: 1, t: T + 9, r: 2, x: { k: [1, T + 1] } }), from: second },
      ] as const;
      refuse(/^_stadtpegel_removed/);
      await expect(store.edit([{ rec: 91, edits: moved }])).rejects.toMatchObject({ code: 'store.missing' });
      proxy.mode = { kind: 'pass' };
      expect((await insist(() => scanAll(store))).value.map(({ t, r }) => [t - T, r])).toContainEqual([1, 2]);
      store = await open(settings);
      for (let time = 0; time < 2; time++) {
        expect(await store.edit([{ rec: 91, edits: moved }])).toEqual([]);
        expect((await scanAll(store)).map(({ t, r, rec }) => [t - T, r, rec])).toEqual([
          [0, 1, 3],
          [9, 2, 91],
        ]);
        expect(readRows((await store.byClaim(1, T + 1))!)).toMatchObject([{ t: T + 9 }]);
      }
    });

    test('that was replaced by an empty one is noticed before the next row, and told once', async () => {
      const folder = temporary();
      const store = await open({ folder });
      const { identity } = store;
      await bring(store, rowsAt(0, 10));
      const database = `trouble${stores}`;
      await server.query(`DROP DATABASE ${database}`);
      await server.stop();
      await server.start();
      const codes = await bring(store, rowsAt(10, 10));
      expect(codes).toContain('store.replaced');
      expect(codes.filter((code) => code === 'store.replaced')).toHaveLength(1);
      expect(store.identity).not.toBe(identity);
      expect((await scanAll(store)).map(({ r }) => r).sort((a, b) => a - b)).toEqual(rowsAt(10, 10).map(({ r }) => r));
      // under their names, as in the one before
      const series = JSON.stringify(await server.query('SHOW SERIES', database));
      expect(series).toContain('quantity1,datastream=7,place=mast-7');
      expect(series).not.toContain('observation');
      // the next start knows the new one
      await store.stop();
      const again = testStore(proxy.url, { folder, influxdb: { database } });
      started.push(again);
      await again.start();
      expect(again.identity).toBe(store.identity);
      expect(await bring(again, rowsAt(20, 10))).toEqual([]);
    });

    test('that lacks what it had acknowledged is another store, also when it shows a former name again', async () => {
      const store = await open();
      const database = `trouble${stores}`;
      await bring(store, rowsAt(0, 10));
      const names = [store.identity];
      const restarted = async (): Promise<void> => {
        await server.stop();
        await server.start();
        // by itself, though nobody writes
        await expect.poll(() => store.identity, { timeout: 20_000 }).not.toBe(names.at(-1));
        names.push(store.identity);
        expect(await bring(store, rowsAt(0, 10))).toEqual(['store.replaced']);
        expect(await store.count(everything)).toBe(10);
      };
      await server.query('DROP MEASUREMENT "_stadtpegel_witness"', database);
      await restarted();
      // the point that names the store is lost, too
      const line = `_stadtpegel identity="${names[0]}" 0`;
      const write = `${server.url}/write?db=${database}&rp=history`;
      expect((await fetch(write, { method: 'POST', body: line })).status).toBe(204);
      await restarted();
      expect(new Set(names).size).toBe(3);
    });

    test('after a start of the hub, the journal read again changes nothing, and removed rows stay hidden', async () => {
      const folder = temporary();
      const store = await open({ folder, influxdb: { deletingShare: 0.001 } });
      const rows = rowsAt(0, 400);
      await bring(store, rows);
      const edits = rows.slice(0, 40).map(({ ds, t, rec }) => ({ op: 'remove', ds, t, rec }) as const);
      await store.edit([{ rec: 50, edits: [...edits, { op: 'drop', ds: 20 }] }]);
      const state = await scanAll(store);
      await store.stop();
      const again = testStore(proxy.url, { folder, influxdb: { database: `trouble${stores}` } });
      started.push(again);
      await again.start();
      expect(again.identity).toBe(store.identity);
      expect(await scanAll(again)).toEqual(state);
      expect(await again.write(batchOf(rows))).toEqual({ inserted: 0, replayed: 400, conflicts: [] });
      expect(await again.edit([{ rec: 50, edits: [...edits, { op: 'drop', ds: 20 }] }])).toEqual([]);
      expect(await scanAll(again)).toEqual(state);
    });

    test('points of removed rows are deleted in the background, those beside them stay [limit timeseries.influxdb.pendingDeletes]', async () => {
      const store = await open({ influxdb: { deletingShare: 1, pendingDeletes: 100 } });
      const rows = Array.from({ length: 600 }, (_, k) => ({ ds: 1 + (k % 2), t: T + k * 1000, r: k, rec: 1 }));
      await bring(store, rows);
      const gone = rows.slice(100, 500).filter(({ ds, r }) => ds === 1 && r !== 300);
      for (let at = 0; at < gone.length; at += 50) {
        const edits = gone.slice(at, at + 50).map(({ ds, t, rec }) => ({ op: 'remove', ds, t, rec }) as const);
        await store.edit([{ rec: 100 + at, edits }]);
      }
      const left = rows.filter((row) => !gone.includes(row));
      expect((await scanAll(store, { order: 'time' })).map(({ r }) => r)).toEqual(left.map(({ r }) => r));
      const points = async (): Promise<number> => {
        const answered = (await server.query('SELECT count("record") FROM "quantity1"', `trouble${stores}`)) as {
          results: [{ series: [{ values: [[number, number]] }] }];
        };
        return answered.results[0].series[0].values[0][1];
      };
      const end = performance.now() + 30_000;
      while ((await points()) > left.filter(({ ds }) => ds === 1).length && performance.now() < end)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await points()).toBe(left.filter(({ ds }) => ds === 1).length);
      // their places are free for nobody, and a row that is put there stays
      await store.edit([{ rec: 900, edits: [put({ ds: 1, t: gone[0]!.t, r: -1 })] }]);
      expect(readRows(await store.at(1, gone[0]!.t))).toMatchObject([{ r: -1, rec: 900 }]);
      expect(await store.count(everything)).toBe(left.length + 1);
    });

    test('killed, paused, restarted and in front of it a proxy in trouble, it has all that was acknowledged, once', async () => {
      const store = await open({ influxdb: { requestMs: 400, batchLines: 60 } });
      await bring(store, rowsAt(0, 20));
      let random = 12_345;
      const next = (below: number): number => {
        random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
        return Math.floor((random / 2 ** 32) * below);
      };
      const failures = new Set<string>();
      let troubles = 0;
      let written = 20;
      let working = true;
      const trouble = async (): Promise<void> => {
        while (working) {
          await new Promise((resolve) => setTimeout(resolve, 20 + next(60)));
          troubles++;
          const kind = next(7);
          if (kind === 0) {
            await server.kill();
            await server.start();
          } else if (kind === 1) {
            server.pause();
            await new Promise((resolve) => setTimeout(resolve, 500));
            server.resume();
          } else {
            const status = [500, 401, 503][next(3)]!;
            proxy.mode = [
              answer(status, 'trouble'),
              { kind: 'lostAnswer', path: /^\/write/ } as const,
              { kind: 'slow', milliseconds: 150 } as const,
              { kind: 'refuse' } as const,
              answer(404, 'database not found: "x"'),
            ][kind - 2]!;
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
          proxy.mode = { kind: 'pass' };
        }
      };
      const disturbing = trouble();
      const begin = performance.now();
      const removed = new Set<number>();
      while (performance.now() - begin < 12_000) {
        const rows = rowsAt(written, 150, written);
        // some of the batch before come again
        const codes = await bring(store, [
          ...rows,
          ...rowsAt(Math.max(0, written - 150), 150, Math.max(0, written - 150)).slice(0, written > 150 ? 30 : 0),
        ]);
        for (const code of codes) failures.add(code);
        written += 150;
        const victim = rows[next(150)]!;
        const edit = {
          rec: 1_000_000 + written,
          edits: [{ op: 'remove', ds: victim.ds, t: victim.t, rec: victim.rec } as const],
        };
        for (const code of (await insist(() => store.edit([edit]))).codes) failures.add(code);
        removed.add(victim.r);
      }
      working = false;
      await disturbing;
      const found = (await insist(() => scanAll(store, { order: 'time' }))).value.map(({ r }) => r);
      expect(found).toEqual(Array.from({ length: written }, (_, k) => k).filter((k) => !removed.has(k)));
      expect(troubles).toBeGreaterThan(15);
      expect(failures.has('store.unavailable')).toBe(true);
      expect(failures.has('store.replaced')).toBe(false);
    }, 120_000);
  },
  120_000,
);
