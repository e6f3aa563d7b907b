/** `npm run torture`: see `flags.ts` for what it does. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { devEui, register } from '../bench/index.ts';
import { freePort, influxProxy, influxServer } from '../influxd/index.ts';
import { campaign } from './campaign.ts';
import { isClean, type Streams } from './compare.ts';
import { deletions } from './deletions.ts';
import { type Flags, HELP, readFlags } from './flags.ts';
import { TOKEN, TorturedHub } from './hub.ts';
import { Load } from './load.ts';
import { outage } from './outage.ts';
import { Chance } from './random.ts';
import { report } from './report.ts';
import { type SoakReport, soak } from './soak.ts';
import type { Stage } from './stage.ts';
import { Truth } from './truth.ts';
import { DEVICES } from './uplinks.ts';
import { Watch } from './watch.ts';

const DAY = 86_400_000;
const DISK_MIB = 3000;
const INFLUX_MIB = 3000;
/** Nothing here does a write later than that. */
const SETTLE_MS = 1000;

const flags = flagsOrEnd();
if (flags.help) {
  console.log(HELP);
  process.exit(0);
}
const folder = folderOrEnd();
const ends: (() => unknown)[] = [];
let ending: Promise<void> | null = null;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void end().then(() => process.exit(130)));
try {
  process.exitCode = await play();
} catch (error) {
  console.error(error instanceof RangeError ? error.message : error);
  process.exitCode = 1;
} finally {
  await end();
}

async function play(): Promise<number> {
  console.log(
    `Stadtpegel torture: ${plan()}, store ${flags.store}, ${flags.rate} uplinks/s of ${DEVICES} devices; ` +
      `${availableParallelism()} cores, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.version}\n`,
  );
  const data = join(folder, 'data');
  const disk = smallDisk(data, DISK_MIB);
  const influx = flags.store === 'influxdb' ? await startInflux() : null;
  if (flags.deletions !== null && influx !== null) {
    const found = await deletions(influx.server, data, new Chance(flags.seed), flags.deletions);
    const { written, deleted, back, kept, lost } = found;
    console.log(
      `written ${written}; deleted ${deleted}, of them back ${back}; kept beside them ${kept}, of them lost ${lost}`,
    );
    return deleted > 0 && back + lost === 0 ? 0 : 1;
  }
  const [httpPort, mqttPort] = [await freePort(), await freePort()];
  const hub = new TorturedHub(
    {
      data,
      http: { port: httpPort, host: '127.0.0.1', bodyBytes: 16 * 1024 * 1024 },
      mqtt: { port: mqttPort },
      access: { adminToken: TOKEN, ingestToken: TOKEN },
      telemetry: { level: 'warn' },
      ...(influx === null
        ? {}
        : {
            timeseries: {
              store: 'influxdb',
              influxdb: { url: influx.proxy.url, database: 'torture', settleMs: SETTLE_MS },
            },
          }),
    },
    httpPort,
  );
  ends.push(() => hub.kill());
  await hub.start();
  await register(hub.base, TOKEN, 0, DEVICES + 2);
  const streams: Streams[] = [];
  for (let i = 0; i < DEVICES + 2; i++) streams.push((await hub.ask(`/admin/devices/${devEui(i)}`)).json.datastreams);
  const truth = new Truth();
  const numbering = { begin: Math.floor(Date.now() / DAY) * DAY - 400 * DAY };
  const load = new Load({ truth, numbering, mqttPort, password: TOKEN, rate: flags.rate });
  ends.push(() => load.stop());
  load.start();
  const chance = new Chance(flags.seed);
  const watch = new Watch(hub, DEVICES, streams[DEVICES]?.temperature as number);
  const stage: Stage = { hub, influx, disk, chance, watch };
  const ports = { http: httpPort, mqtt: mqttPort };
  const say = (line: string) => console.log(line);
  if (flags.outage !== null) {
    const probe = { device: DEVICES + 1, datastream: streams[DEVICES + 1]?.temperature as number };
    const tally = await outage({ stage, load, truth, numbering, streams, seconds: flags.outage, ports, probe, say });
    console.log(
      `acknowledged ${truth.acknowledged}, stored ${tally.stored}, duplicated ${tally.duplicated}, lost ${tally.lost}`,
    );
    for (const finding of tally.findings) console.log(`  ${finding}`);
    return isClean(tally) && tally.stored === truth.acknowledged ? 0 : 1;
  }
  if (flags.soak !== null) {
    const datastreams = streams.slice(0, DEVICES).map(({ temperature }) => temperature as number);
    return soaked(await soak({ hub, chance, seconds: flags.soak, ports, datastreams, say }));
  }
  const began = performance.now();
  const found = await campaign({
    stage,
    load,
    truth,
    numbering,
    streams,
    kills: flags.kills,
    only: flags.only,
    say,
  });
  console.log(report(found, truth, (performance.now() - began) / 1000, disk !== null));
  return isClean(found.tally) && found.tally.stored === found.tally.acknowledged ? 0 : 1;
}

function soaked({ growth, handlesBefore, handlesAfter, visits, samples }: SoakReport): number {
  console.log(
    `visits: ${Object.entries(visits)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')}`,
  );
  console.log(
    `after a forced collection, over the last two thirds (${samples.length} samples in all): ${growth.toFixed(2)} MB in 10 minutes`,
  );
  console.log(`handles: ${handlesBefore} before, ${handlesAfter} after`);
  return growth <= 1 && handlesBefore === handlesAfter ? 0 : 1;
}

function plan(): string {
  if (flags.outage !== null) return `InfluxDB away for ${flags.outage} s`;
  if (flags.deletions !== null) return `deletions beside writing for ${flags.deletions} s`;
  return flags.soak === null ? `seed ${flags.seed}, ${flags.kills} kills` : `${flags.soak} s of coming and going`;
}

async function startInflux() {
  const own = join(folder, 'influxdb');
  const disk = smallDisk(own, INFLUX_MIB);
  const server = await influxServer(own);
  ends.push(() => server.kill());
  const proxy = await influxProxy(server.port);
  ends.push(() => proxy.stop());
  return { server, proxy, disk };
}

/** A small file system of its own for the hub's data; null where this user may not mount one. */
function smallDisk(data: string, mib: number): string | null {
  mkdirSync(data, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', data], { stdio: 'ignore' });
  } catch {
    console.log('This user may not mount a tmpfs: the disturbances of the disk are left out.\n');
    return null;
  }
  ends.push(() => execFileSync('umount', ['-l', data]));
  return data;
}

function end(): Promise<void> {
  ending ??= (async () => {
    for (const one of ends.reverse()) await one();
    if (flags.keep) console.log(`the folder stays: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  })();
  return ending;
}

function folderOrEnd(): string {
  try {
    return mkdtempSync(join(flags.folder, 'stadtpegel-torture-'));
  } catch (error) {
    console.error(`--folder ${flags.folder}: nothing can be written there (${(error as Error).message})`);
    process.exit(2);
  }
}

function flagsOrEnd(): Flags {
  try {
    return readFlags(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    process.exit(2);
  }
}
