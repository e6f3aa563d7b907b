import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MultiDatastream } from '../model/index.ts';
import { assignsMessages } from './assigning.ts';
import { classCheck } from './class-check.ts';
import { retentionClasses } from './classes.ts';
import { editCheck } from './edit-check.ts';
import { options } from './options.ts';
import { unknownClasses } from './policies.ts';
import { DAY, NOW, TestWorld } from './test-world.ts';

const HOUR = 3_600_000;
const classes = {
  personal: { frames: 0, observations: 30, hourly: 365, daily: 'forever' },
  short: { observations: 0 },
} as const;
const said = { reason: 'because', by: 'anna', devices: [] };

describe('retention classes', () => {
  let world: TestWorld;
  beforeEach(async () => {
    world = new TestWorld(classes);
    await world.start();
  });
  afterEach(() => world.stop());
  const cut = (days: number) => Math.floor((NOW - days * DAY) / HOUR) * HOUR;

  it('without options there is `standard`, and it keeps everything', () => {
    const [standard] = retentionClasses(options.parse({})).values();
    expect(standard).toEqual({
      name: 'standard',
      frames: { days: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY },
      observations: Number.POSITIVE_INFINITY,
      hourly: null,
      daily: null,
    });
    expect([
      ...retentionClasses(options.parse({ classes: { standard: { observations: 5, framesMiB: 2 } } })).values(),
    ]).toMatchObject([{ name: 'standard', observations: 5, frames: { bytes: 2 * 2 ** 20 } }]);
  });

  it('options that are none are said', () => {
    for (const wrong of [{ observations: -1 }, { observations: 'none' }, { hourly: 'ever' }, { rows: 3 }])
      expect(options.safeParse({ classes: { personal: wrong } }).success).toBe(false);
    expect(options.safeParse({ classes: { 'Not A Slug': {} } }).success).toBe(false);
  });

  it('the class is that of the Datastream, else of its organisation, else standard', () => {
    world.organisations.set('spy', { id: 'spy', name: '', properties: { retention: 'personal' } });
    world.datastream(1);
    world.datastream(2, 'short');
    world.datastream(3, undefined, 'spy');
    world.datastream(4, 'short', 'spy');
    world.datastream(5, 'gone', 'spy');
    expect([1, 2, 3, 4, 5, 6].map((id) => world.policies.classOfId(id)?.name)).toEqual([
      'standard',
      'short',
      'personal',
      'short',
      'standard',
      undefined,
    ]);
    expect(
      unknownClasses({ classes: retentionClasses(options.parse({ classes })), catalogue: world.catalogue }),
    ).toEqual([
      'Datastreams(5) names the retention class "gone", which history.classes does not have: it counts as standard',
    ]);
  });

  it('rows are kept from whole hours on, aggregates by their own days', () => {
    world.datastream(1);
    world.datastream(2, 'personal');
    for (const [id, level] of [
      [7, 'hourly'],
      [8, 'daily'],
    ] as const)
      world.multis.set(id, {
        id,
        properties: {},
        organisation: 'city',
        aggregate: { datastream: 2, level, zone: null },
      } as unknown as MultiDatastream);
    expect([1, 2, 7, 8].map((id) => world.policies.keptFrom(id))).toEqual([
      Number.NEGATIVE_INFINITY,
      cut(30),
      cut(365),
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it('a freeze keeps from its beginning on, and rows that hours are still computed from stay', async () => {
    for (const id of [1, 2, 3]) world.datastream(id, 'personal');
    await world.orders.freeze({ ...said, datastreams: [2], from: NOW - 100 * DAY, to: NOW - 90 * DAY });
    const { id } = await world.orders.freeze({ ...said, datastreams: null, from: NOW - 50 * DAY, to: null });
    const kept = () => [1, 2].map((one) => world.policies.keptFrom(one));
    expect(kept()).toEqual([NOW - 50 * DAY, NOW - 100 * DAY]);
    await world.orders.lift(id, 'anna', 'over');
    expect(kept()).toEqual([cut(30), NOW - 100 * DAY]);
    world.multis.set(7, {
      id: 7,
      properties: {},
      organisation: 'city',
      aggregate: { datastream: 2, level: 'hourly', zone: null },
    } as unknown as MultiDatastream);
    await world.orders.freeze({ ...said, datastreams: [2], from: NOW - 900 * DAY, to: NOW - 800 * DAY });
    expect(world.policies.keptFrom(7)).toBe(NOW - 900 * DAY - 25 * HOUR);
    world.neededFrom.set(3, NOW - 60 * DAY);
    expect(world.policies.keptFrom(3)).toBe(NOW - 60 * DAY);
  });

  it('an aggregate that lies in an erased span as a whole is erased too', async () => {
    world.datastream(2);
    world.multis.set(7, {
      id: 7,
      properties: {},
      aggregate: { datastream: 2, level: 'hourly', zone: null },
    } as unknown as MultiDatastream);
    await world.orders.erase({ ...said, datastreams: [2], from: 10 * HOUR - 1, to: 12 * HOUR, record: 50, asked: {} });
    const { policies } = world;
    expect([9, 10, 11, 12].map((hour) => policies.erased(7, hour * HOUR))).toEqual([false, true, true, false]);
    expect([9, 12].map((hour) => policies.wasErased(7, hour * HOUR, (hour + 1) * HOUR, 50))).toEqual([true, false]);
    expect(policies.wasErased(7, 9 * HOUR, 10 * HOUR, 51)).toBe(false);
    expect(policies.wasErased(2, 11 * HOUR, 11 * HOUR + 1, 51)).toBe(true);
  });

  it('people change nothing that a freeze holds, and put nothing where it was erased', async () => {
    world.datastream(1);
    world.multis.set(7, {
      id: 7,
      properties: {},
      aggregate: { datastream: 1, level: 'hourly', zone: null },
    } as unknown as MultiDatastream);
    const check = editCheck(world);
    const put = (ds: number, t: number) =>
      ({ op: 'put', row: { ds, t, n: 0, id: 0, type: 0, r: 1, q: 0, x: null } }) as const;
    const remove = (ds: number, t: number) => ({ op: 'remove', ds, t, rec: 1 }) as const;
    const drop = (ds: number) => ({ op: 'drop', ds }) as const;
    const edits = [
      put(1, 50),
      remove(1, 50),
      remove(1, 150),
      remove(2, 50),
      drop(1),
      drop(2),
      remove(7, 50),
      put(7, 50),
    ];
    const refused = () =>
      edits.filter((edit) => {
        try {
          check(edit);
          return false;
        } catch (error) {
          expect(error).toMatchObject({ code: 'request.conflict' });
          return true;
        }
      });
    expect(refused()).toEqual([]);
    const { id } = await world.orders.freeze({ ...said, datastreams: [1], from: 0, to: 100 });
    expect(refused()).toEqual([remove(1, 50), drop(1)]);
    await world.orders.lift(id, 'anna', 'over');
    await world.orders.erase({ ...said, datastreams: [1], from: null, to: 100, record: 5, asked: {} });
    expect(refused()).toEqual([put(1, 50)]);
    check(put(1, 100));
  });

  it('only a change of classes, or of what a device feeds, makes the journal be looked at again', () => {
    const stream = (properties: object, name = 'a') =>
      ['Datastreams', { id: 1, name, organisation: 'city', properties }] as never;
    const device = (datastreams: object, name = 'a') => ['Devices', { key: 'd', name, datastreams }] as never;
    const assigns = (put: never, before?: never) =>
      assignsMessages({ puts: [put], replaced: before === undefined ? [] : [before] });
    expect(assigns(stream({}), stream({}, 'b'))).toBe(false);
    expect(assigns(stream({}))).toBe(false);
    expect(assigns(stream({ retention: 'short' }), stream({}))).toBe(true);
    expect(assigns(device({ c: 1 }), device({ c: 1 }, 'b'))).toBe(false);
    expect(assigns(device({ c: 1, d: 2 }), device({ c: 1 }))).toBe(true);
    expect(assigns(device({ c: 1 }))).toBe(true);
  });

  it('a change that brings an unknown class is refused, one that leaves it is not', () => {
    const check = classCheck(retentionClasses(options.parse({ classes })));
    const put = (retention: unknown) => ['Organisations', { id: 'a', name: '', properties: { retention } }] as const;
    check(put('personal'), undefined);
    check(put(undefined), undefined);
    expect(() => check(put('persnal'), undefined)).toThrow(
      'properties.retention: there is no retention class "persnal"; option history.classes has standard, personal, short',
    );
    expect(() => check(put(30), undefined)).toThrow('no retention class 30');
    check(put('persnal'), put('persnal')[1]);
    check(['Things', { properties: { retention: 'x' } } as never], undefined);
  });
});
