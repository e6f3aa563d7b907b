/** The map as a citizen sees it: a real browser, a real hub, an uplink through the front door. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Api,
  api,
  chirpstackUp,
  type MqttConnection,
  mqttConnection,
  needs,
  newStage,
  type RunningHub,
  until,
} from '../support/index.ts';

const executablePath = needs('chromium');
const BAY = 'c0ffee0000000001';
const BIN = 'c0ffee0000000002';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** What the map draws for a Thing; null: nothing yet. */
interface Look {
  readonly state: string;
  readonly colour: string;
}

describe.skipIf(executablePath === null)('the map in a browser', () => {
  const stage = newStage();
  let hub: RunningHub;
  let operator: Api;
  let browser: Browser;
  let network: MqttConnection;
  let bay: number;
  let fCnt = 0;

  beforeAll(async () => {
    hub = await stage.hub();
    operator = api(hub, hub.tokens.admin);
    await operator.import({
      organisations: [{ id: 'solingen', name: 'Stadt Solingen' }],
      things: [
        { key: 'solingen', name: 'Solingen', organisation: 'solingen' },
        {
          key: 'place',
          name: 'Rathaus',
          organisation: 'solingen',
          parent: 'solingen',
          location: { type: 'Point', coordinates: [7.084, 51.1766] },
        },
        {
          key: 'bay',
          name: 'Stellplatz 1',
          organisation: 'solingen',
          parent: 'place',
          location: { type: 'Point', coordinates: [7.084, 51.1766] },
        },
        {
          key: 'bin',
          name: 'Papierkorb 1',
          organisation: 'solingen',
          parent: 'place',
          location: { type: 'Point', coordinates: [7.0845, 51.1768] },
        },
      ],
      devices: [
        { key: BAY, organisation: 'solingen', thing: 'bay', model: 'bosch/tps110-0292', visibility: 'public' },
        { key: BIN, organisation: 'solingen', thing: 'bin', model: 'dingtek/df702', visibility: 'internal' },
      ],
    });
    const things = await operator.get("/v1.1/Things?$filter=name eq 'Stellplatz 1'&$select=id");
    bay = things.json.value[0]['@iot.id'];
    network = await mqttConnection({ port: hub.ports.mqtt, clientId: 'network' });
    stage.later(() => network.close());
    await occupied(true);
    browser = await chromium.launch({ executablePath: executablePath as string, args: ARGUMENTS });
    stage.later(() => browser.close());
  }, 120_000);
  afterAll(() => stage.end());

  /** An uplink of the bay; resolves with its acknowledgement. */
  async function occupied(value: boolean): Promise<void> {
    fCnt += 1;
    const frame = { devEui: BAY, hex: value ? '01' : '00', fPort: 1, fCnt, time: new Date().toISOString() };
    const { topic, body } = chirpstackUp(frame, `00000000-0000-4000-8000-${String(fCnt).padStart(12, '0')}`);
    await network.deliver(topic, body);
  }

  async function open(
    path: string,
    width: number,
    height: number,
    locale: string,
  ): Promise<{ page: Page; faults: string[] }> {
    const context = await browser.newContext({ viewport: { width, height }, locale, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(hub.base) && !/^(data|blob):/.test(request.url()))
        faults.push(`asked a stranger: ${request.url()}`);
    });
    await page.goto(`${hub.base}${path}`);
    await page.locator('html[data-ready="true"]').waitFor({ state: 'attached', timeout: 60_000 });
    return { page, faults };
  }

  // text, because this runs in the browser, whose types the server's code does not know
  const lookOf = (page: Page): Promise<Look | null> =>
    page.evaluate(`(() => {
      const find = (root) => {
        for (const element of root.querySelectorAll('*')) {
          if (element.localName === 'sp-map') return element;
          const inside = element.shadowRoot === null ? null : find(element.shadowRoot);
          if (inside !== null) return inside;
        }
        return null;
      };
      return find(document)?.stateOf(${bay}) ?? null;
    })()`);

  it.each([
    ['desktop, German', '/', 1440, 900, 'de-DE', 'Freie Stellplätze'],
    ['phone, English', '/?lang=en', 390, 844, 'en-GB', 'Free parking bays'],
  ])(
    'shows a bay that changes within a second of its uplink (%s)',
    async (_, path, width, height, locale, words) => {
      const { page, faults } = await open(path, width, height, locale);
      for (const [value, state] of [
        [false, 'free'],
        [true, 'occupied'],
        [false, 'free'],
        [true, 'occupied'],
      ] as const) {
        const before = await lookOf(page);
        const began = performance.now();
        await occupied(value);
        const after = await until(`the bay is drawn as ${state}`, async () => {
          const look = await lookOf(page);
          return look?.state === state ? look : null;
        });
        expect(performance.now() - began).toBeLessThan(1000);
        if (before !== null && before.state !== state) expect(after.colour).not.toBe(before.colour);
      }
      expect(await page.locator(`text=${words}`).first().isVisible()).toBe(true);
      expect(faults).toEqual([]);
      await page.context().close();
    },
    120_000,
  );

  it('does not know of what is internal', async () => {
    const { page } = await open('/', 1440, 900, 'de-DE');
    expect(await page.content()).not.toContain('Papierkorb 1');
    const anonymous = await api(hub).get('/v1.1/Things?$select=name');
    expect(anonymous.json.value.map((thing: { name: string }) => thing.name)).not.toContain('Papierkorb 1');
    const admin = await operator.get('/v1.1/Things?$select=name');
    expect(admin.json.value.map((thing: { name: string }) => thing.name)).toContain('Papierkorb 1');
    await page.context().close();
  }, 60_000);

  /** Makes an entity over SensorThings; its id. */
  async function make(path: string, entity: object): Promise<number> {
    const { status, headers, text } = await operator.post(`/v1.1/${path}`, entity);
    if (status !== 201) throw new Error(`${path}: ${status} ${text}`);
    return Number(/\((\d+)\)$/.exec(headers.get('location') ?? '')?.[1]);
  }
  async function change(method: 'PATCH' | 'DELETE', path: string, body?: object): Promise<void> {
    const headers = { authorization: `Bearer ${hub.tokens.admin}`, 'content-type': 'application/json' };
    const answer = await fetch(`${hub.base}${path}`, { method, headers, body: body ? JSON.stringify(body) : null });
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  }
  const property = (name: string) => ({ name, description: '', definition: `https://example.org/${name}` });
  const SENSOR = { name: 'By hand', description: '', encodingType: 'text/html', metadata: 'https://example.org' };
  const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/';
  const UNIT = { name: null, symbol: null, definition: null };
  const streamOf = (name: string, results: readonly unknown[], visibility = 'public') => ({
    name,
    description: '',
    observationType: `${OM}OM_Observation`,
    unitOfMeasurement: UNIT,
    properties: { visibility, domain: 'energy' },
    Sensor: SENSOR,
    ObservedProperty: property(name),
    Observations: results.map((result) => ({ result })),
  });
  const place = (longitude: number) => ({
    name: 'Place',
    description: '',
    encodingType: 'application/geo+json',
    location: { type: 'Point', coordinates: [longitude, 51.1771] },
  });
  const thing = (name: string, longitude: number, more: object) => ({
    name,
    description: '',
    Locations: [place(longitude)],
    ...more,
  });
  /** What the row of a Thing says in the list; null: it has none. */
  const rowOf = async (page: Page, name: string) => {
    // without waiting: the row may go at any moment
    const [row] = await page.locator('sp-list tr', { hasText: name }).allInnerTexts();
    return row?.replaceAll(/\s+/g, ' ') ?? null;
  };

  it('shows what people write over SensorThings: texts, truths, arrays, huge numbers', async () => {
    const column = thing('Ladesäule', 7.085, {
      Datastreams: [streamOf('Status', ['available']), streamOf('Störung', [false]), streamOf('Werte', [{ a: 1 }])],
    });
    const lamp = thing('Laterne', 7.0855, { Datastreams: [streamOf('An', [true])] });
    const huge = thing('Zähler', 7.086, { Datastreams: [streamOf('Zähler', [1e300])] });
    const silent = thing('Leer', 7.0865, { Datastreams: [streamOf('Leer', [null])] });
    const weather = thing('Wetterhütte', 7.087, {
      MultiDatastreams: [
        {
          name: 'Wetter',
          description: '',
          observationType: `${OM}OM_ComplexObservation`,
          multiObservationDataTypes: [`${OM}OM_Measurement`, `${OM}OM_Observation`],
          unitOfMeasurements: [{ name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' }, UNIT],
          properties: { visibility: 'public', domain: 'climate' },
          Sensor: SENSOR,
          ObservedProperties: [property('Temperatur'), property('Himmel')],
          Observations: [{ result: [21.5, 'heiter'] }],
        },
      ],
    });
    for (const entity of [column, lamp, huge, silent, weather]) await make('Things', entity);
    const { page, faults } = await open('/?view=list', 1440, 900, 'de-DE');
    const said = [
      ['Ladesäule', 'available'],
      ['Laterne', 'ja'],
      ['Zähler', '1 · 10³⁰⁰'],
      ['Leer', 'kein Wert'],
      ['Wetterhütte', '21,5 °C'],
    ] as const;
    for (const [name, value] of said)
      await until(`${name} is in the list`, async () => (await rowOf(page, name))?.includes(value));
    await page.getByRole('button', { name: 'Ladesäule' }).click();
    const panel = page.locator('sp-panel');
    const spoken = async () => (await panel.locator('h2, p, li').allInnerTexts()).join('\n');
    await until('the panel speaks', async () => (await spoken()).includes('available'));
    const words = await spoken();
    expect(words).toContain('gemeldet gerade eben');
    expect(words).toContain('{"a":1}');
    expect(words).toContain('nein');
    expect(words).not.toMatch(/unverändert|unbekannt|Keine Meldung/i);
    await page.getByRole('button', { name: 'Wetterhütte' }).click();
    await until('each element has its name', async () => /Himmel\s+heiter/.test(await spoken()));
    expect(await panel.getByRole('link').getAttribute('href')).toContain('MultiDatastreams(');
    // wider than the screen would mean that one number breaks the table
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(faults).toEqual([]);
    await page.context().close();
  }, 60_000);

  it('follows what is made, renamed, corrected, withdrawn and deleted, without a reload', async () => {
    const { page, faults } = await open('/?view=list', 390, 844, 'de-DE');
    const shows = (name: string, value: string | null) =>
      until(`${name} shows ${value}`, async () => {
        const row = await rowOf(page, name);
        return value === null ? row === null : row?.includes(value);
      });
    const streams = { Datastreams: [streamOf('Tür', ['zu']), streamOf('Gast', ['nein'], 'internal')] };
    const id = await make('Things', thing('Hütte', 7.0845, streams));
    await shows('Hütte', 'zu');
    expect(await page.content()).not.toContain('Gast');
    const { json } = await operator.get(`/v1.1/Things(${id})/Datastreams?$filter=name eq 'Tür'&$select=id`);
    const door = json.value[0]['@iot.id'];
    const newest = await make(`Datastreams(${door})/Observations`, { result: 'offen' });
    await shows('Hütte', 'offen');
    await change('DELETE', `/v1.1/Observations(${newest})`);
    await shows('Hütte', 'zu');
    await change('PATCH', `/v1.1/Things(${id})`, { name: 'Almhütte' });
    await shows('Almhütte', 'zu');
    await page.getByRole('button', { name: 'Almhütte' }).click();
    expect(await page.locator('sp-panel').count()).toBe(1);
    const visible = (visibility: string) =>
      change('PATCH', `/v1.1/Datastreams(${door})`, { properties: { visibility, domain: 'building' } });
    await visible('internal');
    await shows('Almhütte', null);
    expect(await page.locator('sp-panel').count()).toBe(0);
    await visible('public');
    await shows('Almhütte', 'zu');
    await change('DELETE', `/v1.1/Things(${id})`);
    await shows('Almhütte', null);
    expect(faults).toEqual([]);
    await page.context().close();
  }, 60_000);
});
