/**
 * `npm run bench`: durable ingest beside its limits on the same machine, in one run. `--seconds 60` is the figure to quote,
 * `--short` a look in a minute. With `--api` it measures reading instead, see `api.ts`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { apiBench } from './api.ts';
import { bareJournal } from './bare-journal.ts';
import { bareStore } from './bare-store.ts';
import { load, residentMegabytes, start } from './children.ts';
import { countObservations, register, waitForCount } from './city.ts';
import { CHANNELS_PER_UPLINK, type EventSize } from './events.ts';
import { HELP, readFlags } from './flags.ts';
import { liveLatency } from './live-latency.ts';
import { storesBench } from './stores.ts';

const values = flagsOrEnd();
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const seconds = values.short ? 5 : Number(values.seconds);
const shape = {
  connections: Number(values.connections),
  inFlight: Number(values['in-flight']),
  devices: Number(values.devices),
};
const token = 'sp_bench_0123456789abcdef';
const folder = mkdtempSync(join(values.folder, 'stadtpegel-bench-'));
const rows: [string, string, string][] = [];
const say = (what: string, value: string, beside = '') => {
  rows.push([what, value, beside]);
  console.log(`${what.padEnd(58)} ${value.padStart(14)}  ${beside}`);
};
const rate = (perSecond: number) => `${Math.round(perSecond).toLocaleString('en')}/s`;
const ratio = (part: number, whole: number) => `${Math.round((part / whole) * 100)} %`;

try {
  console.log(
    `Stadtpegel bench: ${availableParallelism()} cores, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.version}; the load runs on the same cores.\n`,
  );
  if (values.stored !== undefined || values.store !== undefined) await measureStores();
  else if (values.api) await measureApi();
  else await measureHub(await measureLimits());
} catch (error) {
  // numbers that make no sense are one line; a defect shows where it is
  console.error(error instanceof RangeError ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function flagsOrEnd(): ReturnType<typeof readFlags> {
  try {
    return readFlags(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

async function measureApi(): Promise<void> {
  const datastreams = Number(values.datastreams ?? (values.short ? 1000 : 10_000));
  await apiBench({
    datastreams: values.grow ? [datastreams, datastreams * 10] : [datastreams],
    observations: Number(values.observations ?? (values.short ? 200_000 : 10_000_000)),
    seconds: Math.min(seconds, 20),
    folder,
    token,
  });
}

async function measureStores(): Promise<void> {
  const { store } = values;
  if (store !== undefined && store !== 'sqlite' && store !== 'influxdb')
    throw new RangeError(`--store is sqlite or influxdb, not ${store}`);
  await storesBench({
    stores: store === undefined ? ['sqlite', 'influxdb'] : [store],
    datastreams: Number(values.datastreams ?? 10_000),
    stored: Number(values.stored ?? (values.short ? 200_000 : 10_000_000)),
    seconds: values.short ? seconds : Math.min(seconds, 20),
    rounds: values.short ? 1 : Number(values.rounds),
    folder,
    token,
    connections: shape.connections,
    inFlight: shape.inFlight,
  });
}

interface Limits {
  readonly broker: Record<EventSize, number>;
  readonly journal: Record<EventSize, number>;
  /** Rows per second. */
  readonly store: number;
}

async function measureLimits(): Promise<Limits> {
  const quick = Math.min(seconds, 10);
  const bare = await start('./aedes-process.ts', []);
  const plan = { ...shape, port: bare.ports.mqtt, password: '', seconds: quick, rate: null, firstSequence: 0 };
  const broker = { small: 0, large: 0 };
  const journal = { small: 0, large: 0 };
  for (const size of ['small', 'large'] as const) {
    const result = await load({ ...plan, size });
    broker[size] = result.perSecond;
    say(`limit: aedes alone, not stored, ${result.bodyBytes} bytes`, rate(result.perSecond));
  }
  await bare.stop();
  for (const size of ['small', 'large'] as const) {
    journal[size] = await bareJournal(
      join(folder, `journal-${size}`),
      size,
      Math.min(quick, 5),
      shape.connections * shape.inFlight,
    );
    say(`limit: journal alone, fsynced, ${size}`, rate(journal[size]));
  }
  const store = await bareStore(join(folder, 'store'), Math.min(quick, 10));
  say(
    'limit: store alone, synced, 30,000 Datastreams',
    rate(store),
    `rows, so ${rate(store / CHANNELS_PER_UPLINK)} uplinks of ${CHANNELS_PER_UPLINK}`,
  );
  return { broker, journal, store };
}

async function measureHub(limits: Limits): Promise<void> {
  const began = performance.now();
  let hub = await start('./hub-process.ts', [join(folder, 'hub'), token]);
  await oneUplink(hub.ports.mqtt, 0);
  say(
    'start ▸ first accepted uplink',
    `${Math.round(performance.now() - began)} ms`,
    "empty hub, both processes' start included",
  );
  const base = () => `http://127.0.0.1:${hub.ports.http}`;
  const small = Math.min(shape.devices, Math.ceil(10_000 / CHANNELS_PER_UPLINK));
  await register(base(), token, 0, small);
  await hub.stop();
  const again = performance.now();
  hub = await start('./hub-process.ts', [join(folder, 'hub'), token]);
  await oneUplink(hub.ports.mqtt, 1);
  say('start ▸ first accepted uplink, 10,000 Datastreams', `${Math.round(performance.now() - again)} ms`);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  say(
    `idle memory, ${(small * CHANNELS_PER_UPLINK).toLocaleString('en')} Datastreams`,
    `${Math.round(residentMegabytes(hub.pid))} MB`,
  );
  await register(base(), token, small, shape.devices + 1);
  const stream = await datastreamOf(base(), `bench/${shape.devices}`);

  const paced = {
    ...shape,
    port: hub.ports.mqtt,
    password: token,
    size: 'small' as const,
    rate: 2000,
    seconds: Math.min(seconds, 20),
    firstSequence: 1000,
  };
  const [calm, live] = await Promise.all([
    load(paced),
    liveLatency(hub.ports, token, shape.devices, stream, Math.min(seconds, 20)),
  ]);
  say(
    'acknowledged after fsync at 2,000/s: p50',
    `${calm.p50.toFixed(1)} ms`,
    `p99 ${calm.p99.toFixed(1)} ms, max ${calm.max.toFixed(0)} ms`,
  );
  say(
    'uplink ▸ WebSocket at 2,000/s: p50',
    `${live.p50.toFixed(1)} ms`,
    `p99 ${live.p99.toFixed(1)} ms, ${live.probes} probes`,
  );

  let next = calm.nextSequence;
  for (const size of ['small', 'large'] as const) {
    const before = await settled(base());
    let peak = 0;
    const sampler = setInterval(() => {
      peak = Math.max(peak, residentMegabytes(hub.pid));
    }, 500);
    const result = await load({
      ...shape,
      port: hub.ports.mqtt,
      password: token,
      seconds,
      rate: null,
      size,
      firstSequence: next,
    });
    next = result.nextSequence;
    clearInterval(sampler);
    const expected = before + result.acknowledged * CHANNELS_PER_UPLINK;
    const stored = await waitForCount(base(), token, expected, 300);
    const beside = `${ratio(result.perSecond, limits.broker[size])} of aedes alone, ${ratio(result.perSecond, limits.journal[size])} of the journal alone, ${ratio(result.perSecond * CHANNELS_PER_UPLINK, limits.store)} of the store alone`;
    say(
      `durable uplinks, ${result.bodyBytes} bytes, ${CHANNELS_PER_UPLINK} Observations each`,
      rate(result.perSecond),
      beside,
    );
    say(
      '  acknowledged after fsync, window full: p50',
      `${result.p50.toFixed(1)} ms`,
      `p99 ${result.p99.toFixed(1)} ms, max ${result.max.toFixed(0)} ms`,
    );
    say(
      '  sent × channels = counted by the API',
      stored.count === expected ? 'equal' : different(),
      `${stored.count.toLocaleString('en')} of ${expected.toLocaleString('en')}, ${stored.seconds.toFixed(1)} s after the last one`,
    );
    say('  peak memory', `${Math.round(peak)} MB`);
  }
  await hub.stop();
}

/** Publishes one uplink and waits for its acknowledgement. */
async function oneUplink(port: number, firstSequence: number): Promise<void> {
  await load({
    ...shape,
    connections: 1,
    inFlight: 1,
    port,
    password: token,
    seconds: 0,
    rate: null,
    size: 'small',
    firstSequence,
  });
}

/** Lost or doubled Observations are no slow figure but a defect: the bench fails. */
function different(): string {
  process.exitCode = 1;
  return 'DIFFERENT';
}

/** Observations once nothing is on its way any more. */
async function settled(base: string): Promise<number> {
  for (let last = -1; ; ) {
    const count = await countObservations(base, token);
    if (count === last) return count;
    last = count;
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }
}

async function datastreamOf(base: string, thingKey: string): Promise<number> {
  const name = `Mast ${thingKey.split('/')[1]}`;
  const query = `$filter=Thing/name eq '${name}' and properties/channel eq 'temperature'&$select=id`;
  const response = await fetch(`${base}/v1.1/Datastreams?${encodeURI(query)}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const body = (await response.json()) as { value: { '@iot.id': number }[] };
  const id = body.value[0]?.['@iot.id'];
  if (id === undefined) throw new Error(`no Datastream of ${thingKey}: ${JSON.stringify(body).slice(0, 300)}`);
  return id;
}
