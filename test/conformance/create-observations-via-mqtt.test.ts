/** Conformance class "Creating Observations via MQTT" [STA 14.1], with Mosquitto's own client. */
import { beforeAll, describe, expect, test } from 'vitest';
import { needs, program, until } from '../support/index.ts';
import { service } from './service.ts';
import { hour, link, makeWorld, type World } from './world.ts';

const pub = needs('mosquitto_pub');

describe.skipIf(pub === null)('an Observation that is published', () => {
  const sta = service();
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(sta);
  });

  /** Resolves when the client has been acknowledged. */
  const publish = (topic: string, body: object, qos: number) => {
    const to = ['-h', '127.0.0.1', '-p', String(sta.hub.ports.mqtt), '-V', '311', '-q', String(qos)];
    const login = ['-u', 'test', '-P', sta.hub.tokens.ingest];
    return program(pub as string, [...to, ...login, '-t', topic, '-m', JSON.stringify(body)]);
  };

  test('is made when the client is acknowledged, whatever the quality of service [req create-observations-via-mqtt/observations-creation]', async () => {
    const { serverSettings } = await sta.read('');
    const uri = serverSettings.conformance.find((one: string) => one.endsWith('/observations-creation'));
    expect(serverSettings[uri].endpoints).toContainEqual(expect.stringMatching(/^mqtt:\/\//));
    for (const qos of [0, 1, 2]) {
      const body = { phenomenonTime: hour(40 + qos), result: 40 + qos, Datastream: link(world.temperatures) };
      await publish('v1.1/Observations', body, qos);
      const found = async () =>
        (await sta.read(`${world.temperatures}/Observations?$filter=result%20eq%20${40 + qos}`)).value;
      // of QoS 0 there is no acknowledgement: it is made soon
      if (qos === 0) await until('the Observation of QoS 0', async () => (await found()).length > 0);
      const value = await found();
      expect(value, `QoS ${qos}`).toHaveLength(1);
      expect(value[0].phenomenonTime).toBe(hour(40 + qos));
    }
  });
  test('belongs to the Datastream that the topic names [req create-observations-via-mqtt/observations-creation]', async () => {
    await publish(`v1.1/${world.states}/Observations`, { phenomenonTime: hour(50), result: 'ajar' }, 1);
    const { value } = await sta.read(`${world.states}/Observations?$filter=result%20eq%20'ajar'`);
    expect(value).toHaveLength(1);
  });
});
