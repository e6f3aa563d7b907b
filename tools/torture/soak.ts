/**
 * An hour of a steady load while clients of every kind come and go: what stays in memory after a forced collection, and how
 * many handles are open, must not grow.
 */
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import mqtt from 'mqtt';
import WebSocket from 'ws';
import { TOKEN, type TorturedHub } from './hub.ts';
import type { Chance } from './random.ts';

export interface SoakPorts {
  readonly hub: TorturedHub;
  readonly chance: Chance;
  readonly seconds: number;
  readonly ports: { readonly http: number; readonly mqtt: number };
  /** Datastreams to ask and listen to. */
  readonly datastreams: readonly number[];
  readonly say: (line: string) => void;
}

export interface Sample {
  /** Seconds since the begin. */
  readonly at: number;
  /** After a forced collection, MB: heap and what lies outside of it. */
  readonly heap: number;
  readonly external: number;
  readonly resident: number;
  readonly handles: number;
}

export interface SoakReport {
  readonly samples: readonly Sample[];
  /** MB per 10 minutes, fitted over the last two thirds. */
  readonly growth: number;
  readonly handlesBefore: number;
  readonly handlesAfter: number;
  readonly visits: Readonly<Record<string, number>>;
}

const VISITORS = 8;
/** Of one sample. */
const LOOKS = 5;
const LOOK_MS = 300;
/** Connections that are kept alive are closed by then. */
const QUIET_MS = 20_000;

export async function soak({ hub, chance, seconds, ports, datastreams, say }: SoakPorts): Promise<SoakReport> {
  const began = performance.now();
  const since = () => (performance.now() - began) / 1000;
  const visits: Record<string, number> = {};
  let over = false;
  const kinds = clients(ports, datastreams, chance);
  const visitor = async () => {
    while (!over) {
      const [name, visit] = chance.pick(Object.entries(kinds));
      await visit();
      visits[name] = (visits[name] ?? 0) + 1;
    }
  };
  // what answers under way hold is no growth: the least of some looks
  const sample = async (): Promise<Sample> => {
    let least = await hub.memory();
    for (let look = 1; look < LOOKS; look++) {
      await wait(LOOK_MS);
      const one = await hub.memory();
      if (one.heap + one.external < least.heap + least.external) least = { ...one, handles: least.handles };
    }
    return { at: since(), ...least };
  };
  await wait(QUIET_MS);
  const before = await sample();
  const visitors = Array.from({ length: VISITORS }, visitor);
  const samples: Sample[] = [];
  const every = Math.max(2, seconds / 120);
  while (since() < seconds) {
    await wait(every * 1000);
    const one = await sample();
    samples.push(one);
    if (samples.length % 10 === 0)
      say(
        `${Math.round(one.at)} s: ${one.heap.toFixed(1)} MB heap, ${one.external.toFixed(1)} MB outside, ${Math.round(one.resident)} MB resident, ${one.handles} handles`,
      );
  }
  over = true;
  await Promise.all(visitors);
  await wait(QUIET_MS);
  const after = await sample();
  return {
    samples,
    growth: slope(samples.filter(({ at }) => at > seconds / 3)) * 600,
    handlesBefore: before.handles,
    handlesAfter: after.handles,
    visits,
  };
}

/** MB per second of heap and what lies outside of it: least squares. */
export function slope(samples: readonly Sample[]): number {
  const n = samples.length;
  if (n < 2) return 0;
  const x = samples.reduce((sum, { at }) => sum + at, 0) / n;
  const y = samples.reduce((sum, { heap, external }) => sum + heap + external, 0) / n;
  let above = 0;
  let below = 0;
  for (const { at, heap, external } of samples) {
    above += (at - x) * (heap + external - y);
    below += (at - x) ** 2;
  }
  return below === 0 ? 0 : above / below;
}

function clients(ports: SoakPorts['ports'], datastreams: readonly number[], chance: Chance) {
  const base = `http://127.0.0.1:${ports.http}`;
  const auth = { authorization: `Bearer ${TOKEN}` };
  const get = async (path: string) => void (await (await fetch(`${base}${path}`, { headers: auth })).arrayBuffer());
  return {
    'first load': () =>
      get(
        '/v1.1/Things?$expand=Locations,Datastreams($expand=Observations($top=1;$orderby=phenomenonTime%20desc))&$top=100',
      ),
    range: () =>
      get(`/v1.1/Datastreams(${chance.pick(datastreams)})/Observations?$top=1000&$orderby=phenomenonTime%20desc`),
    'bad request': () => get('/v1.1/Things?$filter=nonsense%20eq%20('),
    webSocket: async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${ports.http}/live?datastream=${chance.pick(datastreams)}`, {
        headers: auth,
      });
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.on('error', () => undefined);
      await Promise.race([closed, wait(chance.between(100, 3000))]);
      if (chance.unit() < 0.5) socket.close();
      else socket.terminate();
      await Promise.race([closed, wait(2000)]);
    },
    events: async () => {
      const stop = new AbortController();
      setTimeout(() => stop.abort(), chance.between(100, 2000));
      await fetch(`${base}/live/events?datastream=${chance.pick(datastreams)}`, { headers: auth, signal: stop.signal })
        .then((response) => response.arrayBuffer())
        .catch(() => undefined);
    },
    mqtt: async () => {
      const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${ports.mqtt}`, {
        username: 'soak',
        password: TOKEN,
        reconnectPeriod: 0,
      });
      await client.subscribeAsync(`v1.1/Datastreams(${chance.pick(datastreams)})/Observations`);
      await wait(chance.between(100, 3000));
      await client.endAsync(chance.unit() < 0.5);
    },
    'half a request': async () => {
      const socket = connect(ports.http, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('GET /v1.1/Things HTTP/1.1\r\nHost: loc');
      await wait(chance.between(10, 500));
      socket.destroy();
    },
  };
}
