/** Conformance class "Receiving updates via MQTT" [STA 14.2], with Mosquitto's own client. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type MosquittoListener, mosquittoSub, needs, until } from '../support/index.ts';
import { service } from './service.ts';
import { datastream, hour, link, makeWorld, type World } from './world.ts';

const sub = needs('mosquitto_sub');

describe.skipIf(sub === null)('who subscribes', () => {
  const sta = service();
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(sta);
  });

  /** What the topics were told while `work` was done, as soon as there are so many. */
  async function told(
    topics: readonly string[],
    count: number,
    work: () => Promise<unknown>,
  ): Promise<MosquittoListener['heard']> {
    const listener = await mosquittoSub(sta.hub, { program: sub as string, topics, qos: 2 });
    try {
      await work();
      await until(`${count} messages on ${topics.join(' ')}`, () => listener.heard.length >= count, 5000);
      return listener.heard;
    } finally {
      await listener.stop();
    }
  }

  test('to a set or a relation is told every new entity, whole [req receive-updates-via-mqtt/receive-updates]', async () => {
    const topics = ['v1.1/Observations', `v1.1/${world.temperatures}/Observations`];
    let made = '';
    const heard = await told(topics, 2, async () => {
      made = await sta.create(`${world.temperatures}/Observations`, { phenomenonTime: hour(60), result: 60 });
    });
    expect(heard.map(([topic]) => topic).toSorted()).toEqual(topics.toSorted());
    const wanted = await sta.read(made);
    for (const [, body] of heard)
      expect(body).toMatchObject({ '@iot.id': wanted['@iot.id'], result: 60, phenomenonTime: hour(60) });
  });
  test('to an entity is told its changes [req receive-updates-via-mqtt/receive-updates]', async () => {
    const heard = await told([`v1.1/${world.door}`], 1, () =>
      sta.send('PATCH', world.door, { description: 'a new door' }),
    );
    expect(heard[0]?.[1]).toMatchObject({ name: 'Door', description: 'a new door' });
  });
  test('to a property is told only that one [req receive-updates-via-mqtt/receive-updates]', async () => {
    const heard = await told([`v1.1/${world.mast}/description`], 1, async () => {
      await sta.send('PATCH', world.mast, { properties: { height: 7 } });
      await sta.send('PATCH', world.mast, { description: 'a higher mast' });
    });
    expect(heard).toEqual([[`v1.1/${world.mast}/description`, { description: 'a higher mast' }]]);
  });
  test('with $select is told just that [req receive-updates-via-mqtt/receive-updates]', async () => {
    const topic = `v1.1/${world.states}/Observations?$select=result,phenomenonTime`;
    const heard = await told([topic], 1, () =>
      sta.create(`${world.states}/Observations`, { phenomenonTime: hour(61), result: 'wide open' }),
    );
    expect(heard[0]).toEqual([topic, { phenomenonTime: hour(61), result: 'wide open' }]);
  });
  test('to the Datastreams of a Thing is told a new one [req receive-updates-via-mqtt/receive-updates]', async () => {
    const heard = await told([`v1.1/${world.door}/Datastreams`], 1, () =>
      sta.create('Datastreams', {
        ...datastream('Told', {
          Thing: link(world.door),
          Sensor: link(world.sensor),
          ObservedProperty: link(world.state),
        }),
      }),
    );
    expect(heard[0]?.[1]).toMatchObject({ name: 'Told' });
  });
});
