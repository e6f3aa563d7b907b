import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { covered, erasable } from './scope.ts';
import { TestWorld } from './test-world.ts';

describe('what an order covers', () => {
  let world: TestWorld;
  // biome-ignore lint/suspicious/noExplicitAny: a few maps stand for the catalogue
  let catalogue: any;
  beforeEach(() => {
    world = new TestWorld({});
    for (const id of [1, 2, 3, 4]) world.datastream(id);
    world.device('24e124785c421111', [1, 2]);
    world.device('mqtt:hall', [3]);
    const former = new Map([['mqtt:hall', [{ until: 9, thing: 8, model: null, datastreams: { a: 4 } }]]]);
    catalogue = {
      ...world.catalogue,
      set: (name: string) =>
        name === 'Things' ? new Map([[8, {}]]) : (world.catalogue.set as never as typeof catalogue)(name),
      formerMountings: (key: string) => former.get(key) ?? [],
      thingByKey: new Map([['mast', 8]]),
      indexes: { datastreamsOfThing: new Map([[8, [4, 3]]]), multiDatastreamsOfThing: new Map() },
    };
  });
  afterEach(() => world.stop());

  it('is what a device feeds now and has fed, however its DevEUI is spelled', () => {
    expect(covered(catalogue, { device: '24-E1-24-78-5C-42-11-11' }, 10)).toEqual({
      datastreams: [1, 2],
      devices: ['24e124785c421111'],
    });
    expect(covered(catalogue, { device: 'mqtt:hall' }, 10)).toEqual({ datastreams: [3, 4], devices: ['mqtt:hall'] });
  });

  it('is nothing for a device that nobody has registered, unless that is said', async () => {
    const typo = { device: '24e124785c421112' };
    const refusal = { code: 'notFound', message: expect.stringContaining('"unregistered": true') };
    expect(() => covered(catalogue, typo, 10)).toThrow(expect.objectContaining(refusal));
    await expect(erasable(catalogue, typo, 10)).rejects.toMatchObject(refusal);
    const meant = { datastreams: [], devices: [typo.device] };
    expect(covered(catalogue, { ...typo, unregistered: true }, 10)).toEqual(meant);
    expect(await erasable(catalogue, { ...typo, unregistered: true }, 10)).toEqual(meant);
  });

  it('is all of a Thing, by id or key, of an organisation, or of the hub', () => {
    for (const thing of [8, 'mast']) expect(covered(catalogue, { thing }, 10).datastreams).toEqual([3, 4]);
    expect(covered(catalogue, { organisation: 'city' }, 10).datastreams).toEqual([1, 2, 3, 4]);
    expect(covered(catalogue, { all: true }, 10)).toEqual({ datastreams: null, devices: [] });
    for (const named of [{ thing: 9 }, { thing: 'x' }, { organisation: 'x' }, { datastreams: [1, 77] }])
      expect(() => covered(catalogue, named, 10)).toThrow(/there is no/);
  });

  it('has no more Datastreams than the option says [limit history.maxOrderDatastreams]', () => {
    expect(covered(catalogue, { datastreams: [3, 1, 3] }, 2).datastreams).toEqual([1, 3]);
    expect(() => covered(catalogue, { datastreams: [1, 2, 3] }, 2)).toThrow('history.maxOrderDatastreams allows 2');
  });

  it('an erasure of a device never takes the readings of another one', async () => {
    expect((await erasable(catalogue, { device: 'mqtt:hall' }, 10)).datastreams).toEqual([3, 4]);
    world.device('mqtt:other', [4]);
    await expect(erasable(catalogue, { device: 'mqtt:hall' }, 10)).rejects.toThrow(
      'Datastream 4 has readings of mqtt:other, too: name Datastreams and a span of time instead of the device',
    );
    expect((await erasable(catalogue, { datastreams: [4] }, 10)).datastreams).toEqual([4]);
  });
});
