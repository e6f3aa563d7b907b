import { describe, expect, test } from 'vitest';
import { ADMIN } from '../../../services/access/index.ts';
import { EDITED_IDS, EDITED_TIES } from '../../../services/model/index.ts';
import { CITY, liveValue, NOW, JUST_NOW as T, TOPIC_ROOT, topicCity } from '../testing/index.ts';

const thing1 = CITY.Things![0]!;
const stream1 = CITY.Datastreams![0]!;

describe('a new Observation is told', () => {
  test('on every topic that leads to it, and on no other', async () => {
    const { bus, join, told } = await topicCity();
    join(
      'v1.1/Observations',
      'v1.1/Datastreams(1)/Observations',
      'v1.1/Datastreams(3)/Observations',
      'v1.1/Things(1)/Datastreams(1)/Observations',
      // the bay is another Thing
      'v1.1/Things(3)/Datastreams(1)/Observations',
      'v1.1/FeaturesOfInterest(1)/Observations',
      'v1.1/FeaturesOfInterest(2)/Observations',
      'v1.1/MultiDatastreams(1)/Observations',
      'v1.1/Datastreams',
      'v1.1/Things(1)',
    );
    bus.publish([liveValue(1, 21.5)]);
    expect((await told()).map(([topic]) => topic).sort()).toEqual([
      'v1.1/Datastreams(1)/Observations',
      'v1.1/FeaturesOfInterest(1)/Observations',
      'v1.1/Observations',
      'v1.1/Things(1)/Datastreams(1)/Observations',
    ]);
  });

  test('with the text of GET', async () => {
    const { bus, join, told, get } = await topicCity();
    join('v1.1/Observations');
    // hour 3 of Datastream 1 stands in the store with the result 3
    const at = NOW - 86_400_000 + 3 * 3_600_000;
    const list = (await get(`Datastreams(1)/Observations?$filter=phenomenonTime eq ${new Date(at).toISOString()}`)) as {
      value: unknown[];
    };
    bus.publish([liveValue(1, 3, { phenomenonTime: at })]);
    expect(await told()).toEqual([['v1.1/Observations', list.value[0]]]);
  });

  test.each([
    ['a number', 1.5, 1.5],
    ['a boolean', true, true],
    ['text', 'open', 'open'],
    ['an object', { a: [1] }, { a: [1] }],
    ['an array', [1, 'x'], [1, 'x']],
    ['nothing', null, null],
  ])('with %s as its result', async (_name, result, printed) => {
    const { bus, join, told } = await topicCity();
    join('v1.1/Datastreams(4)/Observations?$select=result');
    bus.publish([liveValue(4, result)]);
    expect(await told()).toEqual([['v1.1/Datastreams(4)/Observations?$select=result', { result: printed }]]);
  });

  test('with what it has over the API: id, interval, resultTime, parameters', async () => {
    const { bus, join, told } = await topicCity();
    join(
      'v1.1/Datastreams(1)/Observations',
      `v1.1/Observations(${EDITED_IDS + 7})`,
      `v1.1/Observations(${EDITED_IDS + 8})`,
    );
    const edited = { n: EDITED_TIES + 7, id: EDITED_IDS + 7, extra: { e: T + 1000, rt: null, p: { run: 1 } } };
    bus.publish([liveValue(1, 2, { edited })]);
    const body = {
      '@iot.id': EDITED_IDS + 7,
      '@iot.selfLink': `${TOPIC_ROOT}/Observations(${EDITED_IDS + 7})`,
      phenomenonTime: `${new Date(T).toISOString()}/${new Date(T + 1000).toISOString()}`,
      resultTime: null,
      result: 2,
      parameters: { run: 1 },
    };
    const news = await told();
    expect(news.map(([topic]) => topic)).toEqual([
      'v1.1/Datastreams(1)/Observations',
      `v1.1/Observations(${EDITED_IDS + 7})`,
    ]);
    for (const [, text] of news) expect(text).toMatchObject(body);
  });

  test.each([
    '?$select=result,phenomenonTime',
    '?%24select=result%2CphenomenonTime',
    '?$SELECT=phenomenonTime,%20result',
  ])('with what %s asks for, on the topic as it was written', async (search) => {
    const { bus, join, told } = await topicCity();
    join(`v1.1/Observations${search}`);
    bus.publish([liveValue(1, 4)]);
    expect(await told()).toEqual([
      [`v1.1/Observations${search}`, { phenomenonTime: new Date(T).toISOString(), result: 4 }],
    ]);
  });

  test('with a single property', async () => {
    const { bus, join, told } = await topicCity();
    const id = (1n << 42n) | BigInt(T);
    join(
      `v1.1/Observations(${id})/result`,
      `v1.1/Datastreams(1)/Observations(${id})/result`,
      `v1.1/Datastreams(3)/Observations(${id})/result`,
    );
    bus.publish([liveValue(1, 4)]);
    expect(await told()).toEqual([
      [`v1.1/Observations(${id})/result`, { result: 4 }],
      [`v1.1/Datastreams(1)/Observations(${id})/result`, { result: 4 }],
    ]);
  });

  test('not where the Datastream is hidden, and no more once it is', async () => {
    const { bus, catalogue, join, told } = await topicCity();
    join('v1.1/Observations', 'v1.1/Datastreams(2)/Observations', 'v1.1/Datastreams(1)/Observations', 'v1.1/Things(1)');
    bus.publish([liveValue(2, 80), liveValue(6, 1), liveValue(77, 1)]);
    expect(await told()).toEqual([]);
    catalogue.put(['Datastreams', { ...stream1, visibility: 'internal' }]);
    bus.publish([liveValue(1, 80)]);
    catalogue.put(['Things', { ...thing1, name: 'hidden with its last Datastream' }]);
    expect(await told()).toEqual([]);
  });

  test('also where it is hidden, if anybody may read everything', async () => {
    const { bus, join, told } = await topicCity({ audience: ADMIN });
    join('v1.1/Datastreams(2)/Observations');
    bus.publish([liveValue(2, 80)]);
    expect(await told()).toHaveLength(1);
  });

  test('without a listener at the bus while nobody has subscribed', async () => {
    const { bus, door, join } = await topicCity();
    expect(bus.listening).toBe(false);
    join('v1.1/Things', 'v1.1/Observations', 'v1.1/Observations');
    expect(bus.listening).toBe(true);
    door.leave('v1.1/Observations');
    expect(bus.listening).toBe(true);
    door.leave('v1.1/Observations');
    expect(bus.listening).toBe(false);
  });

  test('in the order in which it came, and what is beyond the queue is counted [limit sensorthings.topicQueue]', async () => {
    const { bus, heard, join, said, told } = await topicCity({ options: { topicQueue: 500 } });
    join('v1.1/Datastreams(1)/Observations?$select=result');
    bus.publish(Array.from({ length: 800 }, (_, i) => liveValue(1, i)));
    expect(heard).toEqual([]);
    expect((await told()).map(([, body]) => (body as { result: number }).result)).toEqual(
      Array.from({ length: 500 }, (_, i) => i),
    );
    expect(said.dropped).toBe(300);
  });
});
