/** Messages that are wrong in themselves, by MQTT and by webhook: they are taken, and become dead letters. */
import { beforeAll, describe, expect, test } from 'vitest';
import { liveClient, type MqttConnection, mqttConnection, thingsStackUp, until } from '../../support/index.ts';
import { afterwards, DEVICE, GAUGE, MEGABYTE, type Message, nextNumber, target, up } from './target.ts';

const at = target();
const cut = ({ topic, body }: Message): Message => ({ topic, body: body.slice(0, 200) });
const json = (text: string): Message => ({ topic: 'sensors/one', body: text });

/** Newest first. */
async function letters(query = ''): Promise<{ record: number; code: string; detail: string; device: string | null }[]> {
  return (await at.admin.get(`/admin/dead-letters${query}`)).json.deadLetters;
}

/** Sends one message and gives the codes of the dead letters that it made; waits for at least `expected`. */
async function codesOf(send: () => Promise<void>, expected = 1): Promise<string[]> {
  const newest = (await letters())[0]?.record ?? 0;
  await send();
  const found = await until('the dead letter is there', async () => {
    const fresh = (await letters()).filter(({ record }) => record > newest);
    return fresh.length >= expected && fresh;
  });
  for (const { detail } of found) expect(detail.length).toBeGreaterThan(10);
  return found.map(({ code }) => code).sort();
}

/** What is wrong with a message, and the code that it must get. */
const WRONG: readonly (readonly [string, () => Message, string])[] = [
  ['broken JSON', () => cut(up()), 'envelope.json'],
  ['no JSON at all', () => ({ ...up(), body: Buffer.from([0xff, 0xfe, 0, 1, 2]) }), 'envelope.json'],
  ['a list', () => ({ ...up(), body: '[1,2]' }), 'envelope.shape'],
  ['wrong base64', () => up({ data: '!!!!' }), 'envelope.base64'],
  ['fPort 0', () => up({ fPort: 0 }), 'decode.port'],
  ['fPort 256', () => up({ fPort: 256 }), 'envelope.shape'],
  ['fPort NaN as text', () => up({ fPort: 'NaN' }), 'envelope.shape'],
  ['an unknown device', () => up({}, { devEui: '0000000000000001' }), 'device.unknown'],
  ['a cut frame', () => up({}, { hex: '01755c0367' }), 'decode.truncated'],
  ['the year 1600', () => up({ time: '1600-01-01T00:00:00Z' }), 'reading.time'],
  ['the year 2300', () => up({ time: '2300-01-01T00:00:00Z' }), 'reading.time'],
  ['no time at all', () => up({ time: 'yesterday' }), 'envelope.shape'],
  ['a bare NaN', () => json('{"at":"2026-01-01T00:00:00Z","t":NaN}'), 'envelope.json'],
  ['a result of 1e400', () => json('{"at":"2026-01-01T00:00:01Z","t":1e400}'), 'reading.notFinite'],
  // each a message of its own: the same one over a second door would be a repetition
  ['a result that is text', () => json(`{"at":"2026-01-01T00:00:02Z","t":"warm ${nextNumber()}"}`), 'reading.type'],
  ['deep nesting', () => ({ ...up(), body: '['.repeat(100_000) }), 'envelope.json'],
];
/** An FPort that one model knows and the other doesn't. */
const PORT_255 = () =>
  thingsStackUp(
    { devEui: GAUGE, hex: '0e1c0b0500', fPort: 255, fCnt: nextNumber(), time: '2026-03-14T10:00:00Z' },
    'session',
  );

/** What the hub has counted: the sum over a metric's lines with this label. */
async function metric(name: string, label: string): Promise<number> {
  const { text } = await at.open.get('/metrics');
  const lines = text.split('\n').filter((line) => line.startsWith(name) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

const overWebSocket = (clientId: string, password = at.hub.tokens.ingest) =>
  mqttConnection({ webSocket: `${at.hub.base.replace('http', 'ws')}/mqtt`, clientId, password });

describe('a message', () => {
  let client: MqttConnection;
  beforeAll(async () => {
    client = await mqttConnection({ port: at.hub.ports.mqtt, clientId: 'wrong', password: at.hub.tokens.ingest });
  });

  test.each(WRONG)('with %s over MQTT is acknowledged and becomes a dead letter', async (_what, make, code) => {
    const { topic, body } = make();
    expect(await codesOf(() => client.deliver(topic, body))).toEqual([code]);
  });

  test.each(WRONG)('with %s over a webhook is accepted and becomes a dead letter', async (_what, make, code) => {
    const { topic, body } = make();
    const path = topic.startsWith('sensors/') ? `/ingest/mqtt/${topic}` : '/ingest/chirpstack?event=up';
    const send = async () => {
      const answer = await at.ingest.post(path, body as string);
      expect(answer.status).toBe(200);
      expect(answer.json.accepted).toBe(true);
      // what can be seen from the message alone is said at once
      if (code.startsWith('envelope.')) expect(answer.json.problem.code).toBe(code);
    };
    expect(await codesOf(send)).toEqual([code]);
  });

  test('with fPort 255 becomes a dead letter of that model', async () => {
    const { topic, body } = PORT_255();
    expect(await codesOf(() => client.deliver(topic, body))).toEqual(['decode.port']);
  });

  test('over MQTT in a WebSocket fares the same', async () => {
    const browser = await overWebSocket('browser');
    const { topic, body } = cut(up());
    expect(await codesOf(() => browser.deliver(topic, body))).toEqual(['envelope.json']);
    browser.close();
  });

  test('of 1970 is stored as what it is; one of 2036 is flagged and never the latest', async () => {
    const { temperature } = await at.admin.datastreams(DEVICE);
    for (const time of ['1970-01-01T00:00:01Z', '2036-01-01T00:00:00Z', new Date().toISOString()]) {
      const { topic, body } = up({ time });
      await client.deliver(topic, body);
    }
    const times = await until('the future is stored', async () => {
      const found = (await at.open.observations(temperature as number)).map(([time]) => time);
      return found.some((time) => time.startsWith('2036')) && found;
    });
    expect(times[0]).toBe('1970-01-01T00:00:01.000Z');
    const live = await liveClient(at.hub, `?datastream=${temperature}`);
    const [value] = live.messages[0].observations;
    expect(value.phenomenonTime).not.toMatch(/^2036/);
    live.close();
  });

  test('of 10 MB over a webhook is answered 413', async () => {
    for (let i = 0; i < 10; i++) {
      const answer = await at.ingest.post('/ingest/chirpstack?event=up', Buffer.alloc(10 * MEGABYTE, 0x20));
      expect([answer.status, answer.json.code]).toEqual([413, 'request.tooLarge']);
    }
  });

  test('of 10 MB over MQTT closes that connection and no other', async () => {
    const other = await mqttConnection({ port: at.hub.ports.mqtt, clientId: 'big', password: at.hub.tokens.ingest });
    other.publish('application/x/device/y/event/up', Buffer.alloc(10 * MEGABYTE), () => undefined);
    await other.gone;
    expect(client.closed).toBe(false);
    expect(await metric('stadtpegel_mqtt_clients_refused', 'packet-size')).toBeGreaterThan(0);
    client.close();
  });
});

afterwards(at);
