/**
 * `npm run bench -- --api`: what real clients ask, on a hub full of Observations, beside what the machine could do at best;
 * then the same while uplinks come in. Wrong answers make it fail, slow ones are only shown.
 */
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { devicesOf } from './api-catalogue.ts';
import { fetchAll, fetchBodies } from './api-client.ts';
import { type Made, makeFolder } from './api-folder.ts';
import { checkScan, FIRST_LOAD, type Question, questions, SCAN } from './api-queries.ts';
import { type Plan, planOf } from './api-rows.ts';
import { load, type Running, residentMegabytes, start } from './children.ts';
import { waitForCount } from './city.ts';
import { CHANNELS_PER_UPLINK } from './events.ts';

export interface ApiBenchOptions {
  /** One run for each number of Datastreams. */
  readonly datastreams: readonly number[];
  readonly observations: number;
  readonly seconds: number;
  /** Is emptied and removed by the caller. */
  readonly folder: string;
  readonly token: string;
}

interface Measured {
  readonly question: Question;
  readonly first: number;
  readonly second: number;
  readonly median: number;
  readonly max: number;
  readonly bytes: number;
  readonly pages: number;
  readonly block: number;
  /** The same bytes by a server that does nothing else. */
  readonly bare: number;
}

const MORE_RUNS = 5;
const RATE = 2000;
const CONNECTIONS = 100;
const NEEDED_P99 = 25;
const NEEDED_BLOCK = 50;

export async function apiBench(options: ApiBenchOptions): Promise<void> {
  const runs: { datastreams: number; lines: readonly Measured[] }[] = [];
  for (const datastreams of options.datastreams) {
    const folder = join(options.folder, `api-${datastreams}`);
    mkdirSync(folder, { recursive: true });
    const plan = planOf(datastreams, options.observations, Date.now());
    runs.push({ datastreams, lines: await oneCity(options, plan, folder) });
    rmSync(folder, { recursive: true, force: true });
  }
  if (runs.length > 1) printGrowth(runs);
}

async function oneCity(options: ApiBenchOptions, plan: Plan, folder: string): Promise<Measured[]> {
  const data = join(folder, 'hub');
  console.log(`\n${number(plan.datastreams)} Datastreams, ${number(plan.observations)} Observations`);
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < plan.observations * 80) throw new Error(`${folder}: too little room for the bench's store`);
  const made = await makeFolder(data, plan);
  say('making the data folder', `${made.seconds.toFixed(1)} s`, `${number(plan.observations / made.seconds)} rows/s`);
  const began = performance.now();
  const hub = await start('./hub-process.ts', [data, options.token]);
  try {
    say('start ▸ ready', ms(performance.now() - began), `${Math.round(residentMegabytes(hub.pid))} MB`);
    const lines: Measured[] = [];
    console.log(LEGEND);
    if (plan.datastreams !== FULL.datastreams || plan.observations !== FULL.observations) console.log(SMALL);
    console.log(head());
    for (const question of questions(plan)) {
      const line = await measure(hub, question, folder).catch((error: Error) => note(question.name, error.message));
      if (line === undefined) continue;
      lines.push(line);
      console.log(row(line));
      if (line.question.path.includes('dataArray'))
        say('  the store alone, the same rows', ms(made.yearAlone), 'without HTTP and JSON');
    }
    await besideUplinks(options, plan, made, hub);
    return lines;
  } finally {
    await hub.stop();
  }
}

/** First and second run, five more, and the same bytes from a bare server beside them. */
async function measure(hub: Running, question: Question, folder: string): Promise<Measured> {
  const url = address(hub, question.path);
  await hub.longestBlock();
  const times: number[] = [];
  let answer = await fetchAll(url);
  note(question.name, question.check(answer));
  times.push(answer.milliseconds);
  for (let run = 0; run <= MORE_RUNS; run++) {
    answer = await fetchAll(url);
    times.push(answer.milliseconds);
  }
  note(question.name, question.check(answer));
  const block = await hub.longestBlock();
  const more = times.slice(2);
  return {
    question,
    first: times[0] as number,
    second: times[1] as number,
    median: median(more),
    max: Math.max(...more),
    bytes: answer.bytes,
    pages: answer.pages.length,
    block,
    bare: await bare(answer.bodies, folder),
  };
}

const over = (value: number, needed: number | null): boolean => needed !== null && value > needed;
const beyond = (value: number, needed: number): string =>
  `needed: ≤ ${needed} ms${over(value, needed) ? ' ! takes longer' : ''}`;

/** Page by page. */
async function bare(bodies: readonly Buffer[], folder: string): Promise<number> {
  let total = 0;
  for (const { length } of bodies) {
    const file = join(folder, 'answer.json');
    // without its nextLink, which would lead back to the hub
    writeFileSync(file, JSON.stringify({ value: 'x'.repeat(Math.max(0, length - 12)) }));
    const server = await start('./bare-http-process.ts', [file]);
    const times: number[] = [];
    for (let run = 0; run < MORE_RUNS; run++)
      times.push((await fetchBodies(`http://127.0.0.1:${server.ports.http}/`)).milliseconds);
    await server.stop();
    total += median(times);
  }
  return total;
}

/** Uplinks at an even rate, while a map is opened every second and a query looks at every row. */
async function besideUplinks(options: ApiBenchOptions, plan: Plan, made: Made, hub: Running): Promise<void> {
  let going = true;
  const loads: number[] = [];
  const scans: number[] = [];
  await hub.longestBlock();
  const failed = (error: Error) => note('a query beside the uplinks', error.message);
  const opening = (async () => {
    while (going) {
      const next = new Promise((resolve) => setTimeout(resolve, 1000));
      loads.push((await fetchBodies(address(hub, FIRST_LOAD))).milliseconds);
      await next;
    }
  })().catch(failed);
  const scanning = (async () => {
    while (going) {
      const answer = await fetchAll(address(hub, SCAN));
      note('the scan', checkScan(made.rare, answer));
      scans.push(answer.milliseconds);
    }
  })().catch(failed);
  const result = await load({
    port: hub.ports.mqtt,
    password: options.token,
    connections: CONNECTIONS,
    inFlight: 1,
    devices: devicesOf(plan.datastreams),
    seconds: options.seconds,
    rate: RATE,
    size: 'large',
    firstSequence: 1,
  });
  going = false;
  await Promise.all([opening, scanning]);
  const block = await hub.longestBlock();
  say(`beside ${number(RATE)} uplinks/s: acknowledged, p50`, ms(result.p50), `max ${ms(result.max)}`);
  say('  acknowledged, p99', ms(result.p99), beyond(result.p99, NEEDED_P99));
  say('  longest block of the event loop', ms(block), beyond(block, NEEDED_BLOCK));
  say('  first loads meanwhile, median', ms(median(loads)), `${loads.length} of them, one a second at the most`);
  say('  scans of every row, median', ms(median(scans)), `${scans.length} of them, one after the other`);
  const expected = plan.observations + result.acknowledged * CHANNELS_PER_UPLINK;
  const { count } = await waitForCount(`http://127.0.0.1:${hub.ports.http}`, options.token, expected, 120);
  note('Observations afterwards', count === expected ? null : `${number(count)} instead of ${number(expected)}`);
  say('  acknowledged × channels = counted by the API', count === expected ? 'equal' : 'DIFFERENT', number(count));
  say('  memory of the hub', `${Math.round(residentMegabytes(hub.pid))} MB`);
}

/** A wrong answer is no slow figure but a defect: the bench fails. */
function note(what: string, wrong: string | null): void {
  if (wrong === null) return;
  console.log(`WRONG: ${what}: ${wrong}`);
  process.exitCode = 1;
}

function address(hub: Running, path: string): string {
  return `http://127.0.0.1:${hub.ports.http}/v1.1/${encodeURI(path)}`;
}

const WIDTHS = [74, 10, 10, 10, 10, 10, 8, 12, 6, 10] as const;
const HEAD = ['', 'first', 'second', 'median', 'max', 'needed', 'block', 'bytes', 'pages', 'bare'];

function columns(cells: readonly string[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(WIDTHS[0]) : cell.padStart(WIDTHS[i] as number))).join(' ');
}

const LEGEND = [
  '',
  'first, second: the first two runs; median, max: of five more. needed: what the second run may take; "!" marks what takes longer.',
  'block: the longest block of the event loop meanwhile. pages: answers that were followed by nextLink, bytes: of all of them.',
  'bare: the same bytes from a server that does nothing but send them.',
].join('\n');
/** The size that the figures in `needed` are meant for. */
const FULL = { datastreams: 10_000, observations: 10_000_000 };
const SMALL = 'needed is meant for 10,000 Datastreams and 10,000,000 Observations; this run has another size.';

const head = (): string => columns(HEAD);

function row(line: Measured): string {
  const { question, first, second, max, block, bytes, pages } = line;
  const needed = question.needed === null ? '' : `≤ ${question.needed} ms`;
  const cells = [
    ms(first),
    (over(second, question.needed) ? '! ' : '') + ms(second),
    ms(line.median),
    ms(max),
    needed,
    ms(block),
    number(bytes),
    String(pages),
    ms(line.bare),
  ];
  return columns([question.name, ...cells]);
}

function printGrowth(runs: readonly { datastreams: number; lines: readonly Measured[] }[]): void {
  console.log(
    `\nsecond run, by Datastreams${''.padEnd(50)} ${runs.map((run) => number(run.datastreams).padStart(12)).join(' ')}`,
  );
  for (const line of runs[0]?.lines ?? []) {
    const times = runs.map(({ lines }) => {
      const same = lines.find(({ question }) => question.name === line.question.name);
      return ms(same?.second ?? Number.NaN).padStart(12);
    });
    console.log(`${line.question.name.padEnd(76)} ${times.join(' ')}`);
  }
}

function say(what: string, value: string, beside = ''): void {
  console.log(`${what.padEnd(58)} ${value.padStart(14)}  ${beside}`);
}

const number = (value: number): string => Math.round(value).toLocaleString('en');
const ms = (value: number): string => `${value < 100 ? value.toFixed(1) : Math.round(value)} ms`;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
