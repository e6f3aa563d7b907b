/** $filter expressions over HTTP: what they give, and what a mistake is told. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, serve } from './testing/index.ts';

let api: Api;
beforeAll(async () => {
  api = await serve();
});
afterAll(() => api.stop());

test('functions and operators give what the standard says [req request-data/built-in-query-functions]', async () => {
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
    ["properties/tags[1] eq 'it''s' and properties['height'] eq 4", [1]],
    ["Locations/location/coordinates[0] gt 9 and Locations/location['type'] eq 'Point'", [3]],
    ["Things/name eq 'Pegel Wupper'", [2]],
    ["startswith(Thing/name,'Mast')", [1]],
    ["st_intersects(Locations/location,geography'SRID=4326;POLYGON((7 51,7.2 51,7.2 52,7 52,7 51))')", [1, 2]],
    ["st_disjoint(Locations/location,geography'POLYGON((7 51,7.2 51,7.2 52,7 52,7 51))')", [3]],
    ["st_touches(Locations/location,geography'LINESTRING(7.08 51.17,8 52)')", [1]],
    ["st_equals(Locations/location,geography'POINT(7.1 51.16)')", [2]],
    ["st_crosses(geography'LINESTRING(0 0,2 2)',geography'LINESTRING(0 2,2 0)')", everyThing],
    ["st_overlaps(Locations/location,geography'MULTIPOINT(7.1 51.16,1 1)')", []],
    ["st_contains(geography'POLYGON((7 51,7.09 51,7.09 52,7 52,7 51))',Locations/location)", [1]],
    ["st_relate(Locations/location,geography'POINT(7.1 51.16)','0FFFFFFF2')", [2]],
    ["geo.intersects(Locations/location,geography'MULTIPOINT((7.1 51.16),(9.99 48.4))')", [2, 3]],
    ["geo.length(geography'LINESTRING(0 0,3 4)') eq 5", everyThing],
    ["geo.distance(Locations/location,geography'GEOMETRYCOLLECTION(POINT(7.1 51.16),POINT(0 0))') eq 0", [2]],
    ['during(HistoricalLocations/time,2026-05-01T00:00:00Z/2026-05-01T00:30:00Z)', [1]],
    ['before(HistoricalLocations/time,2026-05-01T01:00:00Z)', [1]],
    ['after(HistoricalLocations/time,2026-05-01)', [2]],
    ['meets(2026-05-01T00:00:00Z/2026-05-01T01:00:00Z,HistoricalLocations/time)', [1, 2]],
    ['overlaps(Datastreams/phenomenonTime,2026-05-01T05:00:00Z/2026-05-01T06:00:00Z)', everyThing],
    ['starts(HistoricalLocations/time,2026-05-01)', [1]],
    ['finishes(2026-04-30/2026-05-01,HistoricalLocations/time)', [1]],
    ["HistoricalLocations/time sub 2026-05-01 eq duration'PT1H'", [2]],
    ["HistoricalLocations/time add duration'P1M' lt 2026-06-01T00:30:00Z", [1]],
    ["duration'PT30M' mul 2 eq duration'PT1H' and duration'P1D' gt duration'PT23H'", everyThing],
    ["time(HistoricalLocations/time) lt time'00:30:00' and date(HistoricalLocations/time) eq date'2026-05-01'", [1]],
    ["HistoricalLocations/time eq '2026-05-01T01:00:00Z'", [2]],
    ["properties/height in (4,'7')", [1, 3]],
    ["name in ('Pegel Wupper','x')", [2]],
    ['properties/nothing ne 5', everyThing],
    ['not (properties/nothing gt 5)', everyThing],
    ['properties/height add 1 eq 5', [1]],
    ['id eq 1 or id eq 3', [1, 3]],
    ["id in (3,1,'2',99) and name ne 'Pegel Wupper'", [1, 3]],
    ['Datastreams/id eq 3', [2]],
    ['Datastreams/Sensor/id in (1,3)', [1, 3]],
    ['Locations/id eq 3 or Locations/id eq 1', [1, 3]],
    ['Datastreams/id eq null', []],
    ['Datastreams/id eq 6', []],
  ];
  for (const [filter, ids] of cases) {
    const answer = await api.get(`/Things?$filter=${encodeURIComponent(filter)}`);
    expect([filter, answer.status, answer.body.value?.map((t: { '@iot.id': number }) => t['@iot.id'])]).toEqual([
      filter,
      200,
      ids,
    ]);
  }
  expect(cases.length).toBe(78);
});

test('bad queries are 400 and say what and where [req request-data/query-status-code]', async () => {
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
    ["Locations?$filter=st_relate(location,location,'T')", /column 1: st_relate: 'T' is no pattern: nine of/],
    ['Things?$filter=properties[x] eq 1', /column 12: a position such as 0, or a name in single quotes/],
    ["Things?$filter=name eq 'a", /column 9: the text has no closing quote/],
    ["Things?$filter=name == 'a'", /column 6: .* found '='; equal is eq/],
    ["Things?$filter=name like 'a%25'", /column 6: .* found 'like'; a part of a text is found by contains/],
    [
      'Observations?$filter=phenomenonTime gt 01.03.2026',
      /column 19: '01.03.2026' is no time; times are written 2026-05/,
    ],
    ['Observations?$filter=phenomenonTime gt 3/1/2026', /column 19: '3\/1\/2026' is no time/],
    ["Things?$expand=Datastreams($filter=name = 'x')", /^\$expand, column 26: .* found '='; equal is eq/],
    ['Things?$expand=Datastreams($filter=foo eq 1)', /^\$expand, column 21: Datastream has no foo/],
    ['Things?$expand=Datastreams($select=name;$orderby=foo)', /^\$expand, column 35: Datastream has no foo/],
    ["Things?$filter=name > 'a'", /column 6: '>' has no meaning here; comparisons are eq/],
    ["Things?$filter=(name eq 'a'", /column 13: '\)' expected to close the one at column 1, found the end/],
    ['Things?$filter=HistoricalLocations/time gt 2026-13-01', /column 29: '2026-13-01' is no time/],
    ["Things?$filter=HistoricalLocations/time gt now() sub duration'24H'", /is no duration; write duration'PT24H'/],
    ['Things?$filter=HistoricalLocations/time gt 2026-05-02/2026-05-01', /the interval ends before it starts/],
    ["Things?$filter=Locations/location eq 'x'", /'Locations\/location' is a geometry and ''x'' is a string/],
    [
      'Datastreams?$expand=Observations($orderby=phenomenonTime desk)',
      /asc, desc, a comma or the end expected, found 'desk'/,
    ],
    ['Datastreams?$expand=Observations($top=1,$skip=1)', /';' before the next option, or '\)' expected, found ','/],
    ['Things?$filter=name/x eq 1', /name of Thing is a string, nothing lies inside it/],
    ['Things?$filter=name eq Rathaus', /column 9: Thing has no Rathaus; there are .*; texts stand in single quotes/],
    [
      'Observations?$apply=aggregate(result with mean)',
      /column 27: 'as' and a name for the outcome of result expected/,
    ],
    ['Observations?$interval=1h', /column 1: '1h' is neither a number nor a name; a duration is written PT1H/],
    ["Observations?$interval=P1D,'Berlin'", /column 1: there is no time zone 'Berlin'/],
    ['Observations?$interval=PT1S', /more than 100000 groups/],
    ['Datastreams?$interval=PT1H', /\$interval is for Observations, not for Datastreams/],
    ['Observations?$interval=PT1H&$expand=Datastream', /\$expand does not go with \$interval/],
    ['Observations?$apply=aggregate($count as phenomenonTime)', /the name phenomenonTime is taken/],
    ['Things?%zz', /percent-encoded/],
  ];
  for (const [query, says] of cases) {
    const answer = await api.get(`/${query}`);
    expect([query, answer.status]).toEqual([query, 400]);
    expect(answer.body.detail).toMatch(says);
  }
});

test('what the hub does not do is 501, with what to write instead [req request-data/query-status-code]', async () => {
  const cases: [query: string, says: RegExp][] = [
    ['Things?$compute=x', /\$compute is not supported/],
    ['Things?$filter=Datastreams/any(d:d/id eq 1)', /column 13: any\(\) is not needed: Datastreams\/name eq 'x' holds/],
    ['Things?$filter=Datastreams/all(d:d/id eq 1)', /column 13: all\(\) is not supported/],
    ['Observations?$apply=groupby((Thing/id),aggregate($count as n))', /groups are made by bucket/],
    ['Observations?$apply=aggregate(parameters with max as m)', /result and \$count are aggregated, not parameters/],
    ['Datastreams?$expand=Observations($interval=PT1H)', /do not go inside \$expand/],
    ['Observations?$interval=PT1H&$resultFormat=GeoJSON', /does not go with \$apply/],
    ['Observations?$resultFormat=XML', /XML is not supported/],
  ];
  for (const [query, says] of cases) {
    const answer = await api.get(`/${query}`);
    expect([query, answer.status]).toEqual([query, 501]);
    expect(answer.body.detail).toMatch(says);
  }
});
