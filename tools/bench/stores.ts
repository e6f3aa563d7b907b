/**
 * `npm run bench -- --stored 100000000`: does a store that is full take rows as fast as an empty one, and answer as fast? Each
 * store is measured twice in one run: with little in it, and with as much as asked. Wrong counts make it fail.
 */
import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { influxServer } from '../influxd/index.ts';
import { devicesOf, YEAR_STREAM } from './api-catalogue.ts';
import { fetchPage } from './api-client.ts';
import { makeFolder } from './api-folder.ts';
import { type Plan, planOf } from './api-rows.ts';
import { load, type Running, residentMegabytes, start } from './children.ts';
import { CHANNELS_PER_UPLINK, type EventSize } from './events.ts';
import { bytesOf } from './folder-size.ts';
import { rest } from './rest.ts';

export type StoreName = 'sqlite' | 'influxdb';

export interface StoresBenchOptions {
  readonly stores: readonly StoreName[];
  readonly datastreams: number;
  /** Observations that stand there already, in the second measurement. */
  readonly stored: number;
  readonly seconds: number;
  readonly folder: string;
  readonly token: string;
  readonly connections: number;
  readonly inFlight: number;
}

interface Measured {
  readonly small: number;
  readonly large: number;
  readonly latest: Times;
  readonly day: Times;
}

const YEAR_MS = 35_040 * 900_000;
const DAY_MS = 86_400_000;
const RUNS = 51;
const CATCH_UP_MS = 600_000;

export async function storesBench(options: StoresBenchOptions): Promise<void> {
  const end = Date.now();
  for (const store of options.stores) {
    const little = options.datastreams * 14 + 35_040;
    const measured: Measured[] = [];
    for (const observations of [little, Math.max(little, options.stored)]) {
      const folder = join(options.folder, `${store}-${observations}`);
      mkdirSync(folder, { recursive: true });
      measured.push(await oneStore(options, store, planOf(options.datastreams, observations, end), folder));
      rmSync(folder, { recursive: true, force: true });
    }
    const [empty, full] = measured as [Measured, Measured];
    console.log(`\n${store}: ${number(options.stored)} Observations beside ${number(little)}`);
    say(
      '  durable uplinks of 400 bytes',
      percent(full.small, empty.small),
      `${number(full.small)}/s beside ${number(empty.small)}/s; needed: ≥ 90 %`,
    );
    say(
      '  durable uplinks of 2 kB',
      percent(full.large, empty.large),
      `${number(full.large)}/s beside ${number(empty.large)}/s; needed: ≥ 90 %`,
    );
    say('  latest of one Datastream', ms(full.latest.median), `beside ${ms(empty.latest.median)}`);
    say('  one day of one Datastream, 96 Observations', ms(full.day.median), `beside ${ms(empty.day.median)}`);
  }
}

async function oneStore(options: StoresBenchOptions, name: StoreName, plan: Plan, folder: string): Promise<Measured> {
  console.log(`\n${name}, ${number(plan.datastreams)} Datastreams, ${number(plan.observations)} Observations`);
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < plan.observations * 80) throw new Error(`${folder}: too little room for the bench's store`);
  const server = name === 'influxdb' ? await influxServer(join(folder, 'influxdb')) : null;
  const timeseries = server === null ? {} : { store: 'influxdb', influxdb: { url: server.url, database: 'bench' } };
  const data = join(folder, 'hub');
  try {
    const storeFolder = join(folder, server === null ? 'hub/timeseries' : 'influxdb');
    const made = await makeFolder(data, plan, timeseries);
    say('making it', `${made.seconds.toFixed(1)} s`, `${number(plan.observations / made.seconds)} rows/s`);
    const hub = await start('./hub-process.ts', [data, options.token, JSON.stringify({ timeseries })]);
    try {
      const first = await asked(hub, latest, 1);
      const rested = await rest([hub.pid, ...(server === null ? [] : [server.pid])]);
      const figures = { latest: await asked(hub, latest), day: await asked(hub, (run) => day(plan, run)) };
      say('first question after the start: latest of one Datastream', ms(first.median));
      say(
        'at rest, compactions and statistics done',
        `${Math.round(rested)} s`,
        'after it; all that follows is measured then',
      );
      sayTimes('latest of one Datastream', figures.latest);
      sayTimes('one day of one Datastream, 96 Observations', figures.day);
      const storeBefore = bytesOf(storeFolder);
      const journalBefore = bytesOf(join(data, 'journal'));
      const rates = { small: 0, large: 0 };
      let uplinks = 0;
      for (const size of ['small', 'large'] as const) {
        const { perSecond, acknowledged } = await measure(options, plan, hub, size, uplinks + 1);
        rates[size] = perSecond;
        uplinks += acknowledged;
      }
      say(
        'journal',
        `${Math.round((bytesOf(join(data, 'journal')) - journalBefore) / uplinks)} bytes`,
        'an uplink, of both sizes',
      );
      const rows = plan.observations + uplinks * CHANNELS_PER_UPLINK;
      say(
        'store',
        `${(bytesOf(storeFolder) / rows).toFixed(1)} bytes`,
        `an Observation; of the new ones ${((bytesOf(storeFolder) - storeBefore) / (uplinks * CHANNELS_PER_UPLINK)).toFixed(1)}`,
      );
      say('memory of the hub', `${Math.round(residentMegabytes(hub.pid))} MB`);
      return { ...rates, ...figures };
    } finally {
      await hub.stop();
    }
  } finally {
    await server?.stop();
  }
}

/** One load, and the count of what it brought: acknowledged × channels must be what the API counts. */
async function measure(options: StoresBenchOptions, plan: Plan, hub: Running, size: EventSize, firstSequence: number) {
  const since = new Date().toISOString();
  const { connections, inFlight, seconds, token } = options;
  const result = await load({
    port: hub.ports.mqtt,
    password: token,
    connections,
    inFlight,
    devices: devicesOf(plan.datastreams),
    seconds,
    rate: null,
    size,
    firstSequence,
  });
  const began = performance.now();
  await caughtUp(hub, token);
  const behind = (performance.now() - began) / 1000;
  const expected = result.acknowledged * CHANNELS_PER_UPLINK;
  const count = await countSince(hub, token, since);
  say(
    `durable uplinks, ${result.bodyBytes} bytes, ${CHANNELS_PER_UPLINK} Observations each`,
    `${number(result.perSecond)}/s`,
    `p50 ${ms(result.p50)}, p99 ${ms(result.p99)}; ${number(count)} Observations counted, ${count === expected ? 'equal' : `DIFFERENT from ${number(expected)}`}, stored ${behind.toFixed(1)} s after the last one: ${number(result.acknowledged / (result.seconds + behind))}/s with that`,
  );
  if (count !== expected) process.exitCode = 1;
  return result;
}

interface Question {
  readonly path: string;
  readonly rows: number;
}

/** Milliseconds. */
interface Times {
  readonly median: number;
  readonly slowest: number;
}

/** Each time of another one. */
function latest(run: number): Question {
  return { path: `Datastreams(${YEAR_STREAM + 1 + run})/Observations?$orderby=phenomenonTime desc&$top=1`, rows: 1 };
}

/** Each time another one of the year, nobody has asked for it before. */
function day({ end }: Plan, run: number): Question {
  const from = Math.floor((end - YEAR_MS) / DAY_MS) * DAY_MS + (1 + run * 7) * DAY_MS;
  const within = `phenomenonTime ge ${new Date(from).toISOString()} and phenomenonTime lt ${new Date(from + DAY_MS).toISOString()}`;
  return {
    path: `Datastreams(${YEAR_STREAM})/Observations?$filter=${within}&$top=1000&$resultFormat=dataArray`,
    rows: 96,
  };
}

/** Throws when an answer has another number of rows than expected: a fast answer may be an empty one. */
async function asked(hub: Running, question: (run: number) => Question, runs = RUNS): Promise<Times> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const { path, rows } = question(run);
    const { body, milliseconds } = await fetchPage(`http://127.0.0.1:${hub.ports.http}/v1.1/${encodeURI(path)}`);
    times.push(milliseconds);
    const answer = JSON.parse(body.toString('utf8'));
    const found = answer.value[0]?.dataArray?.length ?? answer.value.length;
    if (found !== rows) throw new Error(`${path}: ${found} rows, expected ${rows}`);
  }
  times.sort((a, b) => a - b);
  return { median: times[runs >> 1] as number, slowest: times.at(-1) as number };
}

async function countSince(hub: Running, token: string, since: string): Promise<number> {
  const path = `/v1.1/Observations?${encodeURI(`$filter=phenomenonTime ge ${since}&$count=true&$top=0`)}`;
  return (await ask(hub, token, path))['@iot.count'];
}

async function caughtUp(hub: Running, token: string): Promise<void> {
  const end = performance.now() + CATCH_UP_MS;
  while ((await ask(hub, token, '/admin/status')).store.behindRecords > 0) {
    if (performance.now() > end) throw new Error('the store does not catch up');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

// biome-ignore lint/suspicious/noExplicitAny: answers of two shapes
async function ask(hub: Running, token: string, path: string): Promise<any> {
  const response = await fetch(`http://127.0.0.1:${hub.ports.http}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

function sayTimes(what: string, { median, slowest }: Times): void {
  say(what, ms(median), `median of ${RUNS}, each of another one or another day; the slowest ${ms(slowest)}`);
}

function say(what: string, value: string, beside = ''): void {
  console.log(`${what.padEnd(58)} ${value.padStart(14)}  ${beside}`);
}

const number = (value: number): string => Math.round(value).toLocaleString('en');
const ms = (value: number): string => `${value < 100 ? value.toFixed(1) : Math.round(value)} ms`;
const percent = (part: number, whole: number): string => `${Math.round((part / whole) * 100)} %`;
