/** How long the shards of the two policies are, and which policies keep everything. */
import { Fault } from '../threads/fault.ts';
import type { Connection } from './connection.ts';
import type { Where } from './generations.ts';
import type { InfluxOptions } from './options.ts';
import { identifier } from './schema.ts';

const HOUR = 3_600_000;
const WEEK = 168 * HOUR;

/** Milliseconds. */
export interface Shards extends Record<Where, number> {
  /** Policies that are known to keep everything. */
  readonly endless: Readonly<Record<Where, boolean>>;
}

export const SHARDS: Shards = { current: WEEK, history: WEEK, endless: { current: false, history: false } };

/** Where the server does not say it, it is what it makes itself, or what the hub tells people to make. */
export async function shardsOf(
  connection: Connection,
  { database, retentionPolicy, historyPolicy, historyShardWeeks }: InfluxOptions,
): Promise<Shards> {
  const endless = { current: false, history: false };
  const shards = { current: WEEK, history: historyPolicy === '' ? WEEK : historyShardWeeks * WEEK, endless };
  if (connection.dialect.generation === 3) return shards;
  try {
    const [series] = await connection.ask(`SHOW RETENTION POLICIES ON ${identifier(database)}`);
    const [table] = series ?? [];
    const at = (column: string): number => table?.columns.indexOf(column) ?? -1;
    for (const row of table?.values ?? []) {
      const length = millisecondsOf(String(row[at('shardGroupDuration')]));
      const name = row[at('name')];
      if (length === 0) continue;
      const isEndless = row[at('duration')] === '0s';
      if (name === retentionPolicy || (retentionPolicy === '' && row[at('default')] === true)) {
        shards.current = length;
        endless.current = isEndless;
      }
      if (name === historyPolicy) {
        shards.history = length;
        endless.history = isEndless;
      }
    }
  } catch (error) {
    // who may write and read need not be allowed to see this
    if (!(error instanceof Fault) || error.code === 'store.unavailable') throw error;
  }
  return shards;
}

/** `168h0m0s`; 0: not read. */
function millisecondsOf(duration: string): number {
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration);
  if (parts === null) return 0;
  const [, hours = '0', minutes = '0', seconds = '0'] = parts;
  return Number(hours) * HOUR + Number(minutes) * 60_000 + Number(seconds) * 1000;
}
