/**
 * InfluxDB is away for minutes: nothing acknowledged is lost, live values come as fast as before, and when it is back the hub
 * catches up many times faster than time passes.
 */
import { liveLatency } from '../bench/index.ts';
import { compare, type Streams, type Tally } from './compare.ts';
import { TOKEN } from './hub.ts';
import type { Load } from './load.ts';
import { type Stage, wait } from './stage.ts';
import type { Truth } from './truth.ts';
import { DEVICES, type Numbering } from './uplinks.ts';

export interface OutagePorts {
  readonly stage: Stage;
  readonly load: Load;
  readonly truth: Truth;
  readonly numbering: Numbering;
  readonly streams: readonly Streams[];
  readonly seconds: number;
  readonly ports: { readonly http: number; readonly mqtt: number };
  /** A device that the load leaves alone, and a Datastream of it. */
  readonly probe: { readonly device: number; readonly datastream: number };
  readonly say: (line: string) => void;
}

const SETTLE_MS = 600_000;
const LOOK_MS = 250;
/** Records that are always on their way: a transaction of the store or two. */
const CAUGHT_UP = 2500;

/** Returns what was compared at the end. */
export async function outage(given: OutagePorts): Promise<Tally> {
  const { stage, load, truth, numbering, streams, seconds, ports, probe, say } = given;
  const { hub, influx } = stage;
  if (influx === null) throw new RangeError('an outage needs --store influxdb');
  let first = 900_000_000;
  const latency = (span: number) => {
    first += 10_000_000;
    return liveLatency(ports, TOKEN, probe.device, probe.datastream, span, first);
  };
  const calm = Math.min(60, Math.max(5, Math.round(seconds / 10)));
  await latency(Math.min(5, calm));
  const before = await latency(calm);
  say(
    `InfluxDB there,  ${calm} s: uplink ▸ WebSocket p50 ${ms(before.p50)}, p99 ${ms(before.p99)} (${before.probes} probes)`,
  );
  await influx.server.kill();
  const during = await latency(seconds);
  say(
    `InfluxDB away, ${seconds} s: uplink ▸ WebSocket p50 ${ms(during.p50)}, p99 ${ms(during.p99)} (${during.probes} probes)`,
  );
  const { store } = await hub.status();
  say(
    `  behind then: ${store.behindRecords} records; /readyz: ${(await hub.ask('/readyz')).text.replaceAll(/\s+/g, ' ').slice(0, 400)}`,
  );
  await influx.server.start();
  const began = performance.now();
  const backlog = store.behindRecords;
  const beside = latency(Math.max(2, Math.min(calm, seconds / 20)));
  let moved = 0;
  let left = backlog;
  let arrived = (await hub.status()).journal.last;
  for (;;) {
    const { journal, store: now } = await hub.status();
    if (moved === 0 && now.behindRecords < backlog) moved = performance.now();
    left = now.behindRecords;
    if (left < CAUGHT_UP) {
      arrived = journal.last - arrived;
      break;
    }
    if (performance.now() - began > SETTLE_MS) throw new Error(`it does not catch up: ${left} records are left`);
    await wait(LOOK_MS);
  }
  const took = (performance.now() - began) / 1000;
  const waited = moved === 0 ? 0 : (moved - began) / 1000;
  const rate = (backlog - left + arrived) / took;
  const live = await beside;
  say(
    `catching up: ${backlog} records behind and ${arrived} new ones in ${took.toFixed(1)} s (the first after ${waited.toFixed(1)} s): ` +
      `${Math.round(rate)}/s, ${(seconds / took).toFixed(1)} × real time; live meanwhile p50 ${ms(live.p50)}, p99 ${ms(live.p99)}`,
  );
  if (!(await load.finish(SETTLE_MS))) throw new Error('the hub does not acknowledge the rest');
  await hub.settle(SETTLE_MS);
  return compare(hub, truth, numbering, streams, 0, truth.next - (truth.next % DEVICES) + DEVICES);
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;
