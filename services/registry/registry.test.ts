import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileJournal, journalOptions } from '../journal/index.ts';
import { type DeviceModels, JournaledRegistry } from './index.ts';
import { everything } from './testing/index.ts';

const models: DeviceModels = {
  keys: () => ['acme/bay', 'acme/bay2'],
  get: (id) =>
    id === 'acme/bay' || id === 'acme/bay2'
      ? {
          id,
          name: id,
          summary: 'A bay sensor.',
          domain: 'parking',
          source: { title: 'Manual', url: 'https://example.org' },
          channels: { occupied: { quantity: 'occupied' }, battery: { quantity: 'batteryVoltage' } },
        }
      : undefined,
};

const bay = {
  organisations: [{ id: 'solingen', name: 'Stadt Solingen' }],
  things: [
    { key: 'solingen', name: 'Solingen', organisation: 'solingen' },
    {
      key: 'solingen/bay/1',
      name: 'Stellplatz 1',
      organisation: 'solingen',
      parent: 'solingen',
      location: { type: 'Point', coordinates: [7.08, 51.17] },
    },
  ],
  devices: [
    {
      key: '70-B3-D5-E7-5E-00-00-01',
      organisation: 'solingen',
      thing: 'solingen/bay/1',
      model: 'acme/bay',
      visibility: 'public',
    },
  ],
};

let folder: string;
let journal: FileJournal;
let registry: JournaledRegistry;
const registered: string[][] = [];

async function start(): Promise<void> {
  journal = new FileJournal({ folder: join(folder, 'journal'), options: journalOptions.parse({}) });
  await journal.start();
  registry = new JournaledRegistry({
    folder,
    journal,
    models,
    clock: { now: () => 1_700_000_000_000 },
    registered: (devices) => {
      registered.push([...devices]);
      return 3;
    },
  });
  await registry.start();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'registry-'));
  registered.length = 0;
  await start();
});
afterEach(async () => {
  await registry.stop();
  await journal.stop();
  rmSync(folder, { recursive: true, force: true });
});

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = { deeper: value };
  return value;
}

describe('the registry', () => {
  it('makes Thing, Location, HistoricalLocation, Sensor, ObservedProperties, Datastreams and a feature of one import', async () => {
    const report = await registry.import(bay, 'test');
    expect(report).toEqual({ organisations: 1, things: 2, devices: 1, datastreams: 2, requeued: 3 });
    expect(registered).toEqual([['70b3d5e75e000001']]);
    const { catalogue } = registry;
    const thing = catalogue.set('Things').get(catalogue.thingByKey.get('solingen/bay/1') ?? 0);
    expect(thing).toMatchObject({ name: 'Stellplatz 1', parent: 1, locations: [1] });
    const device = catalogue.devices.get('70b3d5e75e000001');
    expect(device?.datastreams).toEqual({ occupied: 1, battery: 2 });
    const [occupied, battery] = [...catalogue.set('Datastreams').values()];
    expect(occupied).toMatchObject({ visibility: 'public', domain: 'parking', channel: 'occupied', thing: 2 });
    expect(occupied?.features).toHaveLength(1);
    // a diagnostic quantity stays internal although the device is public
    expect(battery?.visibility).toBe('internal');
    expect(catalogue.indexes.datastreamsOfThing.get(2)).toEqual([1, 2]);
    expect(catalogue.indexes.partsOfThing.get(1)).toEqual([2]);
    expect(catalogue.indexes.historicalLocationsOfThing.get(2)).toEqual([1]);
    expect(catalogue.set('Sensors').size).toBe(1);
  });

  it('is internal by default', async () => {
    const { visibility: _, ...quiet } = bay.devices[0] as Record<string, unknown>;
    await registry.import({ ...bay, devices: [quiet] }, 'test');
    expect([...registry.catalogue.set('Datastreams').values()].map((stream) => stream.visibility)).toEqual([
      'internal',
      'internal',
    ]);
  });

  it('changes nothing when the same is imported again', async () => {
    await registry.import(bay, 'test');
    const before = everything(registry.catalogue);
    const report = await registry.import(bay, 'test');
    expect(report.datastreams).toBe(0);
    expect(everything(registry.catalogue)).toEqual(before);
  });

  it('is the same after a restart, from the snapshot and from the journal alone', async () => {
    await registry.import(bay, 'test');
    const before = everything(registry.catalogue);
    await registry.stop();
    await journal.stop();
    await start();
    expect(everything(registry.catalogue)).toEqual(before);
    await registry.stop();
    await journal.stop();
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `registry.db${suffix}`), { force: true });
    await start();
    expect(everything(registry.catalogue)).toEqual(before);
    // ids go on behind what was there
    await registry.import({ things: [{ key: 'solingen/bay/2', name: '2', organisation: 'solingen' }] }, 'test');
    expect(registry.catalogue.thingByKey.get('solingen/bay/2')).toBe(3);
  });

  it('keeps descriptions, properties and domains where another import leaves them out', async () => {
    const things = bay.things.map((thing) => ({
      ...thing,
      description: 'am Rathaus',
      properties: { kind: 'disabled' },
    }));
    const organisations = [{ id: 'solingen', name: 'Stadt Solingen', properties: { logo: 'lion' } }];
    await registry.import({ organisations, things, devices: [{ ...bay.devices[0], domain: 'people' }] }, 'test');
    await registry.import({ ...bay, organisations: [{ id: 'solingen', name: 'Solingen' }] }, 'test');
    expect(registry.catalogue.set('Things').get(2)).toMatchObject({
      description: 'am Rathaus',
      properties: { kind: 'disabled' },
    });
    expect(registry.catalogue.organisations.get('solingen')).toMatchObject({
      name: 'Solingen',
      properties: { logo: 'lion' },
    });
    expect(registry.catalogue.set('Datastreams').get(1)?.domain).toBe('people');
  });

  it('keeps visibility, name and properties where another import leaves them out', async () => {
    const [device] = bay.devices;
    const first = { ...device, name: 'Sensor 1', properties: { shelf: 3 }, publish: ['battery'] };
    await registry.import({ ...bay, devices: [first] }, 'test');
    const { visibility: _, ...quiet } = device as Record<string, unknown>;
    await registry.import({ devices: [quiet] }, 'test');
    const visibilities = () => [...registry.catalogue.set('Datastreams').values()].map((stream) => stream.visibility);
    expect(visibilities()).toEqual(['public', 'public']);
    expect(registry.catalogue.devices.get('70b3d5e75e000001')).toMatchObject({
      name: 'Sensor 1',
      properties: { shelf: 3 },
    });
    await registry.import({ devices: [{ ...quiet, visibility: 'organisation' }] }, 'test');
    expect(visibilities()).toEqual(['organisation', 'organisation']);
    await registry.import({ devices: [{ ...quiet, visibility: 'public', publish: [] }] }, 'test');
    expect(visibilities()).toEqual(['public', 'internal']);
    await registry.import({ devices: [{ ...quiet, visibility: 'internal' }] }, 'test');
    expect(visibilities()).toEqual(['internal', 'internal']);
  });

  it('keeps the history of a Thing that moves, and its Datastreams get a new feature', async () => {
    await registry.import(bay, 'test');
    const moved = { ...bay.things[1], location: { type: 'Point', coordinates: [7.09, 51.18] } };
    await registry.import({ things: [moved] }, 'test');
    const { catalogue } = registry;
    expect(catalogue.set('Locations').size).toBe(2);
    expect(catalogue.indexes.historicalLocationsOfThing.get(2)).toEqual([1, 2]);
    expect(catalogue.set('Things').get(2)?.locations).toEqual([2]);
    expect(
      catalogue
        .set('Datastreams')
        .get(1)
        ?.features.map((run) => run.feature),
    ).toEqual([1, 2]);
  });

  it('lets a new device go on with the Datastreams of the one it replaces', async () => {
    await registry.import(bay, 'test');
    const next = {
      key: '70b3d5e75e000002',
      organisation: 'solingen',
      thing: 'solingen/bay/1',
      model: 'acme/bay2',
      replaces: '70b3d5e75e000001',
    };
    const report = await registry.import({ devices: [next] }, 'test');
    expect(report.datastreams).toBe(0);
    expect(registry.catalogue.devices.get('70b3d5e75e000002')?.datastreams).toEqual({ occupied: 1, battery: 2 });
    expect(registry.catalogue.devices.get('70b3d5e75e000001')?.datastreams).toEqual({});
    expect(registry.catalogue.set('Sensors').size).toBe(2);
  });

  it.each([
    [
      'an organisation that is not there',
      { things: [{ key: 'a', name: 'a', organisation: 'nowhere' }] },
      'things[0].organisation',
    ],
    [
      'a parent that is not there',
      { ...bay, things: [{ key: 'a', name: 'a', organisation: 'solingen', parent: 'b' }] },
      'things[0].parent',
    ],
    [
      'a model that the hub does not know',
      { ...bay, devices: [{ ...bay.devices[0], model: 'acme/none' }] },
      'devices[0].model',
    ],
    ['a Thing that is not there', { ...bay, devices: [{ ...bay.devices[0], thing: 'x' }] }, 'devices[0].thing'],
    ['a DevEUI that is none', { ...bay, devices: [{ ...bay.devices[0], key: '12' }] }, 'devices[0].key'],
    ['neither model nor channels', { ...bay, devices: [{ ...bay.devices[0], model: undefined }] }, 'devices[0]'],
    [
      'a quantity that is not there',
      { ...bay, devices: [{ ...bay.devices[0], model: undefined, channels: { a: 'b' } }] },
      'channels.a',
    ],
    [
      'a latitude beyond the pole',
      { things: [{ ...bay.things[1], location: { type: 'Point', coordinates: [7, 91] } }] },
      'coordinates[1]',
    ],
    [
      'channels beside a model',
      { ...bay, devices: [{ ...bay.devices[0], channels: { a: 'occupied' } }] },
      'devices[0].channels',
    ],
    ['an unknown field', { organisations: [{ id: 'a', name: 'a', colour: 1 }] }, 'colour'],
    ['text instead of a document', 'hello', 'the body'],
    [
      'properties nested without end',
      { things: [{ key: 'a', name: 'a', organisation: 'solingen', properties: nested(5000) }] },
      '50 levels',
    ],
    [
      'channels to publish without saying to whom',
      { ...bay, devices: [{ ...bay.devices[0], visibility: undefined, publish: ['battery'] }] },
      'publish',
    ],
  ])('refuses %s, names the field, and takes nothing of the document', async (_, document, field) => {
    const before = everything(registry.catalogue);
    await expect(registry.import(document, 'test')).rejects.toMatchObject({
      code: 'request.body',
      message: expect.stringContaining(field),
    });
    expect(everything(registry.catalogue)).toEqual(before);
  });

  it('refuses a Thing that would be part of itself', async () => {
    await registry.import(bay, 'test');
    const loop = { key: 'solingen', name: 'Solingen', organisation: 'solingen', parent: 'solingen/bay/1' };
    await expect(registry.import({ things: [loop] }, 'test')).rejects.toMatchObject({ code: 'request.body' });
  });
});
