/** Limits of one connection that no other test reaches. */
import mqttPacket from 'mqtt-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { connectPacket, embeddedTests, TOPIC, testDoor } from '../testing/embedded.ts';
import { until } from '../testing/index.ts';

const { hub, client, raw, close } = embeddedTests();
afterEach(close);

const THING = 'v1.1/Things(1)';

describe('a connection to the embedded broker', () => {
  it('is read again in its time when it changes its topics too fast [limit mqtt.subscriptionsPerSecond]', async () => {
    const { broker, port } = await hub({ subscriptionsPerSecond: 200 }, { door: testDoor() });
    const hurried = await client(port);
    const topics = Array.from({ length: 100 }, (_, i) => `v1.1/Things(${i})`);
    const began = performance.now();
    for (let i = 0; i < 3; i++) {
      await hurried.subscribeAsync(topics);
      await hurried.unsubscribeAsync(topics);
    }
    // 600 changes, of which the first 20 and the last 100 cost no wait
    expect(performance.now() - began).toBeGreaterThan(2000);
    expect(broker.figures.subscriptions).toBe(0);
  });

  it('that publishes on a topic of too many levels is closed [limit mqtt.maxTopicLevels]', async () => {
    const { intake, port } = await hub({ maxTopicLevels: 6 });
    const device = await client(port);
    await device.publishAsync(TOPIC, 'x', { qos: 1 });
    expect(intake.messages).toHaveLength(1);
    const closed = new Promise<void>((resolve) => device.once('close', () => resolve()));
    device.publish('application/a/device/24e124136d123456/event/up/and/more', 'x', { qos: 1 });
    await closed;
    expect(intake.messages).toHaveLength(1);
  });

  it('that does not read its news is closed after its time [limit mqtt.drainTimeoutMs]', async () => {
    const door = testDoor();
    const { broker, port } = await hub({ drainTimeoutMs: 200, maxUnreadBytes: 100_000_000 }, { door });
    const stuck = raw(port);
    stuck.socket.pause();
    stuck.socket.write(
      Buffer.concat([
        connectPacket('stuck'),
        mqttPacket.generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: THING, qos: 0 }] }),
      ]),
    );
    await until('the subscription', () => broker.figures.subscriptions === 1);
    for (let i = 0; i < 60; i++) door.tell(THING, 'x'.repeat(400_000));
    await until('its end', () => broker.figures.connections === 0);
    expect(door.joined.size).toBe(0);
  });

  it('that wants to be silent for ever, or for long, has the longest keep-alive instead [limit mqtt.maxKeepaliveSeconds]', async () => {
    const { port } = await hub({ maxKeepaliveSeconds: 5 });
    const silent = async (keepalive: number) => {
      const { socket, closed } = raw(port);
      const clientId = `silent-${keepalive}`;
      const began = performance.now();
      socket.write(
        mqttPacket.generate({
          cmd: 'connect',
          protocolId: 'MQTT',
          protocolVersion: 4,
          clientId,
          clean: true,
          keepalive,
        }),
      );
      await closed;
      return performance.now() - began;
    };
    // one and a half of it [MQTT 3.1.1 §3.1.2.10]
    for (const time of await Promise.all([silent(0), silent(60_000)])) expect(time).toBeGreaterThan(7000);
  });
});
