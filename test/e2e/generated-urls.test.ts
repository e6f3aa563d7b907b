/**
 * Addresses made by chance against a running hub: no 500, every body in its format, no error logged, and enough of them
 * answered 200 that the rest of the chain was reached. Short here; all of the hundred thousand by
 * `GENERATED_URLS=100000 npm test test/e2e/generated-urls.test.ts`, other ones with `GENERATED_SEED=2`, on a real InfluxDB
 * with `TEST_STORE=influxdb`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Api,
  api,
  FUNCTION_NAMES,
  GRAMMAR,
  generateUrls,
  newStage,
  OPTION_NAMES,
  type RunningHub,
  stored,
  testStore,
  uplink,
  uplinkDevices,
} from '../support/index.ts';

const URLS = Number(process.env.GENERATED_URLS ?? 5000);
const SEED = Number(process.env.GENERATED_SEED ?? 20_261_121);
/** Requests under way: fewer than one address may have. */
const CLIENTS = 8;
const EXPECTED = new Set([200, 204, 400, 404, 501]);

const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0';
const named = (name: string) => ({ name, description: `about ${name}` });
const unit = (symbol: string) => ({ name: symbol, symbol, definition: `ucum:${symbol}` });

/** A weather mast as a client of the API makes it, with everything that readings of devices don't have. */
const MAST = {
  ...named('Weather mast'),
  properties: { 'a b': 1, height: '10', tags: ['x', 2] },
  Locations: [
    { ...named('Roof'), encodingType: 'application/geo+json', location: { type: 'Point', coordinates: [9.99, 48.4] } },
  ],
  Datastreams: [
    {
      ...named('Sky'),
      observationType: `${OM}/OM_CategoryObservation`,
      unitOfMeasurement: unit('1'),
      Sensor: { ...named('Eyes'), encodingType: 'text/html', metadata: { by: 'hand' } },
      ObservedProperty: { ...named('sky'), definition: 'https://example.org/sky' },
      Observations: [
        { phenomenonTime: '2026-05-01T00:00:00Z', result: 'clear', parameters: { who: 'me' } },
        {
          phenomenonTime: '2026-05-01T01:00:00Z/2026-05-01T02:00:00Z',
          resultTime: '2026-05-01T03:00:00Z',
          validTime: '2026-05-01T00:00:00Z/2026-05-02T00:00:00Z',
          result: 7,
        },
        { phenomenonTime: '2026-05-01T04:00:00Z', result: true, resultQuality: { ok: true } },
        { phenomenonTime: '2026-05-01T05:00:00Z', result: { deep: [1, { er: null }] } },
      ],
    },
  ],
  MultiDatastreams: [
    {
      ...named('Wind'),
      observationType: `${OM}/OM_ComplexObservation`,
      multiObservationDataTypes: [`${OM}/OM_Measurement`, `${OM}/OM_Measurement`],
      unitOfMeasurements: [unit('m/s'), unit('deg')],
      Sensor: { ...named('Vane'), encodingType: 'text/html', metadata: 'https://example.org/vane' },
      ObservedProperties: [
        { ...named('speed'), definition: 'https://example.org/speed' },
        { ...named('direction'), definition: 'https://example.org/direction' },
      ],
      Observations: Array.from({ length: 12 }, (_, hour) => ({
        phenomenonTime: new Date(Date.UTC(2026, 4, 1, hour)).toISOString(),
        result: [hour, hour * 30],
      })),
    },
  ],
};

describe('addresses made by chance', () => {
  const stage = newStage();
  afterAll(() => stage.end());
  let hub: RunningHub;
  let open: Api;
  const ids: Record<string, string[]> = {};

  beforeAll(async () => {
    const { options } = await testStore(stage);
    hub = await stage.hub({ options: { 'access.anonymousReads': 'everything', ...options('urls') } });
    const admin = api(hub, hub.tokens.admin);
    open = api(hub);
    await admin.import(uplinkDevices());
    const ingest = api(hub, hub.tokens.ingest);
    for (let i = 0; i < 600; i++) await ingest.post('/ingest/chirpstack?event=up', uplink(i).body);
    const mast = await admin.post('/v1.1/Things', MAST);
    expect(mast.status, mast.text).toBe(201);
    await stored(hub, hub.tokens.admin);
    for (const set of Object.keys(GRAMMAR)) {
      // Both ends of a set: what devices made, and what came over the API.
      const pages = await Promise.all(
        ['id', 'id desc'].map((order) => open.get(`/v1.1/${set}?$top=20&$select=id&$orderby=${order}`)),
      );
      ids[set] = pages.flatMap(({ text }) => [...text.matchAll(/"@iot\.id":(\d+)/g)].map((m) => m[1] as string));
      expect(ids[set].length, set).toBeGreaterThan(0);
    }
  });

  test(`${URLS} of them are answered without a 500, a third and more with 200`, async () => {
    const answers = new Map<number, number>();
    const wrong: string[] = [];
    const visited = new Set<string>();
    const words = [...Object.keys(GRAMMAR), ...FUNCTION_NAMES.map((f) => `${f}(`), ...OPTION_NAMES];
    const urls = generateUrls(SEED, ids);
    let left = URLS;
    const client = async () => {
      while (left > 0) {
        left--;
        const url = urls.next().value as string;
        const { status, headers, text, json } = await open.get(`/v1.1/${url}`);
        answers.set(status, (answers.get(status) ?? 0) + 1);
        const isJson = /json/.test(headers.get('content-type') ?? '');
        const problem = !EXPECTED.has(status)
          ? `${status} ${text.slice(0, 300)}`
          : isJson && json === undefined
            ? `no JSON: ${text.slice(0, 300)}`
            : status >= 400 && !/^[a-zA-Z]+(\.[a-zA-Z]+)?$/.test(json?.code ?? '')
              ? `no code: ${text.slice(0, 300)}`
              : null;
        if (problem !== null && wrong.length < 20) wrong.push(`${decodeURIComponent(url)}\n  ${problem}`);
        if (status !== 200) continue;
        const plain = decodeURIComponent(url.replaceAll('+', ' '));
        for (const word of words) if (plain.includes(word)) visited.add(word);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    const tally = [...answers].sort((a, b) => a[0] - b[0]).map(([status, count]) => `${status}: ${count}`);
    process.stdout.write(`${URLS} generated addresses (seed ${SEED}) ▸ ${tally.join(', ')}\n`);
    expect(wrong.join('\n')).toBe('');
    expect([...answers.values()].reduce((a, b) => a + b, 0)).toBe(URLS);
    expect(answers.get(200) ?? 0).toBeGreaterThan(URLS * 0.3);
    // Every set, function and option was part of an address that was answered.
    if (URLS >= 5000) expect(words.filter((word) => !visited.has(word))).toEqual([]);
    const lines = `${hub.output.stdout}\n${hub.output.stderr}`.split('\n');
    expect(lines.filter((line) => /"level":[56]0/.test(line))).toEqual([]);
  }, 1_800_000);
});
