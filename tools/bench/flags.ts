/** The flags of `npm run bench`. */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

const FLAGS = {
  seconds: { type: 'string', default: '60' },
  connections: { type: 'string', default: '100' },
  'in-flight': { type: 'string', default: '50' },
  devices: { type: 'string', default: '10000' },
  folder: { type: 'string', default: tmpdir() },
  short: { type: 'boolean', default: false },
  api: { type: 'boolean', default: false },
  store: { type: 'string' },
  stored: { type: 'string' },
  rounds: { type: 'string', default: '3' },
  datastreams: { type: 'string' },
  observations: { type: 'string' },
  grow: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

export const HELP =
  'npm run bench -- [--seconds 60] [--connections 100] [--in-flight 50] [--devices 10000] [--folder /on/the/disk] [--short]\n' +
  'npm run bench -- --api [--datastreams 10000] [--observations 10000000] [--grow: and ten times the Datastreams] [--seconds 60] [--short]\n' +
  'npm run bench -- --stored 100000000: the rate beside an empty store [--store sqlite|influxdb; both if left out] [--datastreams 10000] [--rounds 3, of 20 s each] [--short]';

/** @throws RangeError with one line for people: what is wrong, and what there is. */
export function readFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values;
  } catch (cause) {
    const [what = ''] = (cause as Error).message.split('. ');
    const known = Object.keys(FLAGS).map((name) => `--${name}`);
    throw new RangeError(`${what}; there are ${known.join(', ')}`, { cause });
  }
}
