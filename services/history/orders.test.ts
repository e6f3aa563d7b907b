import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Orders } from './orders.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orders-'));
  file = join(folder, 'orders.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const clock = { now: () => 5000 };
async function open(limits = {}): Promise<Orders> {
  const options = { maxFreezes: 10, maxErasures: 10, ordersMiB: 1, ...limits };
  const orders = new Orders({ file, hub: () => 'this hub', clock, options });
  await orders.start();
  return orders;
}
const scope = { datastreams: [1, 2], devices: [], from: null, to: 100 };
const said = { reason: 'because', by: 'anna' };
const erasure = { ...scope, ...said, devices: ['a'], record: 7, asked: { device: 'a' } };

describe('orders', () => {
  it('stand in the file before they count, and are there after a start, in their order', async () => {
    const orders = await open();
    const freeze = await orders.freeze({ ...scope, ...said });
    const erased = await orders.erase(erasure);
    await orders.lift(freeze.id, 'bert', 'it is over');
    await orders.done(erased.id, { receipt: 'text', sha256: 'sum' });
    await orders.stop();
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).hub)).toEqual(Array.from({ length: 4 }, () => 'this hub'));
    expect(freeze).not.toHaveProperty('hub');
    const again = await open();
    expect(again.freezes).toEqual([]);
    expect(again.freezeRecords).toEqual([{ ...freeze, lifted: { at: 5000, by: 'bert', reason: 'it is over' } }]);
    expect(again.erasures).toMatchObject([
      { ...erasure, done: { at: 5000, receipt: 'text', sha256: 'sum' }, first: false },
    ]);
    await again.stop();
  });

  it('hold what they cover, and nothing else', async () => {
    const orders = await open();
    const { id } = await orders.freeze({ ...scope, ...said, from: 10 });
    expect([9, 10, 99, 100].map((t) => orders.frozen.has(1, t))).toEqual([false, true, true, false]);
    expect(orders.frozen.has(3, 50)).toBe(false);
    await orders.freeze({ ...scope, ...said, datastreams: null, from: 200, to: null });
    expect(orders.frozen.has(3, 1e15)).toBe(true);
    await orders.lift(id, 'bert', 'over');
    expect(orders.frozen.has(1, 50)).toBe(false);
    await orders.erase(erasure);
    expect(orders.erased.has(2, -1e12)).toBe(true);
    expect([orders.erased.deviceTouches('a', 99, 200), orders.erased.deviceTouches('b', 0, 1)]).toEqual([true, false]);
    await orders.stop();
  });

  it('an erasure takes nothing that a freeze before its end holds, until that is lifted; one that is done takes it all the same', async () => {
    const orders = await open();
    const all = { ...said, datastreams: [1, 2], devices: [], from: null, to: 100 };
    const first = await orders.erase({ ...erasure, ...all, to: 20 });
    await orders.done(first.id, { receipt: 'text', sha256: 'sum' });
    const second = await orders.erase({ ...erasure, ...all });
    const freeze = await orders.freeze({ ...all, datastreams: [2], from: 10, to: 50 });
    const taken = (ds: number) => [5, 15, 30, 60, 100].map((t) => orders.takes(ds, t));
    expect(taken(1)).toEqual([true, true, true, true, false]);
    expect(taken(2)).toEqual([true, true, false, true, false]);
    // done around it: what the freeze holds is still held
    await orders.done(second.id, { receipt: 'text', sha256: 'sum' });
    expect(taken(2)).toEqual([true, true, false, true, false]);
    await orders.lift(freeze.id, 'bert', 'over');
    expect(taken(2)).toEqual([true, true, true, true, false]);
    await orders.stop();
  });

  it('an erasure without an end ends with its order', async () => {
    const orders = await open();
    expect((await orders.erase({ ...erasure, to: null })).to).toBe(5000);
    await orders.stop();
  });

  it('a last line that was cut off goes: nobody was told that it counts', async () => {
    const first = await open();
    await first.freeze({ ...scope, ...said });
    await first.stop();
    const whole = readFileSync(file);
    for (const rest of ['{"kind":"lift","id":"x', '{"kind":"lift"\n', '\0\0\0\0', '\0\0\0\n']) {
      writeFileSync(file, whole);
      appendFileSync(file, rest);
      const orders = await open();
      expect(orders.freezes).toHaveLength(1);
      const { id } = await orders.freeze({ ...scope, ...said });
      await orders.stop();
      const after = await open();
      expect(after.freezes.map((one) => one.id)).toContain(id);
      await after.stop();
    }
  });

  it('a damaged line in the middle keeps the hub from starting, and is named', async () => {
    const first = await open();
    for (let k = 0; k < 3; k++) await first.freeze({ ...scope, ...said });
    await first.stop();
    const lines = readFileSync(file, 'utf8').split('\n');
    for (const damaged of ['{"kind":"fre', '{"kind":"other","id":"x","at":1}', '7', '']) {
      writeFileSync(file, [lines[0], damaged, ...lines.slice(2)].join('\n'));
      await expect(open()).rejects.toThrow(/orders\.jsonl: line 2 is damaged/);
    }
  });

  it('a limit is said, and what is lifted makes room [limit history.maxFreezes] [limit history.maxErasures]', async () => {
    const orders = await open({ maxFreezes: 1, maxErasures: 1 });
    const { id } = await orders.freeze({ ...scope, ...said });
    await expect(orders.freeze({ ...scope, ...said })).rejects.toMatchObject({ code: 'hub.busy' });
    await orders.lift(id, 'anna', 'over');
    await orders.freeze({ ...scope, ...said });
    await expect(orders.lift(id, 'anna', 'over')).rejects.toMatchObject({ code: 'request.conflict' });
    await expect(orders.lift('nobody', 'anna', 'over')).rejects.toMatchObject({ code: 'notFound' });
    await orders.erase(erasure);
    await expect(orders.erase(erasure)).rejects.toMatchObject({ code: 'hub.busy' });
    await orders.stop();
  });

  it('one that a restored backup did not know is open again, and the first to be carried out', async () => {
    const orders = await open();
    const { id } = await orders.erase(erasure);
    await orders.done(id, { receipt: 'text', sha256: 'sum' });
    await orders.stop();
    appendFileSync(file, `${JSON.stringify({ kind: 'again', id, at: 9 })}\n`);
    const again = await open();
    expect(again.erasures).toMatchObject([{ id, done: null, first: true }]);
    await again.done(id, { receipt: 'new', sha256: 'sum' });
    expect(again.erasures).toMatchObject([{ id, done: { receipt: 'new' }, first: false }]);
    await again.stop();
  });

  it('a limit holds for orders that are given at once, and a freeze is lifted once', async () => {
    const orders = await open({ maxFreezes: 3, maxErasures: 2 });
    const told = async (asked: Promise<unknown>[]) =>
      (await Promise.allSettled(asked)).map((one) => (one.status === 'fulfilled' ? 'done' : one.reason.code)).sort();
    const ten = <T>(work: () => T) => Array.from({ length: 10 }, work);
    expect(await told(ten(() => orders.freeze({ ...scope, ...said })))).toEqual([
      ...Array.from({ length: 3 }, () => 'done'),
      ...Array.from({ length: 7 }, () => 'hub.busy'),
    ]);
    expect(await told(ten(() => orders.erase(erasure)))).toEqual([
      'done',
      'done',
      ...Array.from({ length: 8 }, () => 'hub.busy'),
    ]);
    const { id } = orders.freezes[0]!;
    expect(await told(ten(() => orders.lift(id, 'anna', 'over')))).toEqual([
      'done',
      ...Array.from({ length: 9 }, () => 'request.conflict'),
    ]);
    await orders.stop();
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(3 + 2 + 1);
  });

  it('the record of them has a size; what ends an order always finds room [limit history.ordersMiB]', async () => {
    const orders = await open({ ordersMiB: 1000 / 2 ** 20, maxFreezes: 100 });
    const held: string[] = [];
    const refused = await (async () => {
      for (;;) held.push((await orders.freeze({ ...scope, ...said })).id);
    })().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'hub.busy', message: expect.stringContaining('history.ordersMiB') });
    expect(held.length).toBeGreaterThan(2);
    await expect(orders.erase(erasure)).rejects.toMatchObject({ code: 'hub.busy' });
    for (const id of held) await orders.lift(id, 'anna', 'over');
    expect(orders.freezes).toEqual([]);
    await orders.stop();
  });

  it('orders given at once all stand', async () => {
    const orders = await open({ maxFreezes: 100, maxErasures: 1 });
    await Promise.all(Array.from({ length: 50 }, () => orders.freeze({ ...scope, ...said })));
    await orders.stop();
    expect((await open()).freezes).toHaveLength(50);
  });
});
