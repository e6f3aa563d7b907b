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
});
