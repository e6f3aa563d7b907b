/**
 * Bad input over every door: the sender gets a clear error, or the message becomes a dead letter with its code; nobody
 * brings the hub down. Each file beside this one sends such things to one hub, which must afterwards be as well as before.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Api,
  api,
  chirpstackUp,
  newStage,
  type RunningHub,
  residentMegabytes,
  until,
} from '../../support/index.ts';

/** How much the process may have grown after all of a file, compared with after its warm-up. */
const MOST_GROWTH_MB = 80;
export const MEGABYTE = 1024 * 1024;

export const DEVICE = '24e124136d123456';
export const GAUGE = 'a84041000181c061';
const CLIMATE = { hex: '01755c03671001046871', fPort: 85 } as const;
const MAPPING = `
mqtt:
  mappings:
    - topic: sensors/+id
      device: '{id}'
      time: .at
      values:
        temperature: .t
`;

const CITY = {
  organisations: [{ id: 'test', name: 'Test' }],
  things: [{ key: 'mast', name: 'Mast', organisation: 'test', location: { type: 'Point', coordinates: [7, 51] } }],
  devices: [
    { key: DEVICE, organisation: 'test', thing: 'mast', model: 'milesight/em300-th', visibility: 'public' },
    { key: GAUGE, organisation: 'test', thing: 'mast', model: 'dragino/ldds75', visibility: 'public' },
    {
      key: 'mqtt:one',
      organisation: 'test',
      thing: 'mast',
      channels: { temperature: 'airTemperature' },
      visibility: 'public',
    },
  ],
};

export interface Message {
  readonly topic: string;
  readonly body: string | Buffer;
}

let number = 0;
/** Numbers for uplinks that must not repeat each other. */
export const nextNumber = () => ++number;

/** A good message, but for `more` in its body and `frame` in its frame. */
export function up(more: object = {}, frame: object = {}): Message {
  const fCnt = nextNumber();
  const made = chirpstackUp({ devEui: DEVICE, ...CLIMATE, fCnt, time: '2026-03-14T09:00:00Z', ...frame }, `id-${fCnt}`);
  return { topic: made.topic, body: JSON.stringify({ ...JSON.parse(made.body), ...more }) };
}

export interface Target {
  readonly hub: RunningHub;
  readonly open: Api;
  readonly admin: Api;
  readonly ingest: Api;
  /** Resident memory that came since the warm-up, MB. */
  growth(): number;
}

/** Starts the hub of a file before its tests. */
export function target(): Target {
  const stage = newStage();
  let running: Omit<Target, 'growth'> | null = null;
  let before = 0;
  const the = () => {
    if (running === null) throw new Error('the hub is not started yet');
    return running;
  };

  beforeAll(async () => {
    const hub = await stage.hub({ config: stage.file('stadtpegel.yaml', MAPPING) });
    running = { hub, open: api(hub), admin: api(hub, hub.tokens.admin), ingest: api(hub, hub.tokens.ingest) };
    await running.admin.import(CITY);
    // warm: what the first requests cost is not what is looked for
    for (let i = 0; i < 200; i++) {
      const { body } = up({}, { time: new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString() });
      await running.ingest.post('/ingest/chirpstack?event=up', body);
      await running.open.get('/v1.1/Things?$expand=Datastreams($expand=Observations($top=1))');
    }
    // the first large bodies bring the runtime's reserve of buffers to its size, 70 MB once; what counts is what comes on top
    for (let i = 0; i < 10; i++) await running.ingest.post('/ingest/chirpstack', Buffer.alloc(10 * MEGABYTE));
    before = residentMegabytes(hub.pid);
  }, 60_000);
  afterAll(() => stage.end());

  return {
    get hub() {
      return the().hub;
    },
    get open() {
      return the().open;
    },
    get admin() {
      return the().admin;
    },
    get ingest() {
      return the().ingest;
    },
    growth: () => residentMegabytes(the().hub.pid) - before,
  };
}

/** The last tests of each file. */
export function afterwards(at: Target): void {
  describe('after all of this the hub', () => {
    test('lives, is ready, takes and shows readings, and has not grown', async () => {
      expect((await at.open.get('/readyz')).status).toBe(200);
      const { temperature } = await at.admin.datastreams(DEVICE);
      const time = '2026-04-01T00:00:00.000Z';
      await at.ingest.post('/ingest/chirpstack?event=up', up({ time }).body as string);
      await until('a good message is stored', async () =>
        (await at.open.observations(temperature as number)).some(([at]) => at === time),
      );
      // memory that was freed goes back to the system a little later
      const grown = await until('it has not grown', () => {
        const growth = at.growth();
        return growth < MOST_GROWTH_MB && growth.toFixed(1);
      });
      // biome-ignore lint/suspicious/noConsole: the figure is worth seeing when it passes too
      console.log(`resident memory after bad input: ${grown} MB more`);
    });
    test('has logged nothing that somebody must act on', () => {
      const lines = at.hub.output.stderr.split('\n').filter((line) => line !== '');
      expect(lines.filter((line) => !line.startsWith('{'))).toEqual([]);
      expect(lines.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
    });
    test('stops as if nothing had been', async () => {
      expect(await at.hub.stop()).toBe(0);
    });
  });
}
