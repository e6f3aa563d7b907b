/** The flags of `npm run torture`. */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

const FLAGS = {
  seed: { type: 'string', default: '1' },
  store: { type: 'string', default: 'influxdb' },
  kills: { type: 'string', default: '200' },
  rate: { type: 'string' },
  folder: { type: 'string', default: tmpdir() },
  only: { type: 'string' },
  outage: { type: 'string' },
  soak: { type: 'string' },
  deletions: { type: 'string' },
  short: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

export const HELP = `npm run torture -- [options]

Sends uplinks to a hub while hub, store, disk and clock are disturbed, and compares after each disturbance what was
acknowledged with what is stored. Exit code 1 when anything was lost, doubled or wrong.

  --seed 1            the same seed gives the same campaign
  --store influxdb    influxdb (starts its own influxd) or sqlite
  --kills 200         how often the hub is killed with -9; after every third kill comes another disturbance
  --rate 2000         uplinks per second
  --only <name>       one kind of disturbance, as often as --kills says
  --short             12 kills, each other disturbance once: about three minutes
  --folder /tmp       where the hub's data lies; the disturbances of the disk mount a small tmpfs there and need root
  --keep              leaves the folder for a look

Instead of a campaign:
  --outage 600        InfluxDB is away for so many seconds: live latency meanwhile, and how fast it catches up (--rate 1000)
  --soak 3600         so many seconds with clients that come and go: does memory grow? (--rate 1000)
  --deletions 60      so many seconds rows are deleted in InfluxDB beside heavy writing: do the others stay?`;

export interface Flags {
  readonly seed: number;
  readonly store: 'influxdb' | 'sqlite';
  readonly kills: number;
  readonly rate: number;
  readonly folder: string;
  readonly only: string | null;
  /** Seconds; null: not asked. */
  readonly outage: number | null;
  readonly soak: number | null;
  readonly deletions: number | null;
  readonly keep: boolean;
  readonly help: boolean;
}

/** @throws RangeError with one line for people. */
export function readFlags(args: readonly string[]): Flags {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (cause) {
    throw new RangeError((cause as Error).message.split('. ')[0], { cause });
  }
  const { store, short, kills, only = null, folder, keep, help } = values;
  if (store !== 'influxdb' && store !== 'sqlite') throw new RangeError(`--store is influxdb or sqlite, not ${store}`);
  const outage = values.outage === undefined ? null : whole('--outage', values.outage, 1);
  const soak = values.soak === undefined ? null : whole('--soak', values.soak, 30);
  const deletions = values.deletions === undefined ? null : whole('--deletions', values.deletions, 1);
  if (deletions !== null && store === 'sqlite') throw new RangeError('--deletions are those of --store influxdb');
  if (outage !== null && store === 'sqlite') throw new RangeError('--outage takes InfluxDB away: --store influxdb');
  return {
    store,
    seed: whole('--seed', values.seed, 0),
    kills: short && kills === FLAGS.kills.default ? 12 : whole('--kills', kills, 0),
    rate: whole('--rate', values.rate ?? (outage === null && soak === null ? '2000' : '1000'), 1),
    only,
    outage,
    soak,
    deletions,
    folder,
    keep,
    help,
  };
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: FLAGS }).values;
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new RangeError(`${name} is ${text}, expected a whole number from ${least}`);
  return value;
}
