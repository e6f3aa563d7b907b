/** The operator's page as an operator sees it: a real browser, a real hub over a real InfluxDB, things that go wrong and are mended. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Api,
  api,
  chirpstackUp,
  type InfluxServer,
  influxServer,
  mqttConnection,
  needs,
  newStage,
  type RunningHub,
  stored,
  until,
} from '../support/index.ts';

const executablePath = needs('chromium');
const isMissing = [executablePath, needs('influxd')].includes(null);
const DEVICE = '24e124136b325678';
const STRANGER = '24e124136b50aaaa';
const SECTIONS = ['overview', 'letters', 'again', 'retention', 'backups'];

/** A node of the browser, whose types the server's code does not know. */
interface PageNode {
  readonly nodeName: string;
  readonly data?: string;
  readonly shadowRoot?: PageNode | null;
  readonly childNodes: Iterable<PageNode>;
}

/** The words in a node and in the shadows below it: runs in the browser, where `innerText` ends at a shadow. */
function visibleWords(element: unknown): string {
  const words = (node: PageNode): string => {
    if (node.nodeName === '#text') return node.data ?? '';
    if (node.nodeName === 'STYLE') return '';
    return `${[...(node.shadowRoot ?? node).childNodes].map(words).join('')} `;
  };
  return words(element as PageNode).replaceAll(/\s+/g, ' ');
}

describe.skipIf(isMissing)('the page of the operator', () => {
  const stage = newStage();
  let influx: InfluxServer;
  let hub: RunningHub;
  let admin: Api;
  let browser: Browser;
  let sent = 0;

  /** Where the level of a gauge stands in its messages. */
  const start = (path: string) =>
    stage.hub({
      config: stage.file(
        `${path}.yaml`,
        `http: { site: { name: Stadtpegel Ulm } }
backup: { folder: ${stage.path('backups')} }
mqtt:
  mappings:
    - topic: gauges/+id
      device: '{id}'
      values:
        waterLevel: { path: .${path} }
`,
      ),
      options: {
        'timeseries.store': 'influxdb',
        'timeseries.influxdb.url': influx.url,
        'timeseries.influxdb.requestMs': 1000,
        'ingest.storeWaitMs': 500,
      },
    });
  const deliver = async (topic: string, body: string) => {
    const network = await mqttConnection({ port: hub.ports.mqtt, clientId: 'network', password: hub.tokens.ingest });
    await network.deliver(topic, body);
    network.close();
  };
  const send = (devEui: string) => {
    const frame = { devEui, fPort: 85, fCnt: sent++, hex: '0367cf00', time: new Date().toISOString() };
    const { topic, body } = chirpstackUp(frame, `uplink-${sent}`);
    return deliver(topic, body);
  };

  beforeAll(async () => {
    influx = await influxServer(stage.path('influx'));
    stage.later(() => influx.kill());
    hub = await start('level');
    admin = api(hub, hub.tokens.admin);
    await admin.import({
      organisations: [{ id: 'ulm', name: 'Ulm' }],
      things: [{ key: 'bridge', name: 'Brücke', organisation: 'ulm' }],
      devices: [
        { key: DEVICE, organisation: 'ulm', thing: 'bridge', model: 'milesight/em300-th' },
        {
          key: 'mqtt:g1',
          name: 'Pegel 1',
          organisation: 'ulm',
          thing: 'bridge',
          channels: { waterLevel: 'waterLevel' },
        },
      ],
    });
    await deliver('gauges/g1', JSON.stringify({ level: '140 cm', metres: 1.4 }));
    await send(STRANGER);
    await stored(hub, hub.tokens.admin);
    await hub.stop();
    hub = await start('metres');
    admin = api(hub, hub.tokens.admin);
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    stage.later(() => browser.close());
  }, 120_000);
  afterAll(() => stage.end());

  async function open(width = 1440, height = 900, locale = 'de-DE') {
    const context = await browser.newContext({ viewport: { width, height }, locale, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      // an answer of the hub that says no is none of the page's faults
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        faults.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(hub.base)) faults.push(`asked a stranger: ${request.url()}`);
      if (request.url().includes(hub.tokens.admin)) faults.push('the token stands in an address');
    });
    await page.goto(`${hub.base}/operator`);
    await page.locator('html[data-ready="true"]').waitFor({ state: 'attached' });
    return { page, context, faults };
  }
  async function logIn(page: Page, token = hub.tokens.admin): Promise<void> {
    await page.locator('input[name=token]').fill(token);
    await page.locator('sp-login button').click();
  }
  async function opened(...size: Parameters<typeof open>) {
    const all = await open(...size);
    await logIn(all.page);
    await all.page.locator('.verdict').waitFor();
    return all;
  }
  /** Everything that stands on the page, or in one element of it. */
  const wordsOf = (page: Page, selector = 'sp-operator') => page.locator(selector).first().evaluate(visibleWords);
  const go = async (page: Page, hash: string) => {
    await page.evaluate(`location.hash = '${hash}'`);
    const [section = ''] = hash.split('/');
    await page
      .locator(hash.includes('/') ? 'sp-letter h2' : `sp-${section} h2`)
      .first()
      .waitFor();
  };

  it('shows nothing to whoever has no token, or a wrong one, or one that may not administer', async () => {
    const { page, context, faults } = await open();
    const bare = await wordsOf(page);
    expect(bare).toContain('Anmelden');
    expect(bare).not.toMatch(/Ulm|Übersicht|Abmelden/);
    for (const [token, words] of [
      ['wrong-token-0123456789', 'Diesen Schlüssel kennt der Hub nicht.'],
      [hub.tokens.ingest, 'Dieser Schlüssel darf nicht verwalten.'],
    ] as const) {
      await logIn(page, token);
      await until(words, async () => (await page.locator('[role=alert]').allInnerTexts()).join().includes(words));
      expect(await page.locator('.sections').count()).toBe(0);
    }
    expect(await page.evaluate('sessionStorage.length + localStorage.length')).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  }, 60_000);

  it('keeps the token in this tab only, and forgets it at the log-out', async () => {
    const { page, context, faults } = await opened();
    expect(await page.evaluate('[sessionStorage.length, localStorage.length, document.cookie]')).toEqual([1, 0, '']);
    await page.reload();
    await page.locator('.verdict').waitFor();
    expect(await page.title()).toContain('Stadtpegel Ulm');
    const other = await context.newPage();
    await other.goto(`${hub.base}/operator`);
    await other.locator('input[name=token]').waitFor();
    await page.getByRole('button', { name: 'Abmelden' }).click();
    await page.locator('input[name=token]').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    expect(await page.locator('sp-overview').count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  }, 60_000);

  it('says when the store goes, what to do and how far it is behind, and when it is there again', async () => {
    const { page, context, faults } = await opened();
    const store = (state: string) => page.locator(`.store[data-store="${state}"]`).waitFor({ timeout: 30_000 });
    await store('works');
    const calm = await wordsOf(page, 'sp-overview');
    expect(calm).toMatch(/Frei für Journal und Daten\s*[\d.,]+ [MGT]iB/);
    expect(calm).toMatch(/Geräte\s*2/);
    expect(calm).toMatch(/Letzte Sicherung\s*keine/);
    await influx.kill();
    for (let i = 0; i < 5; i++) await send(DEVICE);
    await store('waits');
    const words = await wordsOf(page, 'sp-overview');
    expect(words).toContain('Der Speicher nimmt nichts an');
    expect(words).toContain('Starten Sie ihn');
    expect(words).toContain('ECONNREFUSED');
    expect(words).toContain('nimmt an und bestätigt');
    expect(words).toMatch(/Fehlt im Speicher\s*[5-9]\d* Datensätze/);
    expect(await page.title()).toMatch(/^▲/);
    await influx.start();
    await store('works');
    await until('nothing is missed', async () => /Fehlt im Speicher\s*nichts/.test(await wordsOf(page, '.store')));
    expect(await page.title()).not.toMatch(/^[▲✕]/);
    expect(faults).toEqual([]);
    await context.close();
  }, 90_000);

  it('heals a dead letter after a trial run, and dismisses another with a reason', async () => {
    const { page, context, faults } = await opened();
    await page.locator('.sections a', { hasText: 'Nicht verstanden' }).click();
    const row = page.locator('.list a', { hasText: 'Der Messwert hat einen anderen Typ als sein Kanal' });
    await row.click();
    await until('what it would be now', async () =>
      (await wordsOf(page, 'sp-letter')).includes('Käme sie jetzt an, ergäbe sie 1 Messwert.'),
    );
    expect(await page.locator('sp-letter .hex').textContent()).toContain('{"level":"140 c');
    await page.getByRole('button', { name: 'Neu dekodieren' }).click();
    await page.locator('sp-letter-actions', { hasText: '1 Nachricht ergibt jetzt Messwerte' }).waitFor();
    const streams = await admin.datastreams('mqtt:g1');
    expect(await admin.observations(streams.waterLevel as number)).toEqual([]);
    await page.getByRole('button', { name: 'Jetzt dekodieren' }).click();
    await page.locator('sp-letter-actions', { hasText: '1 Nachricht wurde dekodiert' }).waitFor();
    expect((await admin.observations(streams.waterLevel as number)).map(([, result]) => result)).toEqual([1.4]);

    await page.getByRole('link', { name: 'Zurück zur Liste' }).click();
    await until('the list is shorter', async () => (await page.locator('.list a').count()) === 1);
    await page.getByRole('button', { name: 'Alle neu dekodieren' }).click();
    await page.locator('sp-letter-actions', { hasText: 'Jetzt würde noch keine davon verstanden' }).waitFor();
    await page.getByRole('button', { name: 'Abbrechen' }).click();
    await page.getByRole('button', { name: 'Alle verwerfen' }).click();
    await page.locator('input[name=reason]').fill('ein Gerät in der Werkstatt');
    await page.getByRole('button', { name: 'Verwerfen', exact: true }).click();
    await page.getByText('Hier ist nichts: Alle Nachrichten wurden verstanden.').waitFor();
    expect((await admin.get('/admin/dead-letters')).json.counts).toEqual({});
    expect(faults).toEqual([]);
    await context.close();
  }, 60_000);

  it('holds evidence, refuses to erase it with what to do, and lifts the freeze with a reason', async () => {
    const { page, context, faults } = await opened();
    await go(page, 'retention');
    const freezes = page.locator('sp-freezes');
    await freezes.getByRole('button', { name: 'Festhalten …' }).click();
    await freezes.locator('select').selectOption('all');
    await freezes.locator('input[name=reason]').fill('Unfall, Az. 12/26');
    // as a hub answers whose store is away
    await page.route('**/admin/freezes', async (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), settled: false } });
    });
    await freezes.getByRole('button', { name: 'Festhalten', exact: true }).click();
    await freezes.locator('[data-freeze]', { hasText: 'Unfall, Az. 12/26' }).waitFor();
    await freezes.getByText('Der Speicher hat aber noch nicht gesagt').waitFor();
    expect((await admin.get('/admin/freezes')).json.freezes).toMatchObject([
      { reason: 'Unfall, Az. 12/26', lifted: null },
    ]);

    const erasures = page.locator('sp-erasures');
    await erasures.getByRole('button', { name: 'Löschen anordnen …' }).click();
    await erasures.locator('input[name=value]').fill('mqtt:g1');
    await erasures.locator('input[name=reason]').fill('Art. 17 DSGVO');
    await erasures.getByRole('button', { name: 'Weiter' }).click();
    const erase = erasures.getByRole('button', { name: 'Endgültig löschen' });
    await erasures.locator('input[name=name]').fill('Pegel');
    expect(await erase.isDisabled()).toBe(true);
    await erasures.locator('input[name=name]').fill('Pegel 1');
    await erase.click();
    await erasures.locator('[role=alert]', { hasText: 'request.conflict' }).waitFor();
    expect(await erasures.locator('[role=alert]').innerText()).toContain('Was zu tun ist');

    await freezes.getByRole('button', { name: 'Aufheben …' }).click();
    await freezes.locator('form.lift input').fill('Das Gericht hat entschieden');
    await freezes.getByRole('button', { name: 'Aufheben', exact: true }).click();
    await freezes.getByText('Aufgehobene (1)').waitFor();
    await erase.click();
    await erasures.locator('[data-erasure]', { hasText: 'erledigt' }).waitFor({ timeout: 30_000 });
    await erasures.getByRole('button', { name: 'Beleg ansehen' }).click();
    expect(await erasures.locator('.receipt').innerText()).toContain('"orderedBy": "admin"');
    const streams = await admin.datastreams('mqtt:g1');
    expect(await admin.observations(streams.waterLevel as number)).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  }, 90_000);

  it('makes a backup and a trial run, in English on a phone, where nothing is wider than the screen', async () => {
    const { page, context, faults } = await opened(390, 844, 'en-GB');
    await go(page, 'backups');
    await page.getByText('There is none yet.').waitFor();
    await page.getByRole('button', { name: 'Back up now' }).click();
    await page.locator('sp-backups .list li').waitFor({ timeout: 30_000 });
    expect((await admin.get('/admin/backups')).json.backups).toHaveLength(1);
    await go(page, 'again');
    await page.locator('input[name=value]').fill('milesight/em300-th');
    await page.getByRole('button', { name: 'Trial run' }).click();
    await page.locator('.job.well', { hasText: 'Model milesight/em300-th, all messages' }).waitFor({ timeout: 30_000 });
    for (const section of SECTIONS) {
      await go(page, section);
      expect([section, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([
        section,
        true,
      ]);
    }
    expect(faults).toEqual([]);
    await context.close();
  }, 90_000);

  it('can be used with the keyboard alone', async () => {
    const { page, context } = await open();
    await page.keyboard.type(hub.tokens.admin);
    await page.keyboard.press('Enter');
    await page.locator('.verdict').waitFor();
    await page.locator('.skip').focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.localName')).toBe('main');
    await page.locator('.sections a', { hasText: 'Sicherungen' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('sp-backups h2').waitFor();
    await context.close();
  }, 60_000);

  it('says when the hub does not answer, and shows the last known state as such', async () => {
    const { page, context, faults } = await opened();
    await hub.kill();
    await page.locator('.lost').waitFor();
    expect(await page.locator('.verdict').innerText()).toContain('Letzter bekannter Stand');
    expect(await page.title()).toMatch(/^✕/);
    expect(faults).toEqual([]);
    await context.close();
  }, 60_000);
});
