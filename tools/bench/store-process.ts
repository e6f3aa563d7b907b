/**
 * Measures the embedded time-series store alone: rows per second while it grows, and the reads that the API lives on.
 * `node tools/bench/store-process.ts [rows]` (default 4.5 million rows of 30,000 Datastreams, in a folder of its own, about 30 s).
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../services/model/index.ts';
import { options, type RangeQuery, sqliteStore, type TimeseriesStore } from '../../services/timeseries/index.ts';

import { emptyBatch, interleaved, mondayOf, SERIES } from './bare-store.ts';

const BATCH = 75_000;
const MINUTE = 60_000;
const ALL: RangeQuery = {
  datastreams: null,
  from: null,
  to: null,
  order: 'time',
  offset: 0,
  limit: Number.POSITIVE_INFINITY,
};

await main();

async function main(): Promise<void> {
  const total = Number(process.argv[2] ?? 4_500_000);
  const folder = mkdtempSync(join(tmpdir(), 'bench-store-'));
  const started = performance.now();
  const store = sqliteStore({ folder, options: options.parse({}), clock: systemClock });
  try {
    await store.start();
    say('start', `${(performance.now() - started).toFixed(0)} ms`);
    // the whole run stays within one week, so that it shows one partition as it grows
    const begin = mondayOf(systemClock.now());
    await writeMany(store, total, begin);
    await longSeries(store, begin);
    await reads(store, begin, Math.ceil(total / SERIES));
  } finally {
    await store.stop();
    const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    say('on disk', `${(bytes / (total + 35_000)).toFixed(1)} bytes a row`);
    say('memory of the process', `${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB`);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeMany(store: TimeseriesStore, total: number, begin: number): Promise<void> {
  let since = performance.now();
  let reported = 0;
  const first = since;
  for (let at = 0; at < total; at += BATCH) {
    await store.write(interleaved(at, Math.min(BATCH, total - at), begin));
    const rows = at + BATCH - reported;
    if (rows >= 500_000 || at + BATCH >= total) {
      const now = performance.now();
      say(`write, at ${((at + BATCH) / 1e6).toFixed(1)} million rows`, `${rate(rows, now - since)} rows/s`);
      since = now;
      reported = at + BATCH;
    }
  }
  say('write, over all', `${rate(total, performance.now() - first)} rows/s`);
}

async function longSeries(store: TimeseriesStore, begin: number): Promise<void> {
  const rows = emptyBatch(35_000);
  for (let i = 0; i < rows.length; i++) {
    rows.ds[i] = SERIES + 1;
    rows.t[i] = begin - 180 * 86_400_000 + i * 7 * MINUTE;
    rows.r[i] = i / 8;
    rows.rec[i] = 1;
  }
  await timed('write 35,000 rows of one Datastream over 25 weeks', () => store.write(rows));
}

async function reads(store: TimeseriesStore, begin: number, minutes: number): Promise<void> {
  const looks = 2000;
  const look = await timed(`${looks} point look-ups`, async () => {
    for (let k = 0; k < looks; k++) {
      const ds = ((k * 6151) % SERIES) + 1;
      const found = await store.at(ds, begin + ((k * 31) % (minutes - 1)) * MINUTE + (ds % 60) * 1000);
      if (found.length !== 1) throw new Error(`look-up ${k} found ${found.length} rows`);
    }
  });
  say('point look-up', `${((look / looks) * 1000).toFixed(0)} µs`);
  for (const time of ['first', 'second']) {
    await timed(`range of 35,000 rows of one Datastream, ${time} time`, () =>
      drain(store, { ...ALL, datastreams: [SERIES + 1] }, 35_000),
    );
  }
  const ids = Array.from({ length: 10_000 }, (_, i) => i * 3 + 1);
  for (const time of ['first', 'second']) await timed(`last of 10,000, ${time} time`, () => store.last(ids));
  await timed('newest 100 of all', () => drain(store, { ...ALL, order: '-time', limit: 100 }, 100));
  await timed('first 100 of all by id', () => drain(store, { ...ALL, order: 'id', limit: 100 }, 100));
  await timed('newest 1,000 of 500 Datastreams', () =>
    drain(store, { ...ALL, datastreams: ids.slice(0, 500), order: '-time', limit: 1000 }, 1000),
  );
  await timed('count of all', () => store.count(ALL));
  await timed('count of an hour of all', () =>
    store.count({ ...ALL, from: begin + 20 * MINUTE, to: begin + 80 * MINUTE }),
  );
  await timed('500,000 rows of all in time order', () =>
    drain(store, { ...ALL, from: begin, limit: 500_000 }, 500_000),
  );
  await timed('500,000 rows of all by id', () => drain(store, { ...ALL, order: 'id', limit: 500_000 }, 500_000));
}

async function drain(store: TimeseriesStore, query: RangeQuery, expected: number): Promise<void> {
  let rows = 0;
  for await (const chunk of store.scan(query)) rows += chunk.length;
  if (rows !== expected) throw new Error(`${rows} rows where ${expected} were expected`);
}

async function timed(what: string, work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  const ms = performance.now() - begin;
  say(what, `${ms.toFixed(1)} ms`);
  return ms;
}

function rate(rows: number, ms: number): string {
  return Math.round((rows / ms) * 1000).toLocaleString('en');
}

function say(what: string, value: string): void {
  console.log(`${what.padEnd(56)} ${value}`);
}
