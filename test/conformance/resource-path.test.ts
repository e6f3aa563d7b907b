/** Conformance class "Resource path" [STA 9.2]: the addresses of sets, entities, properties and relations. */
import { beforeAll, describe, expect, test } from 'vitest';
import { idOf, service } from './service.ts';
import { makeWorld, type World } from './world.ts';

const sta = service();
let world: World;
beforeAll(async () => {
  world = await makeWorld(sta);
});

describe('every resource has an address [req resource-path/resource-path-to-entities]', () => {
  test('the root names the sets, with their absolute addresses', async () => {
    const { value } = await sta.read('');
    for (const { name, url } of value) expect(url).toBe(`${sta.root}/${name}`);
    expect(value.map(({ name }: { name: string }) => name).toSorted()).toEqual([
      'Datastreams',
      'FeaturesOfInterest',
      'HistoricalLocations',
      'Locations',
      'MultiDatastreams',
      'Observations',
      'ObservedProperties',
      'Sensors',
      'Things',
    ]);
  });
  test('a set and an entity by its id', async () => {
    const { value } = await sta.read('Things');
    expect(value.map((one: { name: string }) => one.name)).toEqual(['Mast', 'Door']);
    expect(await sta.read(world.mast)).toEqual(value[0]);
  });
  test('a property, and its bare value as text', async () => {
    expect(await sta.read(`${world.mast}/name`)).toEqual({ name: 'Mast' });
    const value = await sta.get(`${world.mast}/name/$value`);
    expect([value.status, value.text]).toEqual([200, 'Mast']);
    expect(value.headers.get('content-type')).toMatch(/^text\/plain/);
  });
  test('a property that has no value is 204, one that there is not is 404', async () => {
    const { value } = await sta.read(`${world.states}/Observations?$top=1`);
    expect((await sta.get(`Observations(${value[0]['@iot.id']})/resultTime`)).status).toBe(204);
    expect((await sta.get(`${world.mast}/nothing`)).status).toBe(404);
  });
  test('a relation: a set or one entity', async () => {
    expect((await sta.read(`${world.mast}/Datastreams`)).value).toHaveLength(1);
    expect((await sta.read(`${world.temperatures}/Thing`)).name).toBe('Mast');
  });
  test('addresses of related entities by $ref', async () => {
    expect(await sta.read(`${world.mast}/Datastreams/$ref`)).toEqual({
      value: [{ '@iot.selfLink': `${sta.root}/${world.temperatures}` }],
    });
  });
  test('paths of any depth', async () => {
    const { value } = await sta.read(`${world.mast}/Datastreams(${idOf(world.temperatures)})/Observations?$top=1`);
    const path = `${world.mast}/Datastreams(${idOf(world.temperatures)})/Observations(${value[0]['@iot.id']})`;
    expect((await sta.read(`${path}/FeatureOfInterest`)).feature).toEqual({ type: 'Point', coordinates: [7, 51] });
    expect(await sta.read(`${path}/result`)).toEqual({ result: value[0].result });
  });
  test('what is not related is not found there', async () => {
    expect((await sta.get(`${world.door}/Datastreams(${idOf(world.temperatures)})`)).status).toBe(404);
    expect((await sta.get('Things(999999)')).status).toBe(404);
    expect((await sta.get('Nothings')).status).toBe(404);
  });
});
