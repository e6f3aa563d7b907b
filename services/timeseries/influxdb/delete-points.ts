/** Deleting points, in each generation's way. */
import type { Connection } from './connection.ts';
import { identifier } from './schema.ts';

/** Inclusive, nanoseconds; null: open. */
export interface Stretch {
  readonly from: string | null;
  readonly to: string | null;
}

/** Deleting takes longer than writing. */
const MILLISECONDS = 600_000;
/** Datastreams in one statement. */
const STREAMS = 200;

/**
 * Points of a measurement in both policies. `streams` null: of all Datastreams. Resolves when the server has done it; 1.x: `signal`
 * ends the wait, with its reason.
 */
export async function deletePoints(
  connection: Connection,
  measurement: string,
  streams: readonly number[] | null,
  stretch: Stretch | null,
  signal?: AbortSignal,
): Promise<void> {
  const { from, to } = stretch ?? { from: null, to: null };
  const { dialect } = connection;
  if (dialect.generation === 2) {
    const of = `_measurement="${measurement.replaceAll('"', '\\"')}"`;
    for (const bucket of dialect.buckets) {
      // its predicates know no OR
      for (const ds of streams ?? [null]) {
        const predicate = ds === null ? of : `${of} AND datastream="${ds}"`;
        await connection.call(dialect.deletePath(bucket), {
          start: instant(from, FIRST),
          stop: instant(to, LAST),
          predicate,
        });
      }
    }
    return;
  }
  const times = [from === null ? [] : [`time >= ${from}`], to === null ? [] : [`time <= ${to}`]].flat();
  for (let at = 0; at < (streams?.length ?? 1); at += STREAMS) {
    const some = streams?.slice(at, at + STREAMS).map((ds) => `"datastream" = '${ds}'`);
    const conditions = some === undefined ? times : [`(${some.join(' OR ')})`, ...times];
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
    await connection.ask(`DELETE FROM ${identifier(measurement)}${where}`, 'current', MILLISECONDS, signal);
  }
}

/** The times that InfluxDB can hold. */
const FIRST = '1677-09-21T00:12:43.145224194Z';
const LAST = '2262-04-11T23:47:16.854775806Z';

/** Nanoseconds as RFC 3339. */
function instant(nanoseconds: string | null, open: string): string {
  if (nanoseconds === null) return open;
  const all = BigInt(nanoseconds);
  const rest = ((all % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = Number((all - rest) / 1_000_000_000n);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${rest.toString().padStart(9, '0')}Z`;
}
