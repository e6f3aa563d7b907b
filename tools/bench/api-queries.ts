/** What the bench asks of the API, with what must come back and how long it may take. */
import { LAYER, placeOf, SERVICE, YEAR_STREAM } from './api-catalogue.ts';
import type { Fetched, Page } from './api-client.ts';
import { type Plan, RARE, silentOnes, silentSince, YEAR_ROWS } from './api-rows.ts';

export interface Question {
  readonly name: string;
  /** Behind the root, not yet percent-encoded. */
  readonly path: string;
  /** Milliseconds for the second run on 10,000 Datastreams and 10 million Observations; null: no figure is asked. */
  readonly needed: number | null;
  /** null: the answer is right; else what is wrong. */
  check(answer: Fetched): string | null;
}

const PAGE = 10_000;
/** A pentagon over the middle of the grid, west to east about 150 columns. */
const AREA = [
  [9.85, 53.401],
  [9.99, 53.4005],
  [10.06, 53.415],
  [9.95, 53.45],
  [9.83, 53.43],
  [9.85, 53.401],
] as const;

/** Masterportal asks this for each layer when a map is opened. */
export const FIRST_LOAD = `Datastreams?$filter=properties/serviceName eq '${SERVICE}' and properties/layerName eq '${LAYER}'&$expand=Observations($orderby=phenomenonTime desc;$top=1),Thing($expand=Locations)&$top=${PAGE}`;

/** Every row must be looked at: results like these are anywhere. */
export const SCAN = `Observations?$filter=result gt ${RARE.above} and result lt ${RARE.below}&$top=${PAGE}&$select=result`;

export function questions(plan: Plan): Question[] {
  const wkt = AREA.map((point) => point.join(' ')).join(',');
  let within = 0;
  for (let id = 1; id <= plan.datastreams; id++) if (isWithin(placeOf(id))) within++;
  const silent = new Date(silentSince(plan)).toISOString();
  const year = (rows: (page: Page) => number) => (answer: Fetched) =>
    expected(YEAR_ROWS, sum(answer.pages, rows), 'Observations');
  return [
    {
      name: "Masterportal's first load, every Datastream with value, Thing and place",
      path: FIRST_LOAD,
      needed: 300,
      check: (answer) => checkFirstLoad(plan, answer),
    },
    {
      name: 'Things?$filter=Datastreams/phenomenonTime lt … (which are silent?)',
      path: `Things?$filter=Datastreams/phenomenonTime lt ${silent}&$top=${PAGE}`,
      needed: 100,
      check: ({ pages }) => expected(silentOnes(plan), sum(pages, entities), 'Things'),
    },
    {
      name: `one Datastream's year, ${YEAR_ROWS.toLocaleString('en')} Observations, dataArray`,
      path: `Datastreams(${YEAR_STREAM})/Observations?$resultFormat=dataArray&$top=40000`,
      needed: 150,
      check: year(({ value }) => sum(value as { dataArray: unknown[] }[], ({ dataArray }) => dataArray.length)),
    },
    {
      name: 'the same as plain JSON, oldest first',
      path: `Datastreams(${YEAR_STREAM})/Observations?$orderby=phenomenonTime asc&$top=40000`,
      needed: null,
      check: year(entities),
    },
    {
      name: 'Observations?$count=true&$top=0',
      path: 'Observations?$count=true&$top=0',
      needed: 10,
      check: ({ pages }) => expected(plan.observations, pages[0]?.['@iot.count'] ?? -1, 'counted'),
    },
    {
      name: 'Things?$filter=st_within(Locations/location, a pentagon)',
      path: `Things?$filter=st_within(Locations/location,geography'POLYGON((${wkt}))')&$top=${PAGE}&$select=id,name`,
      needed: 50,
      check: ({ pages }) => expected(within, sum(pages, entities), 'Things'),
    },
  ];
}

/** How many rows the scan must find. */
export function checkScan(rare: number, { pages }: Fetched): string | null {
  return expected(rare, sum(pages, entities), 'rare Observations');
}

function checkFirstLoad(plan: Plan, { pages }: Fetched): string | null {
  const streams = pages.flatMap(({ value }) => value) as FirstLoaded[];
  const ids = new Set(streams.map((stream) => stream['@iot.id']));
  for (const stream of streams) {
    if (stream.Observations.length !== 1 || stream.Observations[0]?.phenomenonTime === undefined)
      return `Datastream ${stream['@iot.id']} has ${stream.Observations.length} Observations`;
    const [place] = stream.Thing.Locations;
    const [x, y] = placeOf(stream['@iot.id']);
    if (place?.location.coordinates[0] !== x || place.location.coordinates[1] !== y)
      return `Datastream ${stream['@iot.id']} stands elsewhere`;
  }
  return (
    expected(plan.datastreams, ids.size, 'Datastreams') ?? expected(ids.size, streams.length, 'without repetition')
  );
}

interface FirstLoaded {
  readonly '@iot.id': number;
  readonly Observations: readonly { readonly phenomenonTime?: string }[];
  readonly Thing: { readonly Locations: readonly { readonly location: { readonly coordinates: readonly number[] } }[] };
}

function isWithin([x, y]: readonly [number, number]): boolean {
  return AREA.slice(1).every(([bx, by], i) => {
    const [ax, ay] = AREA[i] as readonly [number, number];
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0;
  });
}

const entities = ({ value }: Page): number => value.length;

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

function expected(wanted: number, got: number, what: string): string | null {
  return wanted === got ? null : `${got.toLocaleString('en')} ${what} instead of ${wanted.toLocaleString('en')}`;
}
