/** $filter expressions over HTTP: what they give, and what a mistake is told. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, serve } from './testing/index.ts';

let api: Api;
beforeAll(async () => {
  api = await serve();
});
afterAll(() => api.stop());

test('functions and operators give what the standard says', async () => {
  const everyThing = [1, 2, 3];
  const cases: [filter: string, ids: number[]][] = [
    ["substringof('Rathaus',name)", [1]],
    ["endswith(name,'Wupper')", [2]],
    ['length(name) eq 12', [2]],
    ["indexof(name,'am') eq 5", [1]],
    ["substring(name,6) eq 'Wupper'", [2]],
    ["substring(name,0,5) eq 'Pegel'", [2]],
    ["tolower(name) eq 'pegel wupper'", [2]],
    ["toupper(name) eq 'PEGEL WUPPER'", [2]],
    ["trim(concat(name,' ')) eq name", everyThing],
    [
      'year(HistoricalLocations/time) eq 2026 and month(HistoricalLocations/time) eq 5 and day(HistoricalLocations/time) eq 1',
      [1, 2],
    ],
    [
      'hour(HistoricalLocations/time) eq 1 and minute(HistoricalLocations/time) eq 0 and second(HistoricalLocations/time) eq 0',
      [2],
    ],
    ['fractionalseconds(HistoricalLocations/time) eq 0 and totaloffsetminutes(HistoricalLocations/time) eq 0', [1, 2]],
    ['date(HistoricalLocations/time) eq 2026-05-01', [1, 2]],
    ['time(HistoricalLocations/time) eq 01:00:00', [2]],
    ["HistoricalLocations/time gt now() sub duration'PT24H'", [2]],
    ['HistoricalLocations/time gt mindatetime() and HistoricalLocations/time lt maxdatetime()', [1, 2]],
    ['round(4.5) eq 5 and round(-4.5) eq -5 and floor(4.5) eq 4 and ceiling(4.5) eq 5', everyThing],
    ['5 add 2 mul 3 eq 11 and 7 mod 4 eq 3 and 7 div 2 eq 3.5 and 7 sub 2 eq 5', everyThing],
    ['1 div 0 eq 1', []],
    ['properties/height eq 4', [1]],
    ["properties/height gt '5'", [3]],
    ['properties/height gt 5', [3]],
    ['properties/nothing eq null', everyThing],
    ["properties/tags/1 eq 'it''s'", [1]],
    ["properties/organisation eq 'ulm'", [3]],
    ['id in (1,3)', [1, 3]],
    ["@iot.id eq '2'", [2]],
    ['not (id eq 1)', [2, 3]],
    ['id ge 2 and id le 2 or id lt 2 and id ne 1', [2]],
    ["Datastreams/ObservedProperty/name eq 'waterLevel'", [2]],
    ["Datastreams/name eq 'Taken' and Datastreams/id eq 5", []],
    ["Datastreams/name eq 'Taken' or Datastreams/id eq 5", [3]],
    ['Datastreams/phenomenonTime gt 2026-04-30T12:00:00Z', [1, 2, 3]],
    ['Locations/location/coordinates/0 gt 9', [3]],
    ["st_within(Locations/location,geography'POLYGON((7 51,7.09 51,7.09 52,7 52,7 51))')", [1]],
    ["geo.distance(Locations/location,geography'POINT(7.08 51.17)') lt 0.001", [1]],
    ['Datastreams/Observations/result gt 22', [1, 2]],
    ['Datastreams/Observations/result eq true', [3]],
    ['-(id) eq -1', [1]],
  ];
  for (const [filter, ids] of cases) {
    const answer = await api.get(`/Things?$filter=${encodeURIComponent(filter)}`);
    expect([filter, answer.status, answer.body.value?.map((t: { '@iot.id': number }) => t['@iot.id'])]).toEqual([
      filter,
      200,
      ids,
    ]);
  }
  expect(cases.length).toBe(39);
});

test('bad queries are 400 and say what and where', async () => {
  const cases: [query: string, says: RegExp][] = [
    ['Things?$filter=nam eq 1', /column 1: Thing has no nam; did you mean name\?/],
    ['Things?$filter=name eq 5', /column 6: 'name' is a string and '5' is a number; texts stand in single quotes/],
    ['Things?$filter=name', /a condition expected, 'name' is a string/],
    ['Things?$filter=startswith(name)', /startswith takes 2 arguments, not 1/],
    ['Things?$filter=length(5) gt 1', /column 8: a string expected, '5' is a number/],
    ["Things?$filter=startwith(name,'a')", /did you mean startswith\?/],
    ['Things?$filter=Datastreams eq 1', /Datastreams is an entity; name one of its properties/],
    ['Things?$expand=Sensors', /column 1: Thing has no relation Sensors/],
    ['Things?$select=foo', /column 1: Thing has no foo/],
    ['Things?$orderby=foo', /Thing has no foo/],
    ['Things?$top=-1', /a whole number from 0 expected/],
    ['Observations?$filter=phenomenonTime add 5 gt now()', /add does not go with time and number/],
    ['Things(1)?$filter=id eq 1', /\$filter is for sets/],
    ["Locations?$filter=geo.intersects(location,geography'CIRCLE(1)')", /no geometry/],
    ['Things?%zz', /percent-encoded/],
  ];
  for (const [query, says] of cases) {
    const answer = await api.get(`/${query}`);
    expect([query, answer.status]).toEqual([query, 400]);
    expect(answer.body.detail).toMatch(says);
  }
});

test('what the hub cannot do yet is 501', async () => {
  for (const query of [
    'Things?$apply=x',
    "Locations?$filter=st_relate(location,location,'T')",
    'Observations?$resultFormat=CSV',
  ]) {
    expect([query, (await api.get(`/${query}`)).status]).toEqual([query, 501]);
  }
});
