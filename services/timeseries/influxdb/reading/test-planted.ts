/**
 * For tests of reading: rows of a store in memory are planted in a real InfluxDB as the writer would leave them there, between
 * rows that are removed or dropped and whose points still stand.
 */
import type { CodedError } from '../../../model/index.ts';
import type { TimeseriesStore } from '../../index.ts';
import { options as storeOptions } from '../../options.ts';
import { type ReadRow, scanAll } from '../../test-rows.ts';
import { FIRST_HIGH_SLOT } from '../instants.ts';
import { claimLine, idLine, removedLine, rowLine, seriesKey, storeLine } from '../lines.ts';
import { influxOptions } from '../options.ts';
import { type Current, whereOf } from '../schema.ts';
import type { PlaceColumns } from './protocol.ts';
import { InfluxReader } from './reader.ts';

export interface Planting {
  readonly url: string;
  /** Where the reader asks, if not there. */
  readonly through?: string;
  readonly database: string;
  /** Times of the first policy. */
  readonly current: Current;
  /** Rows that were removed and whose points still stand. */
  readonly removed?: readonly ReadRow[];
  /** Datastreams that are dropped and whose points still stand. */
  readonly dropped?: readonly number[];
  readonly influxdb?: Partial<Readonly<Record<string, unknown>>>;
  readonly limits?: Partial<Readonly<Record<string, unknown>>>;
  readonly failed?: (error: CodedError) => void;
}

/** Datastreams share three measurements. */
export function measurementOf(ds: number): string {
  return `quantity ${ds % 3}`;
}

/** A reader of what the reference holds. */
export async function plantedReader(reference: TimeseriesStore, planting: Planting): Promise<InfluxReader> {
  const { url, database, current, removed = [], dropped = [], failed = () => {} } = planting;
  const influxdb = influxOptions.parse({ url: planting.through ?? url, database, ...planting.influxdb });
  const statements = [
    `CREATE DATABASE "${database}"`,
    `CREATE RETENTION POLICY history ON "${database}" DURATION INF REPLICATION 1 SHARD DURATION 5200w`,
  ];
  await post(`${url}/query`, new URLSearchParams({ q: statements.join(';') }));
  const rows = await scanAll(reference);
  const lines: Record<'current' | 'history', string[]> = { current: [], history: [storeLine(database, 1, current)] };
  const key = (ds: number): string => seriesKey(ds, { measurement: measurementOf(ds), place: `platz ${ds % 4}` });
  const high = new Map<string, number>();
  for (const row of [...rows, ...removed].toSorted((a, b) => a.ds - b.ds || a.t - b.t || a.n - b.n)) {
    const { ds, t, n } = row;
    const place = `${ds}@${t}`;
    const above = high.get(place) ?? FIRST_HIGH_SLOT;
    if (n >= FIRST_HIGH_SLOT) high.set(place, above + 1);
    const slot = n < FIRST_HIGH_SLOT ? n : above;
    lines[whereOf(t, current)].push(rowLine(key(ds), { ...row, x: row.x || null }, slot, null, n % 2 === 1));
  }
  for (const row of rows) {
    if (row.id > 0) lines.history.push(idLine(row.id, row));
    const k = row.x === '' ? undefined : (JSON.parse(row.x) as { k?: [number, number] }).k;
    if (k !== undefined) lines.history.push(claimLine(k[0], k[1], row));
  }
  for (const [key, { ds, t, n, rec }] of removed.entries())
    lines.history.push(removedLine(ds, t, { n, rec, key, again: false, gone: false }));
  for (const [where, list] of Object.entries(lines)) {
    const policy = where === 'history' ? '&rp=history' : '';
    for (let at = 0; at < list.length; at += 5000)
      await post(`${url}/write?db=${database}${policy}&precision=ns`, list.slice(at, at + 5000).join('\n'));
  }
  const limits = storeOptions.parse(planting.limits ?? {});
  const capabilities = () => ({ edit: null, span: null });
  const reader = new InfluxReader({ influxdb, limits, capabilities, failed, still: () => {}, doubt: () => {} });
  await reader.start();
  const streams = [...new Set([...rows, ...removed].map(({ ds }) => ds))];
  const names = [...new Set(streams.map(measurementOf))];
  reader.tell({
    kind: 'state',
    identity: database,
    current,
    series: {
      ds: Int32Array.from(streams),
      name: Int32Array.from(streams, (ds) => names.indexOf(measurementOf(ds))),
      names,
    },
    dropped: Int32Array.from(dropped),
    standing: placesOf(removed),
  });
  return reader;
}

export function placesOf(rows: readonly Pick<ReadRow, 'ds' | 't' | 'n' | 'rec'>[]): PlaceColumns {
  return {
    length: rows.length,
    ds: Int32Array.from(rows, ({ ds }) => ds),
    t: Float64Array.from(rows, ({ t }) => t),
    n: Int32Array.from(rows, ({ n }) => n),
    rec: Float64Array.from(rows, ({ rec }) => rec),
  };
}

async function post(url: string, body: URLSearchParams | string): Promise<void> {
  const response = await fetch(url, { method: 'POST', body });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  await response.text();
}
