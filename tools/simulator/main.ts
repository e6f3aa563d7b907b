/** `npm run simulate`: a simulated city against a running hub. */
import { readFileSync } from 'node:fs';
import { parseArguments } from './arguments.ts';
import type { IncidentName } from './incidents.ts';
import type { OptionsInput } from './options.ts';
import { simulate } from './simulate.ts';

const KEYS: Readonly<Record<string, IncidentName>> = { r: 'heavyRain', h: 'heatDay', m: 'christmasMarket' };

const parsed = parseArguments(process.argv.slice(2));
if (parsed.kind === 'help') {
  console.log(parsed.text);
} else if (parsed.kind === 'wrong') {
  for (const problem of parsed.problems) console.error(`simulator: ${problem}`);
  process.exitCode = 2;
} else {
  const say = (line: string) => console.log(`simulator: ${line}`);
  const simulation = simulate(withToken(parsed.options), { say });
  let stopping = false;
  const stop = async () => {
    // asked a second time: at once
    if (stopping) process.exit(1);
    stopping = true;
    await simulation.stop();
    process.exit();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    await simulation.start();
    if (simulation.control !== null) say(`incidents: POST ${simulation.control}/incidents/<name>`);
    listenToKeys(simulation.startIncident, stop);
  } catch (error) {
    console.error(`simulator: ${(error as Error).message}`);
    process.exitCode = 1;
    await stop();
  }
}

/** `--token @file` keeps the token out of the list of processes. */
function withToken(options: OptionsInput): OptionsInput {
  const { token } = options;
  return token?.startsWith('@') ? { ...options, token: readFileSync(token.slice(1), 'utf8').trim() } : options;
}

function listenToKeys(startIncident: (name: IncidentName) => boolean, stop: () => void): void {
  if (!process.stdin.isTTY) return;
  console.log('simulator: keys: r heavy rain, h heat day, m Christmas market, q end');
  process.stdin.setRawMode(true);
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (key: string) => {
    if (key === 'q' || key === '\u0003') return stop();
    const name = KEYS[key];
    if (name !== undefined && !startIncident(name))
      console.log('simulator: not now: another incident is on, or the history is still being sent');
  });
}
