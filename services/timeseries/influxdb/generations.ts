/** What the generations of InfluxDB call the same: paths, logins, where rows stand. */
import type { Capabilities } from '../port.ts';
import type { InfluxOptions } from './options.ts';

/** `current`: what is new. `history`: old and far times, and what the hub keeps for itself; see `schema.ts`. */
export type Where = 'current' | 'history';

export type Generation = 1 | 2 | 3;

export interface Dialect {
  readonly generation: Generation;
  readonly capabilities: Capabilities;
  /** The login. */
  readonly headers: Readonly<Record<string, string>>;
  /** Does old data have a place of its own? */
  readonly history: boolean;
  /** What to do where database, bucket or policy is missing. */
  readonly missing: string;
  write(where: Where): { readonly path: string; readonly headers: Readonly<Record<string, string>> };
  query(where: Where): { readonly path: string; readonly headers: Readonly<Record<string, string>> };
  /** A measurement as it stands in a FROM. */
  from(where: Where, measurement: string): string;
  /** 2.x: where points are deleted. */
  readonly buckets: readonly string[];
  deletePath(bucket: string): string;
  /** Statements that make what is missing, where the hub may; null: somebody else does that. */
  readonly create: readonly string[] | null;
}

const EVERYTHING: Capabilities = { edit: null, span: null };

/** [InfluxDB 3 Core, "Query limits": a query reads 432 files of 10 minutes.] */
const CORE_SPAN = 72 * 3_600_000;

/** What InfluxDB 3 Core can't do. */
const CORE: Capabilities = {
  edit: 'InfluxDB 3 Core cannot delete rows (influxdata/influxdb#26601): Observations can be added, but not changed or removed.',
  span: {
    milliseconds: CORE_SPAN,
    reason: 'InfluxDB 3 Core answers a query over about 72 hours at the most; ask for a shorter time.',
  },
};

const NO_BUCKETS = { buckets: [], deletePath: () => '' } satisfies Partial<Dialect>;

/** `version` and `build` as /ping gives them; null: neither tells. */
export function generationOf(version: string, build: string): Generation | null {
  const major = /^v?(\d+)\./.exec(version)?.[1];
  if (major === '1' || major === '2' || major === '3') return Number(major) as Generation;
  if (/core|enterprise3|iox/i.test(build)) return 3;
  return null;
}

export function dialectOf(generation: Generation, options: InfluxOptions): Dialect {
  if (generation === 1) return first(options);
  return generation === 2 ? second(options) : third(options);
}

/** 1.x: database and retention policies; Basic. */
function first(options: InfluxOptions): Dialect {
  const { database, retentionPolicy, historyPolicy, historyShardWeeks, username, password } = options;
  const headers: Record<string, string> = {};
  if (username !== null) headers.authorization = `Basic ${base64(`${username}:${password ?? ''}`)}`;
  const policy = (where: Where): string =>
    where === 'history' && historyPolicy !== '' ? historyPolicy : retentionPolicy;
  const query = (where: Where): string => parameters({ db: database, rp: policy(where) });
  const create = [`CREATE DATABASE ${quoted(database)}`];
  const make = (name: string, shard: string): string =>
    `CREATE RETENTION POLICY ${quoted(name)} ON ${quoted(database)} DURATION INF REPLICATION 1 SHARD DURATION ${shard}`;
  if (retentionPolicy !== '') create.push(make(retentionPolicy, '1w'));
  if (historyPolicy !== '') create.push(make(historyPolicy, `${historyShardWeeks}w`));
  return {
    generation: 1,
    capabilities: EVERYTHING,
    headers,
    history: historyPolicy !== '',
    missing: `In InfluxDB's shell (influx): ${create.join('; ')}`,
    write: (where) => ({ path: `/write?${query(where)}&precision=ns`, headers }),
    query: (where) => ({ path: `/query?${query(where)}&epoch=ns`, headers }),
    from: (where, measurement) => {
      const name = policy(where);
      return name === '' ? quoted(measurement) : `${quoted(name)}.${quoted(measurement)}`;
    },
    ...NO_BUCKETS,
    create: options.createDatabase ? create : null,
  };
}

/** 2.x: buckets, read over the mapping of databases and policies to them (DBRP); Token. */
function second(options: InfluxOptions): Dialect {
  const { org, bucket, historyBucket, database, retentionPolicy, historyPolicy, historyShardWeeks, token } = options;
  const headers: Record<string, string> = token === null ? {} : { authorization: `Token ${token}` };
  const history = historyPolicy !== '';
  const old = (where: Where): boolean => where === 'history' && history;
  const policy = (where: Where): string => (old(where) ? historyPolicy : retentionPolicy);
  const hours = historyShardWeeks * 7 * 24;
  const made = [`influx bucket create --org ${shell(org)} --name ${shell(bucket)} --retention 0`];
  if (bucket !== database || retentionPolicy !== '')
    made.push(mapped(org, database, retentionPolicy || 'autogen', true, bucket));
  if (history) {
    made.push(
      `influx bucket create --org ${shell(org)} --name ${shell(historyBucket)} --retention 0 --shard-group-duration ${hours}h`,
    );
    if (historyBucket !== `${database}/${historyPolicy}`)
      made.push(mapped(org, database, historyPolicy, false, historyBucket));
  }
  return {
    generation: 2,
    capabilities: EVERYTHING,
    headers,
    history,
    missing: `Make what is missing: ${made.join(' ; ')}`,
    write: (where) => ({
      path: `/api/v2/write?${parameters({ org, bucket: old(where) ? historyBucket : bucket })}&precision=ns`,
      headers,
    }),
    query: (where) => ({ path: `/query?${parameters({ db: database, rp: policy(where) })}&epoch=ns`, headers }),
    from: (where, measurement) => {
      const name = policy(where);
      return name === '' ? quoted(measurement) : `${quoted(name)}.${quoted(measurement)}`;
    },
    buckets: history ? [bucket, historyBucket] : [bucket],
    deletePath: (name) => `/api/v2/delete?${parameters({ org, bucket: name })}`,
    create: null,
  };
}

/** 3.x: databases; Bearer. Files of ten minutes, so old times need no place of their own. */
function third(options: InfluxOptions): Dialect {
  const { database, token } = options;
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  return {
    generation: 3,
    capabilities: CORE,
    headers,
    history: false,
    missing: `Make what is missing: influxdb3 create database ${shell(database)}`,
    write: () => ({ path: `/api/v2/write?${parameters({ bucket: database })}&precision=ns`, headers }),
    query: () => ({ path: `/query?${parameters({ db: database })}&epoch=ns`, headers }),
    from: (_, measurement) => quoted(measurement),
    ...NO_BUCKETS,
    create: null,
  };
}

function mapped(org: string, database: string, policy: string, isDefault: boolean, bucket: string): string {
  const extra = isDefault ? ' --default' : '';
  return `influx v1 dbrp create --org ${shell(org)} --db ${shell(database)} --rp ${shell(policy)}${extra} --bucket-id <id of ${bucket}>`;
}

function parameters(values: Readonly<Record<string, string>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== '');
  return given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}

function quoted(name: string): string {
  return `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function shell(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
