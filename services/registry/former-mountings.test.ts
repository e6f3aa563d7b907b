import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Device } from '../model/index.ts';
import { FormerMountings } from './former-mountings.ts';
import { options } from './options.ts';
import type { Planner } from './planner.ts';
import { buildCity, type TestRegistry, testRegistry } from './testing/index.ts';

const KEY = 'mqtt:a';
const device = (more: Partial<Device> = {}): Device => ({
  key: KEY,
  name: 'a',
  organisation: 'hub',
  model: null,
  thing: 1,
  datastreams: { a: 1, b: 2 },
  properties: {},
  ...more,
});
const mounting = (until: number) => ({ until, thing: 1, model: null, datastreams: { a: 1, b: 2 } });

describe('where a device was mounted', () => {
  let folder: string;
  let hub: TestRegistry;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mountings-'));
    hub = await testRegistry(folder);
    await buildCity(hub.registry);
  });
  afterEach(async () => {
    await hub.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const put = async (more: Partial<Device>) => {
    await hub.registry.change('test', (plan) => plan.put(['Devices', device(more)]));
    return hub.journal.last;
  };
  const remove = async (set: 'Things' | 'Datastreams', id: number) => {
    await hub.registry.change('test', (plan) => plan.remove(set, id));
    return hub.journal.last;
  };
  const former = () => hub.registry.catalogue.formerMountings(KEY);
  const inSnapshot = () => {
    const database = new DatabaseSync(join(folder, 'registry.db'), { readOnly: true });
    const rows = database.prepare("SELECT json FROM entity WHERE kind = 'FormerMountings'").all();
    database.close();
    return rows.map(({ json }) => JSON.parse(String(json)));
  };

  it('is remembered when it goes to other Datastreams, Things or models', async () => {
    const streams = await put({ datastreams: { a: 1, b: 4 } });
    const thing = await put({ thing: 2, datastreams: { a: 1, b: 4 } });
    const model = await put({ thing: 2, datastreams: { a: 1, b: 4 }, model: 'acme/bay' });
    expect(former()).toEqual([
      mounting(streams),
      { until: thing, thing: 1, model: null, datastreams: { a: 1, b: 4 } },
      { until: model, thing: 2, model: null, datastreams: { a: 1, b: 4 } },
    ]);
  });

  it('is not remembered when it only gets another name or further channels, or fed nothing', async () => {
    await put({ name: 'another' });
    await put({ datastreams: { b: 2, a: 1, c: 4 } });
    expect(former()).toEqual([]);
    const until = await put({ datastreams: {} });
    await put({ thing: 2, datastreams: { a: 4 } });
    expect(former()).toEqual([{ until, thing: 1, model: null, datastreams: { a: 1, b: 2, c: 4 }, swapped: true }]);
  });

  it.each(['in order', 'crash', 'crash without a snapshot'])('is there again after a restart: %s', async (how) => {
    const deleted = await remove('Datastreams', 1);
    await hub.registry.persist();
    const gone = await remove('Things', 1);
    const expected = [mounting(deleted), { until: gone, thing: 1, model: null, datastreams: { b: 2 } }];
    expect(former()).toEqual(expected);
    if (how === 'in order') await hub.stop();
    else await hub.crash(how === 'crash' ? undefined : 'snapshot');
    hub = await testRegistry(folder);
    expect(hub.registry.catalogue.devices.has(KEY)).toBe(false);
    expect(former()).toEqual(expected);
  });

  const correct = (more: Partial<Device>) =>
    hub.registry.change('test', (plan) => {
      plan.put(['Devices', device(more)]);
      (plan as Planner).correct(KEY);
    });
  /** The Things of those that are wrong, and of those that are not. */
  const things = () => {
    const of = (isWrong: boolean) =>
      former().flatMap(({ wrong, thing }) => ((wrong === true) === isWrong ? [thing] : []));
    return { wrong: of(true), right: of(false) };
  };
  const ELSEWHERE = { thing: 2, datastreams: { a: 4 } };

  it.each([
    ['one', [1]],
    ['all', [1, 2]],
  ])('was never right in all its parts where %s of its Datastreams had been deleted', async (_, deleted) => {
    for (const id of deleted) await remove('Datastreams', id);
    await correct(ELSEWHERE);
    const wrong = deleted.length === 1 ? [1, 1] : deleted.map(() => 1);
    expect(things()).toEqual({ wrong, right: [] });
    const before = former();
    await correct(ELSEWHERE);
    expect(former()).toBe(before);
    await hub.crash('snapshot');
    hub = await testRegistry(folder);
    expect(former()).toEqual(before);
  });

  it('was right before another Thing, another model or a swap came between', async () => {
    await put(ELSEWHERE);
    await put({});
    await put({ datastreams: { b: 2 } });
    await correct(ELSEWHERE);
    expect(things()).toEqual({ wrong: [1, 1], right: [1, 2] });
    await put({ model: 'acme/bay' });
    await put({});
    await correct(ELSEWHERE);
    expect(former().map(({ wrong }) => wrong === true)).toEqual([false, false, true, true, false, false, true]);
    await put({});
    await put({ datastreams: {} });
    await put({ datastreams: { a: 1 } });
    await correct(ELSEWHERE);
    expect(former().slice(-2)).toMatchObject([{ swapped: true }, { wrong: true, datastreams: { a: 1 } }]);
    expect(former().at(-2)?.wrong).toBeUndefined();
  });

  it('was never right, though Datastreams of the right one were deleted before somebody said so', async () => {
    await put({ thing: 2, datastreams: { a: 4, b: 2 } });
    await remove('Datastreams', 4);
    await correct({ thing: 2, datastreams: { b: 2 } });
    expect(things()).toEqual({ wrong: [1], right: [2] });
  });

  it('was never right, though it is on the same Thing: with other Datastreams', async () => {
    await correct({ datastreams: { a: 1, b: 4 } });
    expect(things()).toEqual({ wrong: [1], right: [] });
  });

  it('is kept as often as the option says; the oldest go [limit registry.formerMountings]', async () => {
    await hub.stop();
    hub = await testRegistry(folder, { options: options.parse({ formerMountings: 2 }) });
    const ends: number[] = [];
    for (const a of [2, 4, 1, 2]) ends.push(await put({ datastreams: { a } }));
    expect(former().map(({ until }) => until)).toEqual(ends.slice(-2));
    await hub.stop();
    expect(inSnapshot()).toMatchObject([[{ until: ends[2] }, { until: ends[3] }]]);
    hub = await testRegistry(folder, { options: options.parse({ formerMountings: 1 }) });
    expect(former().map(({ until }) => until)).toEqual(ends.slice(-1));
    await hub.stop();
    expect(inSnapshot()).toMatchObject([[{ until: ends[3] }]]);
    hub = await testRegistry(folder);
  });
});

describe('what a snapshot has kept', () => {
  it('is forgotten where the journal does not reach back to it', () => {
    const former = new FormerMountings(100);
    const kept = [
      ['old', [mounting(10)]],
      ['both', [mounting(10), mounting(11)]],
      ['new', [mounting(11)]],
    ] as const;
    expect(former.load(kept, 10, 50)).toEqual(['old', 'both']);
    expect([former.of('old'), former.of('both'), former.of('new')]).toEqual([[], [mounting(11)], [mounting(11)]]);
  });

  it('claims no numbers that a journal without its end gives again', () => {
    const former = new FormerMountings(100);
    expect(former.load([[KEY, [mounting(40), mounting(51), mounting(60)]]], 1, 50)).toEqual([KEY]);
    expect(former.of(KEY).map(({ until }) => until)).toEqual([40, 51, 51]);
  });
});
