import { describe, expect, test } from 'vitest';
import { CITY, NOW, topicCity } from '../testing/index.ts';

const thing1 = CITY.Things![0]!;
const location1 = CITY.Locations![0]!;
const stream1 = CITY.Datastreams![0]!;

describe('a change of the catalogue is told', () => {
  test('on set, entity and every path to it, with the text of GET', async () => {
    const { catalogue, get, join, told } = await topicCity();
    const topics = [
      'v1.1/Things',
      'v1.1/Things(1)',
      'v1.1/Datastreams(1)/Thing',
      'v1.1/Locations(1)/Things',
      'v1.1/HistoricalLocations(1)/Thing',
    ];
    join(
      ...topics,
      'v1.1/Things(2)',
      'v1.1/Datastreams(3)/Thing',
      'v1.1/Locations(2)/Things',
      'v1.1/Datastreams(2)/Thing',
      'v1.1/Observations',
    );
    catalogue.put(['Things', { ...thing1, name: 'Mast' }]);
    const text = await get('Things(1)');
    expect(text).toMatchObject({ name: 'Mast' });
    expect((await told()).sort()).toEqual(topics.map((topic) => [topic, text]).sort());
  });

  test.each([
    [
      'Locations',
      { ...location1, name: 'x' },
      [
        'v1.1/Locations',
        'v1.1/Things(1)/Locations',
        'v1.1/Datastreams(1)/Thing/Locations',
        'v1.1/HistoricalLocations(1)/Locations',
      ],
    ],
    [
      'HistoricalLocations',
      { id: 9, time: NOW, thing: 1, locations: [1] },
      [
        'v1.1/HistoricalLocations',
        'v1.1/Things(1)/HistoricalLocations',
        'v1.1/Locations(1)/HistoricalLocations',
        'v1.1/Datastreams(1)/Thing/HistoricalLocations',
      ],
    ],
    [
      'Sensors',
      { ...CITY.Sensors![0]!, name: 'x' },
      ['v1.1/Sensors', 'v1.1/Sensors(1)', 'v1.1/Datastreams(1)/Sensor', 'v1.1/Things(1)/Datastreams(1)/Sensor'],
    ],
    [
      'ObservedProperties',
      { ...CITY.ObservedProperties![0]!, name: 'x' },
      ['v1.1/ObservedProperties', 'v1.1/ObservedProperties(1)', 'v1.1/Datastreams(1)/ObservedProperty'],
    ],
    [
      'Datastreams',
      { ...stream1, name: 'x' },
      [
        'v1.1/Datastreams',
        'v1.1/Datastreams(1)',
        'v1.1/Things(1)/Datastreams',
        'v1.1/Sensors(1)/Datastreams',
        'v1.1/ObservedProperties(1)/Datastreams',
      ],
    ],
    [
      'FeaturesOfInterest',
      { ...CITY.FeaturesOfInterest![0]!, name: 'x' },
      ['v1.1/FeaturesOfInterest', 'v1.1/FeaturesOfInterest(1)'],
    ],
    [
      'MultiDatastreams',
      { ...stream1, id: 9, unitOfMeasurements: [], multiObservationDataTypes: [], observedProperties: [1] },
      [
        'v1.1/MultiDatastreams',
        'v1.1/MultiDatastreams(9)',
        'v1.1/Things(1)/MultiDatastreams',
        'v1.1/ObservedProperties(1)/MultiDatastreams',
      ],
    ],
  ] as const)('for %s', async (set, entity, topics) => {
    const { catalogue, defects, get, join, told } = await topicCity();
    join(...topics);
    // biome-ignore lint/suspicious/noExplicitAny: each row brings what belongs together
    catalogue.put([set, entity] as any);
    const text = await get(`${set}(${entity.id})`);
    expect((await told()).sort()).toEqual(topics.map((topic) => [topic, text]).sort());
    expect(defects).toEqual([]);
  });

  test('to maps when a Thing moves to a new place, and to one that was there already', async () => {
    const { catalogue, get, join, told } = await topicCity();
    join(
      'v1.1/Datastreams(1)/Thing/Locations',
      'v1.1/Things(1)/Locations',
      'v1.1/Datastreams(3)/Thing/Locations',
      'v1.1/Locations(2)',
    );
    const move = (to: number, id: number) => [
      ['Things', { ...thing1, locations: [to] }] as const,
      ['HistoricalLocations', { id, time: NOW, thing: 1, locations: [to] }] as const,
    ];
    catalogue.put(['Locations', { ...location1, id: 7, name: 'new' }], ...move(7, 20));
    const there = await get('Locations(7)');
    expect((await told()).sort()).toEqual([
      ['v1.1/Datastreams(1)/Thing/Locations', there],
      ['v1.1/Things(1)/Locations', there],
    ]);
    catalogue.put(...move(2, 21));
    const wupper = await get('Locations(2)');
    expect((await told()).sort()).toEqual([
      ['v1.1/Datastreams(1)/Thing/Locations', wupper],
      ['v1.1/Things(1)/Locations', wupper],
    ]);
  });

  test('for a single property only when it has changed', async () => {
    const { catalogue, join, told } = await topicCity();
    join('v1.1/Things(1)/name', 'v1.1/Datastreams(1)/Thing/description', 'v1.1/Things(1)/properties');
    catalogue.put(['Things', { ...thing1, name: 'Mast' }]);
    expect(await told()).toEqual([['v1.1/Things(1)/name', { name: 'Mast' }]]);
    catalogue.put(['Things', { ...thing1, name: 'Mast', description: 'new' }]);
    catalogue.put(['Things', { ...thing1, name: 'Mast', description: 'new' }]);
    expect(await told()).toEqual([['v1.1/Datastreams(1)/Thing/description', { description: 'new' }]]);
  });

  test('not when only what the hub notes for itself has changed, or nothing', async () => {
    const { catalogue, join, told } = await topicCity();
    join('v1.1/Datastreams(1)', 'v1.1/Things(1)');
    catalogue.put(['Datastreams', { ...stream1, ownTimes: true }]);
    catalogue.put(['Datastreams', { ...stream1, ownTimes: true, hadRemovals: true }]);
    catalogue.put(['Things', { ...thing1, properties: { ...thing1.properties } }]);
    expect(await told()).toEqual([]);
    catalogue.put(['Datastreams', { ...stream1, hadRemovals: true, description: 'new' }]);
    expect(await told()).toMatchObject([['v1.1/Datastreams(1)', { description: 'new' }]]);
  });

  test('not for what is gone, nor for what is hidden', async () => {
    const { catalogue, defects, join, told } = await topicCity();
    join('v1.1/Datastreams', 'v1.1/Things', 'v1.1/Sensors', 'v1.1/Things(4)');
    catalogue.put(
      ['Datastreams', { ...CITY.Datastreams![5]!, name: 'x' }],
      ['Things', { ...CITY.Things![3]!, name: 'x' }],
    );
    catalogue.remove('Datastreams', 5);
    catalogue.put(['Sensors', { ...CITY.Sensors![3]!, name: 'x' }]);
    expect(await told()).toEqual([]);
    expect(defects).toEqual([]);
  });

  test('to a topic that leads back to very many by looking at those who asked', async () => {
    const { catalogue, join, told } = await topicCity();
    for (let id = 100; id < 400; id++) catalogue.put(['Datastreams', { ...stream1, id }]);
    join('v1.1/Datastreams(250)/Sensor?$select=name', 'v1.1/Datastreams(3)/Sensor?$select=name');
    catalogue.put(['Sensors', { ...CITY.Sensors![0]!, name: 'x' }]);
    expect(await told()).toEqual([['v1.1/Datastreams(250)/Sensor?$select=name', { name: 'x' }]]);
  });
});
