/**
 * `npm run demo`: the hub in this process, the simulated city in another one, which comes in through the front door like
 * every network. Options of the simulator (--speed, --devices, --seed, --incident …) and of the hub may be mixed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfMissing } from '../build-dashboards.ts';
import { hub } from '../hub.ts';
import { aliases, schema } from '../options.ts';
import { loadConfig } from '../services/config/index.ts';
import { CodedError } from '../services/model/index.ts';
import { program, options as simulatorOptions } from './simulator/index.ts';

const HELP = `npm run demo -- [options]
  --port 8080            port of the map and the API; --mqtt-port 1883 that of MQTT
  --data ./data-demo     folder of the demo's data; delete it to begin anew
  --devices, --speed, --seed, --backfill, --incident …   as in "npm run simulate -- --help"
  all other options as in "npm start -- --help"`;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const { forSimulator, forHub } = split(argv);
const token = `sp_demo_${randomBytes(18).toString('base64url')}`;
const loaded = loadConfig(schema, {
  argv: [
    '--data=./data-demo',
    '--http.site.simulation=true',
    '--http.site.name=Stadtpegel Demo',
    `--access.adminToken=${token}`,
    `--access.ingestToken=${token}`,
    ...forHub,
  ],
  aliases,
});
if (!loaded.ok) {
  for (const problem of loaded.problems) console.error(problem);
  process.exit(2);
}
const dashboards = fileURLToPath(new URL('../dashboards/dist', import.meta.url));
const running = hub(loaded.config, { dashboards });
const tokenFile = join(loaded.config.data, 'demo-token');
let city: ChildProcess | null = null;
let stopping = false;

try {
  await running.start();
} catch (error) {
  console.error(error instanceof CodedError ? error.message : error);
  await running.stop().catch(() => undefined);
  process.exit(1);
}
const { http, mqtt } = running.ports;
console.log(`Stadtpegel demo: a simulated city, live on the map\n\n  http://localhost:${http}/\n`);
console.log(
  `  API http://localhost:${http}/v1.1, MQTT mqtt://localhost:${mqtt}, data in ${loaded.config.data}. Ctrl-C ends it.\n`,
);
buildIfMissing(dashboards);
startCity();
process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));
process.on('disconnect', () => void stop(0));

function startCity(): void {
  // a file, because arguments can be read by everybody on the machine
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const where = ['--hub', `http://127.0.0.1:${http}`, '--mqtt', `mqtt://127.0.0.1:${mqtt}`, '--token', `@${tokenFile}`];
  city = fork(fileURLToPath(program), [...where, ...forSimulator]);
  city.once('exit', (code) => {
    city = null;
    void stop(code ?? 1);
  });
}

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  city?.kill('SIGTERM');
  rmSync(tokenFile, { force: true });
  await running.stop();
  process.exit(code);
}

/** The simulator's options are taken out; everything else is for the hub. */
function split(words: readonly string[]): { forSimulator: string[]; forHub: string[] } {
  const names = Object.keys(simulatorOptions.shape).map(
    (key) => `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`,
  );
  const forSimulator: string[] = [];
  const forHub: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const name = word.split('=')[0] as string;
    const target = names.includes(name) && name !== '--mqtt' && name !== '--hub' ? forSimulator : forHub;
    target.push(word);
    if (!word.includes('=') && words[i + 1] !== undefined && !words[i + 1]?.startsWith('--'))
      target.push(words[++i] as string);
  }
  return { forSimulator, forHub };
}
