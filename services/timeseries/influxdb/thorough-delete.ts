/**
 * One deletion, looked at before and behind it. InfluxDB's engine (1.x and 2.x) deletes from its files and from its cache, but not
 * from the part of the cache that it is writing to a file at that moment [tsdb/engine/tsm1, Cache.DeleteRange]. While much is
 * written that meets one deletion in sixty (measured on 1.6.7), and then
 *
 * - what was deleted is there all the same: it has to be deleted once more, a moment later;
 * - a series that has nothing else in its shard leaves the index of 1.x, and its other points are not found any more until
 *   something is written to it: it gets a point that has no row, in the place of what was deleted.
 */
import type { Connection } from './connection.ts';
import { deletePoints } from './delete-points.ts';
import type { Where } from './generations.ts';
import { nanoseconds } from './instants.ts';
import { ofStreams } from './reading/statements.ts';
import { whileItIsDone } from './running-deletes.ts';
import { KEEPER, REMOVED } from './schema.ts';
import { ServerFault } from './server-fault.ts';
import type { Session } from './session.ts';

export interface Deletion {
  readonly measurement: string;
  /** Datastreams. */
  readonly streams: readonly number[];
  /** Inclusive, nanoseconds; `from` null: from the beginning. null: all times. */
  readonly stretch: { readonly from: string | null; readonly to: string } | null;
  /** Measurement and tags of the points of a Datastream. */
  readonly keyOf: (datastream: number) => string;
}

/** A point beside what is deleted, that must be found behind it. */
interface Neighbour {
  readonly where: Where;
  readonly ds: number;
  readonly side: 'before' | 'after';
  readonly time: string;
  /** The end of what is deleted on this side, nanoseconds: in the same shard, if the point may be lost. */
  readonly edge: string;
}

/** False: some of it stands there still, and is to be deleted once more a moment later. Throws ServerFault. */
export async function deleteThoroughly(deletion: Deletion, session: Session): Promise<boolean> {
  const { connection } = session;
  const { measurement, streams, stretch } = deletion;
  const before = await neighbours(deletion, session);
  await whileItIsDone(connection, session.settings.options.influxdb.database, (signal) =>
    deletePoints(connection, measurement, streams, stretch, signal),
  );
  if (before.length > 0) await keep(before, deletion, session);
  return (await standing(deletion, connection)) === 0;
}

/** The series of these times that a shard may have left out of its index get a point without a row. */
export async function keepSeries(key: string, where: Where, times: readonly number[], session: Session): Promise<void> {
  if (session.connection.dialect.generation !== 1) return;
  // the first and the last of each half: wherever the shards begin, each has one
  const halves = new Map<number, { first: number; last: number }>();
  for (const t of times) {
    const half = Math.floor((2 * t) / session.shards[where]);
    const { first, last } = halves.get(half) ?? { first: t, last: t };
    halves.set(half, { first: Math.min(first, t), last: Math.max(last, t) });
  }
  const ends = [...halves.values()].flatMap(({ first, last }) => [first, last]);
  const lines = new Set(ends.map((t) => keeper(key, nanoseconds(t))));
  await session.send([{ where, lines: [...lines] }]);
}

async function keep(before: readonly Neighbour[], deletion: Deletion, session: Session): Promise<void> {
  const lost = missing(before, await neighbours(deletion, session));
  if (lost.length === 0) return;
  const parcels = (['current', 'history'] as const).map((where) => ({
    where,
    lines: lost.filter((one) => one.where === where).map(({ ds, edge }) => keeper(deletion.keyOf(ds), edge)),
  }));
  await session.send(parcels);
  const [still] = missing(before, await neighbours(deletion, session));
  if (still === undefined) return;
  const detail = `InfluxDB does not find the point of Datastream ${still.ds} at ${still.time} any more, beside one that was deleted.`;
  throw new ServerFault('store.unavailable', detail, true);
}

function keeper(key: string, time: string): string {
  return `${key} ${KEEPER}=true ${time}`;
}

function missing(before: readonly Neighbour[], after: readonly Neighbour[]): Neighbour[] {
  const name = ({ where, ds, side, time }: Neighbour): string => `${where}/${ds}/${side}/${time}`;
  const found = new Set(after.map(name));
  return before.filter((one) => !found.has(name(one)));
}

/** The nearest points on both sides, as far as a shard may reach. Only 1.x has the index that forgets. */
async function neighbours({ measurement, streams, stretch }: Deletion, session: Session): Promise<Neighbour[]> {
  const { connection, shards } = session;
  if (stretch === null || connection.dialect.generation !== 1) return [];
  const found: Neighbour[] = [];
  for (const where of placesOf(connection)) {
    const from = `FROM ${connection.dialect.from(where, measurement)} WHERE ${ofStreams(streams)}`;
    const reach = BigInt(shards[where]) * 1_000_000n;
    const field = fieldOf(measurement);
    const sides: { side: Neighbour['side']; edge: string; statement: string }[] = [];
    const { from: edge, to } = stretch;
    if (edge !== null) {
      const span = `time < ${edge} AND time >= ${BigInt(edge) - reach}`;
      sides.push({
        side: 'before',
        edge,
        statement: `SELECT last("${field}") ${from} AND ${span} GROUP BY "datastream"`,
      });
    }
    const span = `time > ${to} AND time <= ${BigInt(to) + reach}`;
    sides.push({
      side: 'after',
      edge: to,
      statement: `SELECT first("${field}") ${from} AND ${span} GROUP BY "datastream"`,
    });
    const answers = await connection.ask(sides.map(({ statement }) => statement).join('; '));
    for (const [i, { side, edge }] of sides.entries())
      for (const { tags, values } of answers[i] ?? [])
        found.push({ where, ds: Number(tags?.datastream), side, edge, time: String(values?.[0]?.[0]) });
  }
  return found;
}

/** How many of the points are there still. */
async function standing(
  { measurement, streams, stretch }: Omit<Deletion, 'keyOf'>,
  connection: Connection,
): Promise<number> {
  const times =
    stretch === null ? [] : [stretch.from === null ? [] : [`time >= ${stretch.from}`], `time <= ${stretch.to}`].flat();
  const conditions = [ofStreams(streams), ...times].join(' AND ');
  const statements = placesOf(connection).map(
    (where) =>
      `SELECT count("${fieldOf(measurement)}") FROM ${connection.dialect.from(where, measurement)} WHERE ${conditions}`,
  );
  const answers = await connection.ask(statements.join('; '));
  return answers.reduce((sum, series) => sum + Number(series[0]?.values?.[0]?.[1] ?? 0), 0);
}

function placesOf(connection: Connection): readonly Where[] {
  return connection.dialect.history ? ['current', 'history'] : ['current'];
}

/** One that all of its points have. */
function fieldOf(measurement: string): string {
  return measurement === REMOVED ? 'tie' : 'record';
}
