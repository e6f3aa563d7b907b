/** What real clients send, as their code builds it [union of Masterportal, VC Map, FROST's Python client, QGIS, Grafana]. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type Api, serve } from './testing/index.ts';

const POLYGON = "geography'POLYGON ((7 51, 7.09 51, 7.09 52, 7 52, 7 51))'";
const ids = (a: Answer) => a.body.value.map((e: { '@iot.id': number }) => e['@iot.id']);

const CASES: readonly [client: string, path: string, check: (a: Answer) => void][] = [
  [
    'Masterportal asks for a layer with the newest reading and the place',
    "/Datastreams?$filter=properties/serviceName eq 'HH_STA' and properties/layerName eq 'Level'&$expand=Observations($orderby=phenomenonTime%20desc;$top=1),Thing($expand=Locations)",
    (a) => {
      expect(ids(a)).toEqual([3]);
      expect(a.body.value[0].Observations).toHaveLength(1);
      expect(a.body.value[0].Observations[0].result).toBe(23);
      expect(a.body.value[0]['Observations@iot.nextLink']).toMatch(/\$top=1&\$skip=1/);
      expect(a.body.value[0].Thing.Locations[0].name).toBe('Wupper');
    },
  ],
  [
    "Masterportal writes its own set's name before a property, and a path in $expand",
    "/Things?$filter=startswith(Things/name,'Mast')&$expand=Locations,Datastreams/Observations($top=2)",
    (a) => {
      expect(ids(a)).toEqual([1]);
      expect(a.body.value[0].Datastreams[0].Observations).toHaveLength(2);
      expect(a.body.value[0].Locations).toHaveLength(1);
    },
  ],
  [
    'Masterportal asks on every map move for what lies in the map, fully percent-encoded',
    `/Datastreams?${encodeURIComponent('$filter')}=${encodeURIComponent(`properties/serviceName eq 'HH_STA' and st_intersects(Thing/Locations/location,${POLYGON})`)}`,
    (a) => expect(ids(a)).toEqual([1]),
  ],
  [
    'Masterportal asks for the way of a moving Thing',
    '/Datastreams(1)/Thing/HistoricalLocations?$orderby=time+desc&$expand=Locations&$top=5',
    (a) => {
      expect(ids(a)).toEqual([1]);
      expect(a.body.value[0].Locations[0].location.type).toBe('Point');
    },
  ],
  [
    'Masterportal asks for the last day by resultTime',
    "/Datastreams(1)/Observations?$filter=(resultTime gt now() sub duration'PT24H')&$orderby=phenomenonTime asc",
    (a) => expect(a.body.value.map((o: { result: number }) => o.result)).toEqual([5]),
  ],
  [
    'Masterportal asks for ids unquoted',
    '/Datastreams?$filter=@iot.id eq 1 or @iot.id eq 3',
    (a) => expect(ids(a)).toEqual([1, 3]),
  ],
  [
    'VC Map puts blanks before option names',
    '/Things?%20%20$filter=Datastreams/@iot.id eq 3&%20%20$top=1',
    (a) => expect(ids(a)).toEqual([2]),
  ],
  [
    'VC Map orders Datastreams by their Observations',
    '/Things(3)/Datastreams?$orderby=Observations/phenomenonTime desc&$top=1000',
    (a) => expect(ids(a)).toEqual([4, 5]),
  ],
  [
    'VC Map asks for the Datastreams of a Thing by its id',
    '/Datastreams?$filter=Thing/id eq 1',
    (a) => expect(ids(a)).toEqual([1]),
  ],
  [
    "FROST's Python client sends %24, + and capitals",
    '/Observations?%24filter=Datastream%2Fid+eq+1&%24orderby=phenomenonTime+DESC&%24top=2',
    (a) => expect(a.body.value.map((o: { result: number }) => o.result)).toEqual([23, 22]),
  ],
  [
    'QGIS counts before it reads',
    '/Locations?$top=0&$count=true',
    (a) => expect(a.body).toEqual({ '@iot.count': 3, value: [] }),
  ],
  [
    'QGIS asks for the kind of geometry',
    "/Locations?$filter=location/type eq 'Point' or location/geometry/type eq 'Point'&$count=true&$top=0",
    (a) => expect(a.body['@iot.count']).toBe(3),
  ],
  [
    'QGIS asks for an extent',
    `/Locations?$filter=geo.intersects(location, ${POLYGON})`,
    (a) => expect(ids(a)).toEqual([1]),
  ],
  [
    'a QGIS plugin takes everything at once, by @iot.id+asc',
    '/Things?$top=2147483647&$orderby=@iot.id+asc',
    (a) => {
      expect(ids(a)).toEqual([1, 2, 3]);
      expect(a.body['@iot.nextLink']).toBeUndefined();
    },
  ],
  [
    'Grafana asks for names to choose from',
    "/Things?$filter=startswith(name,'Pegel')&$select=name,id",
    (a) => expect(a.body.value).toEqual([{ '@iot.id': 2, name: 'Pegel Wupper' }]),
  ],
  ['option names come in any case', '/Things?$ORDERBY=name desc&$TOP=1', (a) => expect(ids(a)).toEqual([3])],
  [
    'a zone whose plus was not encoded is still a zone',
    '/Datastreams(1)/Observations?$filter=phenomenonTime ge 2026-05-01T23:00:00+01:00',
    (a) => expect(a.body.value.map((o: { result: number }) => o.result)).toEqual([22, 23]),
  ],
];

let api: Api;
beforeAll(async () => {
  api = await serve();
});
afterAll(() => api.stop());

let visited = 0;
test.each(CASES)('%s', async (_, path, check) => {
  const answer = await api.get(path);
  expect(answer.text).not.toContain('"detail"');
  expect(answer.status).toBe(200);
  check(answer);
  visited++;
});

test('all 17 requests were looked at', () => {
  expect(visited).toBe(17);
});
