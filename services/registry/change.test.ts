import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RECORD } from '../journal/index.ts';
import {
  CodedError,
  EDITED_IDS,
  type Edit,
  type EditBatch,
  type EditedRow,
  RESULT,
  type SetName,
} from '../model/index.ts';
import type { ChangeNews, ChangePlan, RegistryPorts } from './index.ts';
import { options } from './options.ts';
import {
  buildCity,
  datastream,
  everything,
  historicalLocation,
  location,
  multiDatastream,
  type TestRegistry,
  testRegistry,
  thing,
} from './testing/index.ts';

let folder: string;
let hub: TestRegistry;
const open = async (ports: Partial<RegistryPorts> = {}) => {
  hub = await testRegistry(folder, ports);
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'registry-change-'));
  await open();
});
afterEach(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

const change = <T>(plan: (plan: ChangePlan) => T | Promise<T>) => hub.registry.change('test', plan);
const idsOf = (set: SetName) => [...hub.registry.catalogue.set(set).keys()];

const row = (more: Partial<EditedRow>): EditedRow => ({
  ds: 1,
  t: 0,
  n: 0,
  id: 0,
  type: RESULT.number,
  r: 1,
  q: 0,
  x: null,
  ...more,
});

async function restarted(how: 'in order' | 'crash' | 'crash without a snapshot') {
  if (how === 'in order') await hub.stop();
  else await hub.crash(how === 'crash' ? undefined : 'snapshot');
  await open();
}

const remove = (set: SetName, id: number) => change((plan) => plan.remove(set, id));
const city = () => buildCity(hub.registry);

describe('a change', () => {
  it('is seen by its own plan as if it were done', async () => {
    await city();
    await change((plan) => {
      plan.remove('Datastreams', 1);
      const made = plan.newId('Datastreams');
      plan.put(['Datastreams', datastream(made)]);
      expect(plan.related('datastreamsOfThing', 1)).toEqual([2, made]);
      expect(plan.get('Datastreams', 1)).toBeUndefined();
      plan.put(['Datastreams', datastream(2, { thing: 2 })]);
      expect([plan.related('datastreamsOfThing', 1), plan.related('datastreamsOfThing', 2)]).toEqual([[made], [2, 4]]);
      expect(plan.device('mqtt:a')?.datastreams).toEqual({ b: 2 });
      plan.remove('Things', 1);
      expect(plan.device('mqtt:a')).toBeUndefined();
      expect(plan.get('Datastreams', made)).toBeUndefined();
    });
    expect(idsOf('Datastreams')).toEqual([2, 4]);
    expect(hub.registry.catalogue.indexes.datastreamsOfThing.get(2)).toEqual([2, 4]);
    // the id of what came and went in one change is used up
    expect(await change((plan) => plan.newId('Datastreams'))).toBe(6);
  });

  it('leaves nothing when its plan throws, at once or later', async () => {
    await city();
    const before = [everything(hub.registry.catalogue), hub.journal.last];
    const wrong = new CodedError('request.body', 'wrong');
    const half = (plan: ChangePlan) => {
      plan.put(['Things', thing(plan.newId('Things'))]);
      plan.remove('Things', 1);
      throw wrong;
    };
    await expect(change(half)).rejects.toBe(wrong);
    await expect(
      change(async (plan) => {
        await Promise.resolve();
        half(plan);
      }),
    ).rejects.toBe(wrong);
    expect([everything(hub.registry.catalogue), hub.journal.last]).toEqual(before);
  });

  it('without a wait is readable when the call returns, and on disk when it resolves', async () => {
    const done = change((plan) => plan.put(['Things', thing(plan.newId('Things'))]));
    expect([idsOf('Things'), hub.journal.last]).toEqual([[1], 0]);
    await done;
    expect(hub.journal.last).toBe(1);
  });

  it('is one record of the journal, however much it does', async () => {
    await city();
    await remove('Sensors', 1);
    expect(hub.journal.last).toBe(2);
  });

  it('is planned when those before it are, also when they wait or fail', async () => {
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = change(async (plan) => {
      const id = plan.newId('Things');
      await gate.promise;
      plan.put(['Things', thing(id)]);
      order.push('first');
    });
    const failing = change(() => {
      order.push('failing');
      throw new Error('no');
    });
    const last = change((plan) => {
      order.push('last');
      expect(plan.get('Things', 1)).toBeDefined();
      plan.put(['Things', thing(plan.newId('Things'))]);
    });
    expect(order).toEqual([]);
    gate.resolve();
    await expect(failing).rejects.toThrow('no');
    await Promise.all([first, last]);
    expect(order).toEqual(['first', 'failing', 'last']);
    expect(idsOf('Things')).toEqual([1, 2]);
  });

  it('is given up when it takes too long, and cannot come back; the next one has its turn [limit registry.planSeconds] [limit registry.waitingChanges]', async () => {
    await hub.stop();
    await open({ options: options.parse({ planSeconds: 0.02, waitingChanges: 1 }) });
    let held: ChangePlan | undefined;
    const never = change(async (plan) => {
      held = plan;
      await new Promise(() => undefined);
    });
    const next = change((plan) => plan.put(['Things', thing(plan.newId('Things'))]));
    await expect(change(() => undefined)).rejects.toMatchObject({ code: 'hub.busy', message: /waitingChanges/ });
    await expect(never).rejects.toMatchObject({ code: 'hub.busy', message: /planSeconds/ });
    await next;
    expect(() => held?.put(['Things', thing(9)])).toThrow('over');
    expect(idsOf('Things')).toEqual([1]);
  });

  it('that the journal refuses leaves nothing', async () => {
    await hub.journal.stop();
    await expect(change((plan) => plan.put(['Things', thing(1)]))).rejects.toMatchObject({ code: 'hub.storage' });
    expect(idsOf('Things')).toEqual([]);
  });

  it('that changes nothing waits for what it may have found', async () => {
    const first = change((plan) => plan.put(['Things', thing(plan.newId('Things'))]));
    await change((plan) => plan.get('Things', 1));
    expect(hub.journal.last).toBe(1);
    await first;
  });

  it('makes one FeatureOfInterest of a Location, and another one when the place is corrected', async () => {
    await city();
    const feature = () => change((plan) => plan.featureOfLocation(1));
    await change((plan) => plan.put(['Locations', location(1, { name: 'new' })]));
    expect(await feature()).toBe(1);
    await restarted('in order');
    expect(await feature()).toBe(1);
    const moved = { type: 'Point', coordinates: [8, 52] };
    await change((plan) => plan.put(['Locations', location(1, { location: moved })]));
    expect([await feature(), await feature()]).toEqual([2, 2]);
    expect(hub.registry.catalogue.set('FeaturesOfInterest').get(2)?.feature).toEqual(moved);
  });

  it('may name its entities in any order: a set holds them by their ids', async () => {
    await change((plan) => {
      for (const id of [3, 1, 2]) plan.put(['Things', thing(id)]);
    });
    await change((plan) => plan.put(['MultiDatastreams', multiDatastream(1)]));
    await change((plan) => plan.put(['Datastreams', datastream(2)]));
    await change((plan) => plan.remove('Things', 2));
    await change((plan) => plan.put(['Things', thing(2)]));
    expect(idsOf('Things')).toEqual([1, 2, 3]);
    await restarted('in order');
    expect(idsOf('Things')).toEqual([1, 2, 3]);
  });
});

describe('edits of Observations', () => {
  it('go on at the append, with the number of their record', async () => {
    await hub.stop();
    const batches: EditBatch[] = [];
    await open({ edited: (batch) => batches.push(batch) });
    const edit: Edit = { op: 'put', row: row({}) };
    const done = change((plan) => plan.edit(edit));
    expect(batches).toEqual([{ rec: 1, edits: [edit] }]);
    await done;
    const record = await hub.journal.get(1);
    expect(record?.kind).toBe(RECORD.change);
    expect(JSON.parse(Buffer.from(record?.body ?? []).toString())).toEqual({
      by: 'test',
      at: 1_700_000_000_000,
      puts: [],
      edits: [edit],
    });
    // the catalogue is as it was: what was looked up in it still holds
    expect(hub.registry.catalogue.revision).toBe(0);
    await hub.crash('snapshot');
    batches.length = 0;
    await open({ edited: (batch) => batches.push(batch) });
    expect(batches).toEqual([]);
  });

  it('are refused with the whole change where there is no room', async () => {
    await hub.stop();
    await open({
      room: (edits) => {
        if (edits > 1) throw new CodedError('hub.busy', 'no room');
      },
    });
    const many = change((plan) => {
      plan.put(['Things', thing(plan.newId('Things'))]);
      for (let i = 0; i < 2; i++) plan.edit({ op: 'put', row: row({ t: i }) });
    });
    await expect(many).rejects.toMatchObject({ code: 'hub.busy' });
    expect([idsOf('Things'), hub.journal.last]).toEqual([[], 0]);
  });

  it.each(['in order', 'crash', 'crash without a snapshot'] as const)(
    'never get an assigned id twice, also after a restart (%s)',
    async (how) => {
      const take = () =>
        change((plan) => {
          const first = plan.newObservationIds(3);
          plan.edit({ op: 'put', row: row({ id: first + 2 }) });
          return first;
        });
      expect(await take()).toBe(EDITED_IDS);
      expect(await take()).toBe(EDITED_IDS + 3);
      await restarted(how);
      await restarted('in order');
      expect(await take()).toBe(EDITED_IDS + 6);
    },
  );
});

describe('the change feed', () => {
  it('tells what was put, what it replaced and what is gone: at once, and again when it is on disk', async () => {
    await city();
    const applied: ChangeNews[] = [];
    const durable: ChangeNews[] = [];
    hub.registry.onApplied((news) => applied.push(news));
    const leave = hub.registry.onDurable((news) => {
      expect(hub.journal.last).toBe(news.record);
      durable.push(news);
    });
    const renamed = thing(2, { name: 'new', parent: 1 });
    const done = change((plan) => {
      plan.put(['Things', renamed]);
      plan.remove('HistoricalLocations', 1);
    });
    expect([applied.length, durable.length]).toEqual([1, 0]);
    await done;
    expect(durable).toEqual(applied);
    expect(applied[0]).toEqual({
      record: 2,
      puts: [['Things', renamed]],
      replaced: [['Things', thing(2, { parent: 1 })]],
      removed: [['HistoricalLocations', historicalLocation(1, { locations: [1] })]],
      edits: [],
    });
    leave();
    await remove('Datastreams', 1);
    expect([applied.length, durable.length]).toEqual([2, 1]);
  });

  it('is not stopped by a listener that fails', async () => {
    await hub.stop();
    const failures: unknown[] = [];
    await open({ listenerFailed: (error) => failures.push(error) });
    hub.registry.onApplied(() => {
      throw new Error('defect');
    });
    await change((plan) => plan.put(['Things', thing(1)]));
    expect([failures.length, idsOf('Things')]).toEqual([1, [1]]);
  });
});

describe('the snapshot', () => {
  const saved = () => {
    const database = new DatabaseSync(join(folder, 'registry.db'), { readOnly: true });
    const rows = database.prepare('SELECT kind, id FROM entity ORDER BY kind, id').all();
    const position = database.prepare("SELECT value FROM meta WHERE name = 'position'").get()?.value ?? 0;
    database.close();
    return { rows: rows.map(({ kind, id }) => `${kind} ${id}`), position };
  };

  it('never holds what is not on disk in the journal', async () => {
    const done = change((plan) => plan.put(['Things', thing(1)]));
    await hub.registry.persist();
    expect(saved()).toEqual({ rows: [], position: 0 });
    await done;
    await hub.registry.persist();
    expect(saved()).toEqual({ rows: ['Things 1'], position: 1 });
  });

  it('loses what is removed, and keeps where its device was mounted', async () => {
    await city();
    await remove('Things', 1);
    await hub.registry.persist();
    expect(saved().rows).toEqual([
      'Datastreams 4',
      'FeaturesOfInterest 1',
      'FormerMountings mqtt:a',
      'Locations 1',
      'ObservedProperties 1',
      'ObservedProperties 2',
      'Organisations hub',
      'Sensors 1',
      'Things 2',
    ]);
  });

  it('of a hub that knew no removals opens, and ids go on behind it', async () => {
    await city();
    await hub.stop();
    const database = new DatabaseSync(join(folder, 'registry.db'));
    database.exec("DELETE FROM meta WHERE name <> 'position'; DELETE FROM entity WHERE kind = 'MultiDatastreams'");
    database.close();
    await open();
    expect(await change((plan) => [plan.newId('Things'), plan.newId('Datastreams')])).toEqual([3, 5]);
  });
});
