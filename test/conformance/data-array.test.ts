/** Conformance class "Data array" [STA 13]: Observations as rows. */
import { beforeAll, describe, expect, test } from 'vitest';
import { service } from './service.ts';
import { hour, link, makeWorld, type World } from './world.ts';

const sta = service();
let world: World;
beforeAll(async () => {
  world = await makeWorld(sta);
});

describe('rows instead of objects', () => {
  test('$resultFormat=dataArray reads them, by Datastream [req data-array/data-array]', async () => {
    const { value } = await sta.read(
      `${world.temperatures}/Observations?$resultFormat=dataArray&$select=phenomenonTime,result&$orderby=phenomenonTime&$top=2`,
    );
    expect(value).toEqual([
      {
        'Datastream@iot.navigationLink': expect.stringContaining(world.temperatures),
        components: ['phenomenonTime', 'result'],
        'dataArray@iot.count': 2,
        dataArray: [
          [hour(0), 1],
          [hour(1), 2],
        ],
      },
    ]);
    const all = await sta.read('Observations?$resultFormat=dataArray');
    expect(all.value.map((one: { 'dataArray@iot.count': number }) => one['dataArray@iot.count'])).toEqual([12, 3, 1]);
    expect(all.value[0].components).toEqual(expect.arrayContaining(['id', 'phenomenonTime', 'resultTime', 'result']));
  });
  test('CreateObservations makes them, and tells for each row its address or what was wrong [req data-array/data-array]', async () => {
    const body = [
      {
        Datastream: link(world.temperatures),
        components: ['phenomenonTime', 'result'],
        'dataArray@iot.count': 2,
        dataArray: [
          [hour(100), 100],
          ['not a time', 101],
        ],
      },
      { Datastream: link(world.states), components: ['result', 'phenomenonTime'], dataArray: [['ajar', hour(100)]] },
    ];
    const { status, json } = await sta.send('POST', 'CreateObservations', body);
    expect(status).toBe(201);
    expect(json).toEqual([
      expect.stringContaining(`${sta.root}/Observations(`),
      expect.stringMatching(/^error/),
      expect.stringContaining(`${sta.root}/Observations(`),
    ]);
    const [first, , third] = json as string[];
    for (const [address, result] of [
      [first, 100],
      [third, 'ajar'],
    ] as const)
      expect((await sta.read((address as string).slice(sta.root.length + 1))).result).toBe(result);
  });
});
