/** The standard, read by somebody without a token, on a hub as it comes: what is not released is not there. */
import { beforeAll, describe, expect, test } from 'vitest';
import { idOf, service } from './service.ts';
import { makeWorld, type World } from './world.ts';

const sta = service({});
let world: World;

/** GET without a token. */
async function ask(path: string) {
  const response = await fetch(`${sta.root}/${path}`);
  const text = await response.text();
  return { status: response.status, json: JSON.parse(text) };
}

const SETS = [
  'Things',
  'Locations',
  'HistoricalLocations',
  'Datastreams',
  'MultiDatastreams',
  'Sensors',
  'ObservedProperties',
  'Observations',
  'FeaturesOfInterest',
];
const counts = async () =>
  Object.fromEntries(
    await Promise.all(SETS.map(async (set) => [set, (await ask(`${set}?$count=true&$top=0`)).json['@iot.count']])),
  );

beforeAll(async () => {
  world = await makeWorld(sta);
});

describe('a stranger', () => {
  test('finds nothing on a hub where nothing is released [req request-data/status-code]', async () => {
    expect(await counts()).toEqual(Object.fromEntries(SETS.map((set) => [set, 0])));
    for (const address of Object.values(world)) expect((await ask(address)).status, address).toBe(404);
  });

  test('sees a Datastream that is released with all that belongs to it, and nothing beside [req request-data/status-code]', async () => {
    await sta.send('PATCH', world.temperatures, { properties: { kind: 'air', visibility: 'public' } });
    const wanted = { Things: 1, Locations: 1, HistoricalLocations: 1, Datastreams: 1, MultiDatastreams: 0, Sensors: 1 };
    expect(await counts()).toEqual({ ...wanted, ObservedProperties: 1, Observations: 12, FeaturesOfInterest: 1 });
    const { json } = await ask(`${world.mast}?$expand=Datastreams($expand=Observations($count=true;$top=1)),Locations`);
    expect(json.Datastreams.map((one: { '@iot.id': number }) => one['@iot.id'])).toEqual([idOf(world.temperatures)]);
    expect(json.Datastreams[0]).toMatchObject({ properties: { kind: 'air' }, 'Observations@iot.count': 12 });
    expect(json.Datastreams[0].properties).not.toHaveProperty('visibility');
    for (const hidden of [world.door, world.states, world.both]) expect((await ask(hidden)).status).toBe(404);
  });

  test('writes nothing [req create-update-delete/create-entity]', async () => {
    for (const [method, path] of [
      ['POST', 'Things'],
      ['PATCH', world.mast],
      ['DELETE', world.temperatures],
      ['POST', `${world.temperatures}/Observations`],
    ] as const) {
      const answer = await fetch(`${sta.root}/${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(method === 'DELETE' ? {} : { body: JSON.stringify({ name: 'x', description: 'x', result: 1 }) }),
      });
      expect([method, path, answer.status]).toEqual([method, path, 401]);
    }
    expect((await sta.read(world.mast)).name).toBe('Mast');
  });
});
