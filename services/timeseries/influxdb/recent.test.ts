import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type InfluxProxy, type InfluxServer, influxProxy, influxServer, needs } from '../../../test/support/index.ts';
import type { Row } from '../memory/row.ts';
import { batchOf, everything, readRows } from '../test-rows.ts';
import { Recent } from './recent.ts';
import { NOW, temporary, testStore } from './test-store.ts';

const T = NOW - 3 * 86_400_000;

const rowAt = (ds: number, t: number, rec: number): Row => ({ ds, t, n: 0, r: 0, type: 0, rec, q: 0, id: 0, x: null });
const step = fc.record({
  kind: fc.constantFrom('add', 'add', 'add', 'add', 'reach', 'forget'),
  ds: fc.integer({ min: 1, max: 4 }),
  t: fc.integer({ min: 0, max: 30 }),
});

test('what is known of an instant is what stands there, whatever is forgotten, pushed out or not sure', () => {
  let known = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 40 }), (steps, most) => {
      const recent = new Recent(most);
      const standing: Row[] = [];
      const highs = new Map<number, number>();
      for (const [rec, { kind, ds, t }] of steps.entries()) {
        const high = highs.get(ds) ?? Number.NEGATIVE_INFINITY;
        if (kind === 'forget') recent.forget(ds);
        else {
          // the longest ones are not kept
          const row = { ...rowAt(ds, t, rec), x: rec % 7 === 0 ? 'x'.repeat(1000) : null };
          standing.push(row);
          // a row that may stand there or not is not told
          if (kind === 'add') recent.add(row, high);
          else recent.forget(ds);
          highs.set(ds, Math.max(high, t));
        }
        for (let stream = 1; stream <= 4; stream++)
          for (let at = 0; at <= 31; at++) {
            if (!recent.knows(stream, at)) continue;
            known++;
            expect(recent.at(stream, at)).toEqual(standing.filter((row) => row.ds === stream && row.t === at));
          }
      }
    }),
    { numRuns: 300 },
  );
  expect(known).toBeGreaterThan(10_000);
});

describe.skipIf(needs('influxd') === null)('rows of the last seconds on a real InfluxDB', () => {
  let server: InfluxServer;
  let proxy: InfluxProxy;
  beforeAll(async () => {
    server = await influxServer(join(temporary(), 'server'));
    proxy = await influxProxy(server.port);
  });
  afterAll(async () => {
    await proxy.stop();
    await server.kill();
  });

  test('that come again, too late or at a time that is taken are told apart without a question; what was changed is asked for', async () => {
    const store = testStore(proxy.url, { influxdb: { database: 'recent', lookUpStatements: 1 } });
    await store.start();
    const at = (k: number, rec: number) => ({ ds: 1 + (k % 20), t: T + k * 1000, r: k, rec });
    const questions = () =>
      [...proxy.seen].reduce((sum, [key, count]) => sum + (key.endsWith('/query') ? count : 0), 0);
    const first = Array.from({ length: 100 }, (_, k) => at(2 * k, k));
    expect(await store.write(batchOf(first))).toMatchObject({ inserted: 100 });
    const before = questions();
    expect(await store.write(batchOf(first))).toMatchObject({ inserted: 0, replayed: 100 });
    const late = Array.from({ length: 80 }, (_, k) => ({ ...at(2 * k + 20, 200 + k), t: T + (2 * k + 20) * 1000 - 1 }));
    expect(await store.write(batchOf(late))).toMatchObject({ inserted: 80 });
    expect(await store.write(batchOf(late))).toMatchObject({ replayed: 80 });
    const taken = [{ ...late[7]!, rec: 500, r: -1 }];
    expect((await store.write(batchOf(taken))).conflicts).toEqual([{ index: 0, records: [late[7]!.rec] }]);
    expect(await store.write(batchOf(taken), { mode: 'tie' })).toMatchObject({ inserted: 1 });
    // about thirty look-ups; the store is looked at now and then
    expect(questions() - before).toBeLessThan(15);
    const { ds, t, rec } = first[60]!;
    await store.edit([{ rec: 900, edits: [{ op: 'remove', ds, t, rec, n: 0 }] }]);
    expect(await store.write(batchOf(first))).toMatchObject({ inserted: 0, replayed: 100 });
    expect(await store.count(everything)).toBe(180);
    expect(readRows(await store.at(ds, t))).toEqual([]);
    await store.stop();
  });
});
