/** Conformance class "Requesting data" [STA 9.3]: every query option, by itself and together. */
import { beforeAll, describe, expect, test } from 'vitest';
import { service } from './service.ts';
import { hour, location, makeWorld, point, type World } from './world.ts';

const sta = service();
let world: World;
beforeAll(async () => {
  world = await makeWorld(sta);
});

/** Results of the thermometer's Observations that an option leaves, in their order. */
async function results(query: string): Promise<number[]> {
  const { value } = await sta.read(`${world.temperatures}/Observations?${encoded(query)}`);
  return value.map((one: { result: number }) => one.result);
}

/** Names of Things for which the expression is true. */
async function things(filter: string): Promise<string[]> {
  const { value } = await sta.read(`Things?$orderby=id&$filter=${encodeURIComponent(filter)}`);
  return value.map((one: { name: string }) => one.name);
}

const encoded = (query: string) => query.replaceAll(' ', '%20');
const ALL = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

describe('options together', () => {
  test('are evaluated as filter, count, orderby, skip, top, select, expand, in whatever order they stand [req request-data/order]', async () => {
    const options = [
      '$filter=result gt 3',
      '$count=true',
      '$orderby=result desc',
      '$skip=1',
      '$top=2',
      '$select=result',
      '$expand=Datastream($select=name)',
    ];
    const rotations = options.map((_, i) => [...options.slice(i), ...options.slice(0, i)].join('&'));
    for (const query of [...rotations, options.toReversed().join('&')]) {
      const { '@iot.nextLink': next, ...answer } = await sta.read(
        `${world.temperatures}/Observations?${encoded(query)}`,
      );
      expect(answer, query).toEqual({
        '@iot.count': 9,
        value: [11, 10].map((result) => ({ result, Datastream: { name: 'Temperatures' } })),
      });
      expect(next).toContain('$skip=3');
    }
  });
});

describe('what is shown', () => {
  test('$expand shows related entities, deeply, with options of their own [req request-data/expand]', async () => {
    const thing = await sta.read(
      `${world.mast}?$expand=Locations,Datastreams($expand=ObservedProperty,Observations($filter=result%20lt%206;$orderby=result%20desc;$skip=1;$top=2;$count=true;$select=result))`,
    );
    expect(thing.Locations[0].name).toBe('Market');
    const [stream] = thing.Datastreams;
    expect(stream.ObservedProperty.name).toBe('Temperature');
    expect(stream.Observations).toEqual([{ result: 4 }, { result: 3 }]);
    expect(stream['Observations@iot.count']).toBe(5);
    expect(stream['Observations@iot.nextLink']).toContain('$skip=3');
    expect(thing['Datastreams@iot.navigationLink']).toBeUndefined();
  });
  test('$expand knows paths, sets and single entities [req request-data/expand]', async () => {
    const { value } = await sta.read(
      `${world.temperatures}/Observations?$top=1&$expand=Datastream/Thing,FeatureOfInterest`,
    );
    expect(value[0].Datastream.Thing.name).toBe('Mast');
    expect(value[0].FeatureOfInterest.feature).toEqual(point(7, 51));
  });
  test('$select shows just what it names, of sets and of single entities [req request-data/select]', async () => {
    const { value } = await sta.read('Things?$select=name,properties&$orderby=name');
    expect(value.map((one: object) => Object.keys(one))).toEqual([
      ['name', 'properties'],
      ['name', 'properties'],
    ]);
    expect(Object.keys(await sta.read(`${world.mast}?$select=id`))).toEqual(['@iot.id']);
  });
});

describe('status codes', () => {
  test('what is there is a 200, what is not a 404 [req request-data/status-code]', async () => {
    for (const path of ['', 'Things', world.mast, `${world.mast}/name`, `${world.mast}/Locations`])
      expect((await sta.get(path)).status, path).toBe(200);
    for (const path of ['Thing', 'Things(424242)', 'Things(424242)/Locations', `${world.mast}/colour`])
      expect((await sta.get(path)).status, path).toBe(404);
  });
  test('a query that is wrong is a 400 that says what and where [req request-data/query-status-code]', async () => {
    for (const query of [
      '$filter=nothing eq 1',
      '$filter=name eq',
      '$filter=(name eq 1',
      '$filter=unknown(name)',
      '$top=-1',
      '$top=x',
      '$skip=-1',
      '$count=maybe',
      '$orderby=nothing',
      '$select=nothing',
      '$expand=Nothing',
    ]) {
      const { status, json } = await sta.get(`Things?${encoded(query)}`);
      expect(status, query).toBe(400);
      expect(json.detail, query).toContain(query.slice(0, query.indexOf('=')));
    }
  });
  test('an option that the hub does not have is a 501 [req request-data/query-status-code]', async () => {
    expect((await sta.get('Things?$search=mast')).status).toBe(501);
  });
});

describe('what is in a set, and in which order', () => {
  test('$orderby sorts by one property or several, up or down, and along relations [req request-data/orderby]', async () => {
    expect(await results('$orderby=result')).toEqual(ALL);
    expect(await results('$orderby=result asc')).toEqual(ALL);
    expect(await results('$orderby=result desc')).toEqual(ALL.toReversed());
    expect(await results('$orderby=result mod 2 desc,result')).toEqual([1, 3, 5, 7, 9, 11, 2, 4, 6, 8, 10, 12]);
    const { value } = await sta.read('Datastreams?$orderby=Thing/name&$select=name');
    expect(value).toEqual([{ name: 'States' }, { name: 'Temperatures' }]);
  });
  test('$top limits, and 0 is a limit, too [req request-data/top]', async () => {
    expect(await results('$top=3&$orderby=result')).toEqual([1, 2, 3]);
    expect(await results('$top=0')).toEqual([]);
    expect(await results('$top=100&$orderby=result')).toEqual(ALL);
  });
  test('$skip leaves out the first [req request-data/skip]', async () => {
    expect(await results('$skip=10&$orderby=result')).toEqual([11, 12]);
    expect(await results('$skip=12')).toEqual([]);
  });
  test('$count tells all that match, whatever $top and $skip; false tells nothing [req request-data/count]', async () => {
    for (const query of ['$count=true', '$count=true&$top=1&$skip=5', '$count=true&$top=0']) {
      const answer = await sta.read(`${world.temperatures}/Observations?${query}`);
      expect(answer['@iot.count'], query).toBe(12);
      expect(Object.keys(answer)[0], query).toBe('@iot.count');
    }
    expect(
      (await sta.read(`${world.temperatures}/Observations?$count=true&$filter=result%20le%204`))['@iot.count'],
    ).toBe(4);
    expect(await sta.read('Things?$count=false')).not.toHaveProperty('@iot.count');
    expect(await sta.read('Things')).not.toHaveProperty('@iot.count');
  });
  test('$filter leaves those for which an expression is true, along relations, too [req request-data/filter]', async () => {
    expect(await things("name eq 'Mast'")).toEqual(['Mast']);
    expect(await things('properties/height gt 3')).toEqual(['Mast']);
    expect(await things("Locations/name eq 'Harbour'")).toEqual(['Door']);
    expect(await things("Datastreams/ObservedProperty/name eq 'State'")).toEqual(['Door']);
    expect(await things('Datastreams/Observations/result gt 11')).toEqual(['Mast']);
    const { value } = await sta.read(
      "Observations?$filter=Datastream/Thing/name%20eq%20'Door'%20and%20result%20eq%20'shut'",
    );
    expect(value).toHaveLength(1);
  });
});

describe('operators [req request-data/built-in-filter-operations]', () => {
  test.each([
    ['result eq 3', [3]],
    ['result ne 3', ALL.filter((r) => r !== 3)],
    ['result gt 10', [11, 12]],
    ['result ge 11', [11, 12]],
    ['result lt 3', [1, 2]],
    ['result le 2', [1, 2]],
    ['result gt 3 and result lt 6', [4, 5]],
    ['result lt 2 or result gt 11', [1, 12]],
    ['not result gt 2', [1, 2]],
    ['result add 5 eq 7', [2]],
    ['result sub 5 eq 7', [12]],
    ['result mul 2 eq 8', [4]],
    ['result div 2 eq 5', [10]],
    ['result mod 5 eq 0', [5, 10]],
    ['(result gt 1 or result lt 0) and result lt 3', [2]],
    ["result eq '3'", [3]],
    ['result in (1,12)', [1, 12]],
    [`phenomenonTime lt ${hour(2)}`, [1, 2]],
    [`phenomenonTime ge ${hour(2)} and phenomenonTime le ${hour(3)}`, [3, 4]],
    [`phenomenonTime gt ${hour(12)} sub duration'PT2H'`, [12]],
  ])('%s', async (filter, wanted) => {
    expect(await results(`$orderby=result&$filter=${filter}`)).toEqual(wanted);
  });
  test('join, nest and bind as the standard says', async () => {
    expect(await results('$filter=result mod 2 eq 0 and not (result lt 10)&$orderby=result')).toEqual([10, 12]);
    expect(await results('$filter=result eq 1 or result gt 5 and result lt 7&$orderby=result')).toEqual([1, 6]);
    expect(await results('$filter=result add 2 mul 3 eq 9&$orderby=result')).toEqual([3]);
  });
});

describe('functions [req request-data/built-in-query-functions]', () => {
  const BOTH = ['Mast', 'Door'];
  const NEAR = "geography'POLYGON((6 50,8 50,8 52,6 52,6 50))'";
  const AT = "geography'POINT(7 51)'";
  test.each([
    // text
    ["substringof('as',name)", ['Mast']],
    ["endswith(name,'or')", ['Door']],
    ["startswith(name,'Ma')", ['Mast']],
    ['length(name) eq 4', BOTH],
    ["indexof(name,'st') eq 2", ['Mast']],
    ["substring(name,1) eq 'ast'", ['Mast']],
    ["substring(name,1,2) eq 'as'", ['Mast']],
    ["tolower(name) eq 'mast'", ['Mast']],
    ["toupper(name) eq 'DOOR'", ['Door']],
    ["trim(' Mast ') eq name", ['Mast']],
    ["concat(name,'s') eq 'Doors'", ['Door']],
    // numbers
    ['round(properties/height div 3) eq 1', BOTH],
    ['floor(properties/height div 3) eq 1', ['Mast']],
    ['ceiling(properties/height div 3) eq 1', ['Door']],
    // geometries
    [`geo.distance(Locations/location,${AT}) lt 0.1`, ['Mast']],
    [`geo.intersects(Locations/location,${NEAR})`, ['Mast']],
    ["geo.length(geography'LINESTRING(0 0,0 1)') gt 0", BOTH],
    [`st_equals(Locations/location,${AT})`, ['Mast']],
    [`st_disjoint(Locations/location,${NEAR})`, ['Door']],
    ["st_touches(Locations/location,geography'POLYGON((7 50,8 50,8 52,7 52,7 50))')", ['Mast']],
    [`st_within(Locations/location,${NEAR})`, ['Mast']],
    [`st_overlaps(${NEAR},geography'POLYGON((7 51,9 51,9 53,7 53,7 51))') and name eq 'Door'`, ['Door']],
    [`st_crosses(geography'LINESTRING(5 51,7 51)',${NEAR}) and name eq 'Door'`, ['Door']],
    [`st_intersects(Locations/location,${NEAR})`, ['Mast']],
    [`st_contains(${NEAR},Locations/location)`, ['Mast']],
    // within, disjoint, and on the border [OGC 06-103r4 §6.1.15.3]
    [`st_relate(Locations/location,${NEAR},'T*F**F***')`, ['Mast']],
    [`st_relate(Locations/location,${NEAR},'FF*FF****')`, ['Door']],
    ["st_relate(Locations/location,geography'POLYGON((7 50,8 50,8 52,7 52,7 50))','F0FFFF212')", ['Mast']],
  ])('%s', async (filter, wanted) => {
    expect(await things(filter)).toEqual(wanted);
  });
  test.each([
    ['year(phenomenonTime) eq 2026', 12],
    ['month(phenomenonTime) eq 1', 12],
    ['day(phenomenonTime) eq 1', 12],
    ['hour(phenomenonTime) eq 5', 1],
    ['minute(phenomenonTime) eq 0', 12],
    ['second(phenomenonTime) eq 0', 12],
    ['fractionalseconds(phenomenonTime) eq 0', 12],
    ['date(phenomenonTime) eq 2026-01-01', 12],
    ['time(phenomenonTime) lt 03:00:00', 3],
    ['totaloffsetminutes(phenomenonTime) eq 0', 12],
    ['phenomenonTime lt now()', 12],
    ['phenomenonTime gt mindatetime()', 12],
    ['phenomenonTime lt maxdatetime()', 12],
  ])('%s', async (filter, wanted) => {
    expect(await results(`$filter=${filter}`)).toHaveLength(wanted);
  });
  test('hold within each other and in $orderby', async () => {
    expect(await things("startswith(tolower(concat(name,'X')),'mast')")).toEqual(['Mast']);
    const { value } = await sta.read('Things?$orderby=length(name),tolower(name)&$select=name');
    expect(value).toEqual([{ name: 'Door' }, { name: 'Mast' }]);
  });
});

describe('pages', () => {
  test('carry @iot.nextLink until the last, and show each entity once [req request-data/pagination]', async () => {
    const seen: number[] = [];
    let next: string | undefined = `${sta.root}/${world.temperatures}/Observations?$top=5&$orderby=result`;
    let pages = 0;
    while (next !== undefined) {
      const page: { value: { result: number }[]; '@iot.nextLink'?: string } = await sta.read(
        next.slice(sta.root.length + 1),
      );
      seen.push(...page.value.map(({ result }) => result));
      next = page['@iot.nextLink'];
      pages++;
    }
    expect([seen, pages]).toEqual([ALL, 3]);
  });
  test('are made by the hub where the client sets no $top [req request-data/pagination]', async () => {
    for (let i = 0; i < 101; i++) await sta.create('Locations', location(`place ${i}`, 1, 1));
    const first = await sta.read("Locations?$filter=startswith(name,'place')");
    expect(first.value).toHaveLength(100);
    const second = await sta.read(first['@iot.nextLink'].slice(sta.root.length + 1));
    expect(second.value).toHaveLength(1);
    expect(second).not.toHaveProperty('@iot.nextLink');
  });
});
