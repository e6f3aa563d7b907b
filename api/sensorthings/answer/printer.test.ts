/** What is printed once and kept must be what would be printed now, for whoever asks. */
import { expect, test } from 'vitest';
import { serve } from '../testing/index.ts';

const QUERIES = [
  'Things',
  'Things?$select=name',
  'Things?$select=Datastreams,id',
  'Things?$expand=Locations',
  'Things?$expand=Locations($select=name),Datastreams($expand=Observations($top=1),Sensor;$select=phenomenonTime,properties)',
  'Datastreams',
  'Datastreams?$select=observedArea,phenomenonTime',
  'Datastreams?$select=resultTime,selfLink',
  'Datastreams?$expand=Thing,ObservedProperty($select=id)',
  'Datastreams?$count=true&$top=2&$orderby=name desc',
  'Observations?$expand=FeatureOfInterest,Datastream($select=name)&$top=5&$skip=22',
  'Observations?$select=result,Datastream&$top=30',
  'FeaturesOfInterest?$expand=Observations($top=2;$skip=1;$count=true)',
  'Locations/$ref',
];

test('an answer is the same whether its texts were kept or not, for every reader', async () => {
  const kept = await serve();
  const fresh = await serve({ options: { cacheBytes: 0 } });
  let compared = 0;
  for (let round = 0; round < 2; round++) {
    for (const caller of ['anonymous', 'member', 'admin', 'anonymous'] as const) {
      for (const query of QUERIES) {
        const a = await kept.get(`/${query}`, caller);
        const b = await fresh.get(`/${query}`, caller);
        expect([query, caller, a.status]).toEqual([query, caller, 200]);
        expect(a.text).toBe(b.text.replaceAll(fresh.root, kept.root));
        compared++;
      }
    }
  }
  expect(compared).toBe(2 * 4 * QUERIES.length);
  await kept.stop();
  await fresh.stop();
});

test('the count stands before the value, of the set and of what is expanded', async () => {
  const api = await serve();
  const { text } = await api.get('/Datastreams?$count=true&$top=1&$expand=Observations($count=true;$top=1)');
  expect(text).toMatch(/^\{"@iot\.count":4,"value":\[.*"Observations@iot\.count":24,"Observations":\[/);
  await api.stop();
});

test('an expanded set goes on with $top and $skip, and with the options that it had', async () => {
  const api = await serve();
  const expand = 'Observations($orderby=phenomenonTime desc;$top=2;$skip=1;$select=result;$filter=result gt 3)';
  const { body } = await api.get(`/Things(1)?$expand=Datastreams($expand=${expand})`);
  const [stream] = body.Datastreams;
  expect(stream.Observations).toEqual([{ result: 22 }, { result: 21 }]);
  const link: string = stream['Observations@iot.nextLink'];
  expect(link.slice(0, link.indexOf('?'))).toBe(`${api.root}/Datastreams(1)/Observations`);
  expect(link).toMatch(/\$top=2&\$skip=3/);
  expect((await api.get(link.slice(api.root.length))).body.value).toEqual([{ result: 20 }, { result: 19 }]);
  await api.stop();
});

test('whatever address is configured, the answer is JSON', async () => {
  const api = await serve({ options: { publicUrl: 'http://a"b\\c/v1.1' } });
  const { body } = await api.get('/Datastreams(1)?$expand=Observations($top=1)');
  expect(body['@iot.selfLink']).toBe('http://a"b\\c/v1.1/Datastreams(1)');
  await api.stop();
});
