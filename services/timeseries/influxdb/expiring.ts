/** Old rows go for good [docs/semantics.md, What is kept]: with one statement for each measurement, beside other work. */
import type { Expiry } from '../port.ts';
import type { Where } from './generations.ts';
import { nanoseconds } from './instants.ts';
import { idLine } from './lines.ts';
import { type PendingPoint, placesOf } from './pending.ts';
import type { Persisting } from './persisting.ts';
import { ofStreams } from './reading/statements.ts';
import { REMOVED } from './schema.ts';

/** Datastreams in one statement; so many wait at a time. */
const STREAMS = 500;
/** The first time of the hub, milliseconds, and of InfluxDB, nanoseconds. */
const EARLIEST = Date.UTC(1700, 0, 1);
const FIRST = '-9223372036854775806';

/** Resolves with the number of rows when InfluxDB has deleted them. */
export async function expire(
  { datastreams, except = [], from, before }: Expiry,
  persisting: Persisting,
): Promise<number> {
  const { session, deleting } = persisting;
  const { registry, connection } = session;
  await connection.lateWrites.settled();
  const kept = new Set(except);
  const all = new Set([...registry.values()].map(({ ds }) => ds)).union(registry.removed);
  const asked = datastreams ?? [...all];
  const streams = asked.filter((ds) => !kept.has(ds) && registry.get(ds) !== undefined);
  const stretch = { from: from === null ? null : nanoseconds(from), to: lastBefore(before) };
  let gone = 0;
  for (const [measurement, list] of Map.groupBy(streams, (ds) => registry.get(ds)!.names.measurement)) {
    for (let at = 0; at < list.length; at += STREAMS) {
      const some = list.slice(at, at + STREAMS);
      gone += await deleting.alone(async () => {
        const found = await look(persisting, measurement, some, stretch);
        if (found.rows === 0) return 0;
        const whole = some.filter((ds) => !found.staying.has(ds));
        const where = { streams: some, whole, where: null, from: from ?? EARLIEST, to: before, marks: false };
        // ids first: after a crash their rows are still found, so that doing it again ends it
        await persisting.marks(found.ids.map((id) => idLine(id, null)));
        await persisting.during(some, () =>
          deleting.guarded(where, (barrier) => {
            for (const ds of some) session.registry.recent.forget(ds);
            const keyOf = (ds: number): string => registry.get(ds)!.key;
            return deleting.thoroughly(barrier, { measurement, streams: some, stretch, keyOf });
          }),
        );
        return Math.max(0, found.rows - pendingOf(persisting, some, from, before).length);
      });
    }
  }
  const buried = asked.filter((ds) => !kept.has(ds) && registry.removed.has(ds));
  for (let at = 0; at < buried.length; at += STREAMS) {
    const some = buried.slice(at, at + STREAMS);
    const marks = { streams: some, whole: [], where: null, from: from ?? EARLIEST, to: before, marks: true };
    await deleting.alone(async () => {
      await deleting.guarded(marks, (barrier) =>
        deleting.thoroughly(barrier, {
          measurement: REMOVED,
          streams: some,
          stretch,
          keyOf: (ds) => `${REMOVED},datastream=${ds}`,
        }),
      );
      const points = pendingOf(persisting, some, from, before);
      for (const point of points) session.pending.delete(point);
      if (points.length > 0) persisting.tell({ kind: 'gone', places: placesOf(points) });
    });
  }
  return gone;
}

/** The end of the millisecond before, because both ends of a stretch belong to it. */
function lastBefore(t: number): string {
  return nanoseconds(t - 1, 999_999);
}

interface Looked {
  readonly rows: number;
  /** Assigned ids of the rows. */
  readonly ids: readonly number[];
  /** Datastreams that have later points. */
  readonly staying: ReadonlySet<number>;
}

async function look(
  { session }: Persisting,
  measurement: string,
  streams: readonly number[],
  { from, to }: { readonly from: string | null; readonly to: string },
): Promise<Looked> {
  const { dialect } = session.connection;
  const places: readonly Where[] = dialect.history ? ['current', 'history'] : ['current'];
  const found = { rows: 0, ids: [] as number[], staying: new Set<number>() };
  const condition = `WHERE ${ofStreams(streams)} AND time >= ${from ?? FIRST} AND time <= ${to}`;
  for (const where of places) {
    const name = dialect.from(where, measurement);
    const [counts, ids, later] = await session.connection.ask(
      `SELECT count("record") FROM ${name} ${condition}; SELECT "id" FROM ${name} ${condition} AND "id" > 0; SELECT first("record") FROM ${name} WHERE ${ofStreams(streams)} AND time > ${to} GROUP BY "datastream"`,
    );
    for (const { tags } of later ?? []) found.staying.add(Number(tags?.datastream));
    found.rows += (counts?.[0]?.values?.[0]?.[1] as number | undefined) ?? 0;
    for (const [, id] of ids?.[0]?.values ?? []) found.ids.push(id as number);
  }
  return found;
}

/** Removed rows whose points stood among them. */
function pendingOf(
  { session: { pending } }: Persisting,
  streams: readonly number[],
  from: number | null,
  before: number,
): PendingPoint[] {
  return streams.flatMap((ds) => pending.of(ds)).filter(({ t }) => (from === null || t >= from) && t < before);
}
