import { expect, test } from 'vitest';
import { memoryStore } from '../../../services/timeseries/index.ts';
import { planQuery } from '../plan/index.ts';
import { SETS } from '../schema/index.ts';
import { binary, CITY, contextOf, limits, literal, NOW, path } from '../testing/index.ts';
import { selectEntities } from './index.ts';

test('a condition holds for the last of many related entities as for the first', async () => {
  const streams = Array.from({ length: 1000 }, (_, i) => ({
    ...CITY.Datastreams![0]!,
    id: i + 1,
    name: `s${i + 1}`,
    features: [],
  }));
  const context = contextOf({ ...CITY, Datastreams: streams }, memoryStore());
  for (const [name, found] of [
    ['s1', 1],
    ['s200', 1],
    ['s1000', 1],
    ['s1001', 0],
  ] as const) {
    const filter = binary('eq', path('Datastreams/name'), literal(name));
    const query = planQuery(SETS.Sensors, { filter, count: true }, { options: limits, now: NOW });
    const { total } = await selectEntities(query, context.view.set('Sensors').values(), context);
    expect([name, total]).toEqual([name, found]);
  }
});
