/** A client id is no secret, and no way into what somebody else does. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { ANONYMOUS, type Identity, NOBODY } from '../../../services/access/index.ts';
import { DELIVERY } from '../../../services/model/index.ts';
import { embeddedTests, TOPIC } from '../testing/embedded.ts';
import { until } from '../testing/index.ts';
import { ownClientId } from './client-id.ts';

const { hub, client, ends, close } = embeddedTests();
afterEach(close);

const ID = 'gateway-7';
const DEVICE: Identity = { reader: ANONYMOUS, scopes: new Set(['ingest']), name: 'ingest', writes: 'observe' };
const OPERATOR: Identity = { ...DEVICE, name: 'admin' };
const closedOf = (one: MqttClient) => new Promise<void>((resolve) => one.once('close', () => resolve()));

/** A hub that everybody reaches from elsewhere, with devices, an operator, and strangers. */
async function city(held = false) {
  const made = await hub(
    { loopbackWithoutCredential: false },
    { identify: ({ password }) => (password === null ? NOBODY : password === 'right' ? DEVICE : OPERATOR) },
    held,
  );
  const server = createServer();
  server.on('upgrade', (request, socket, head) => made.broker.handleUpgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  const page = async (given: IClientOptions = {}) => {
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/mqtt`;
    const wsOptions = { origin: 'https://elsewhere.example' };
    const one = await mqtt.connectAsync(url, { clientId: ID, reconnectPeriod: 0, wsOptions, ...given });
    ends.push(() => one.endAsync(true));
    return one;
  };
  return { ...made, page };
}

const device = { clientId: ID, username: 'a', password: 'right' };

describe('a client with the id of a device', () => {
  it.each([
    ['that shows no password', {}],
    ['with another credential', { username: 'a', password: 'operator' }],
  ])('%s neither ends it nor is in its way', async (_name, credential: IClientOptions) => {
    const { broker, intake, port } = await city();
    const early = await client(port, { clientId: ID, ...credential });
    const ended = closedOf(early);
    const gateway = await client(port, device);
    const late = await client(port, { clientId: ID, ...credential });
    // of two with the same credential the later one stays, as the standard wants it
    await ended;
    expect(broker.figures.connections).toBe(2);
    expect([early.connected, gateway.connected, late.connected]).toEqual([false, true, true]);
    await gateway.publishAsync(TOPIC, 'x', { qos: 1 });
    expect(intake.messages).toHaveLength(1);
  });

  it('does not use up what is known of a lost connection: what comes again counts as perhaps sent before', async () => {
    const { broker, intake, port, page } = await city(true);
    const first = await client(port, device);
    first.publish(TOPIC, 'x', { qos: 1 });
    await until('the message', () => intake.owed.length === 1);
    first.stream.destroy();
    await until('its end', () => broker.figures.connections === 0);
    await client(port, { clientId: ID });
    await page();
    await page({ username: 'a', password: 'right' });
    const again = await client(port, device);
    const published = again.publishAsync(TOPIC, 'x', { qos: 1 });
    await until('the repetition', () => intake.owed.length === 2);
    intake.release();
    await published;
    expect(intake.messages.map(({ delivery }) => delivery)).toEqual([0, DELIVERY.reconnected]);
  });

  it('in a page of another web site does not end it, though the browser knows its password', async () => {
    const { broker, port, page } = await city();
    const gateway = await client(port, device);
    await page({ username: 'a', password: 'right' });
    await page();
    expect([gateway.connected, broker.figures.connections]).toEqual([true, 3]);
  });

  it('and its password takes over, as a device that comes back does', async () => {
    const { broker, port } = await city();
    const gateway = await client(port, device);
    const ended = closedOf(gateway);
    const again = await client(port, device);
    await ended;
    expect([again.connected, broker.figures.connections]).toEqual([true, 1]);
  });
});

it('without passwords ids are kept apart by address, whole IPv6 networks counting as one', () => {
  const idAt = (address: string) => ownClientId(ID, { identity: NOBODY, anonymous: true, foreign: false, address });
  expect(idAt('10.0.0.1')).not.toBe(idAt('10.0.0.2'));
  expect(idAt('2001:db8::1')).toBe(idAt('2001:db8::2'));
});
