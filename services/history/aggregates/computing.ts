/**
 * The hours and days of some Datastreams over a span, computed from their rows and held against what stands: only what differs
 * is written. The store is asked once, for the pieces between all starts of hours and days.
 */
import type { AggregateLevel, Datastream, EntityId, RowExtra } from '../../model/index.ts';
import type { ObservationSource, TimeseriesStore } from '../../timeseries/index.ts';
import { saysSame } from './aggregate-row.ts';
import { breathing } from './breath.ts';
import { type Calendar, HOUR } from './calendar.ts';
import type { Levels } from './levels.ts';
import { Adding, type Sums, sumsAt } from './sums.ts';

export interface ComputingPorts {
  readonly levels: Levels;
  readonly calendar: Calendar;
  /** What it has: rows that are on their way are told when it has them. */
  readonly store: Pick<TimeseriesStore, 'aggregate'>;
  /** Spans of a Datastream that begin before this time are left as they are: some of their rows may be gone. */
  readonly wholeFrom: (datastream: EntityId) => number;
  /** Also what is on its way: aggregates that were written just now. */
  readonly observations: Pick<ObservationSource, 'scan'>;
}

/** One hour or day that is to be written. */
export interface AggregateChange {
  readonly source: EntityId;
  readonly level: AggregateLevel;
  readonly start: number;
  readonly end: number;
  /** null: no Observation is left. */
  readonly sums: Sums | null;
  /** What stands there; null: nothing. */
  readonly standing: { readonly rec: number; readonly id: number } | null;
}

interface Standing {
  readonly rec: number;
  readonly id: number;
  readonly x: RowExtra;
}

/**
 * `from`, `to`: whole hours. `closed`: spans that end behind it are not over yet. Days are computed where they share an hour
 * with the span.
 */
export async function computed(
  { levels, calendar, store, wholeFrom, observations }: ComputingPorts,
  sources: readonly Datastream[],
  span: { readonly from: number; readonly to: number; readonly closed: number },
): Promise<AggregateChange[]> {
  const breathe = breathing();
  const daily = sources.some((source) => levels.wants(source, 'daily'));
  // of a day that is not over the rows are read when it is
  const first = daily ? calendar.dayOf(span.from) : span.from;
  const from = daily && calendar.dayAfter(first) > span.closed ? span.from : first;
  const end = daily ? calendar.dayAfter(calendar.dayOf(span.to - 1)) : span.to;
  const to = end > span.closed ? span.to : end;
  const edges = edgesOf(calendar, from, to, daily);
  const found = await store.aggregate({
    datastreams: sources.map(({ id }) => id),
    from,
    to,
    edges,
    perDatastream: true,
    quantiles: [],
  });
  const rows = new Map<EntityId, Map<number, Sums>>();
  for (let i = 0; i < found.length; i++) {
    await breathe();
    const ds = found.ds[i]!;
    let pieces = rows.get(ds);
    if (pieces === undefined) {
      pieces = new Map();
      rows.set(ds, pieces);
    }
    pieces.set(edges[found.bucket[i]!]!, sumsAt(found, i));
  }
  const standing = await whatStands();
  const changes: AggregateChange[] = [];
  for (const source of sources)
    for (const level of levels.wanted(source)) {
      const within = level === 'hourly' ? span : { from, to, closed: span.closed };
      await compare(source, level, within);
    }
  return changes;

  async function compare(source: Datastream, level: AggregateLevel, within: typeof span): Promise<void> {
    const { id } = source;
    const sums = new Map<number, Adding>();
    for (const [start, piece] of rows.get(id) ?? []) {
      await breathe();
      const at = levels.startOf(level, start);
      const whole = sums.get(at) ?? new Adding();
      sums.set(at, whole);
      whole.add(piece, start);
    }
    const stream = levels.streamOf(id, level);
    const known = (stream !== undefined && standing.get(stream)) || new Map<number, Standing>();
    const earliest = Math.max(wholeFrom(id), levels.keptFrom(source, level));
    for (const start of new Set([...sums.keys(), ...known.keys()])) {
      await breathe();
      const end = levels.endOf(level, start);
      if (start < within.from || end > Math.min(within.to, within.closed) || start < earliest) continue;
      const now = sums.get(start) ?? null;
      const before = known.get(start) ?? null;
      if (now === null ? before === null : before !== null && saysSame(before.x, now, end)) continue;
      changes.push({ source: id, level, start, end, sums: now, standing: before });
    }
  }

  async function whatStands(): Promise<ReadonlyMap<EntityId, ReadonlyMap<number, Standing>>> {
    const streams = sources
      .flatMap(({ id }) => [levels.streamOf(id, 'hourly') ?? [], levels.streamOf(id, 'daily') ?? []].flat())
      .sort((a, b) => a - b);
    const all = new Map<EntityId, Map<number, Standing>>();
    if (streams.length === 0) return all;
    const query = { datastreams: streams, from, to, order: 'id', offset: 0, limit: Number.POSITIVE_INFINITY } as const;
    for await (const chunk of observations.scan(query)) {
      for (let i = 0; i < chunk.length; i++) {
        await breathe();
        if (chunk.n[i] !== 0) continue;
        const ds = chunk.ds[i]!;
        let times = all.get(ds);
        if (times === undefined) {
          times = new Map();
          all.set(ds, times);
        }
        const x = JSON.parse(chunk.x.get(i) ?? '{}') as RowExtra;
        times.set(chunk.t[i]!, { rec: chunk.rec[i]!, id: chunk.id[i]!, x });
      }
    }
    return all;
  }
}

/** Starts of all hours, and of all days, which in some time zones are not on the hour; and the end. */
function edgesOf(calendar: Calendar, from: number, to: number, daily: boolean): number[] {
  const edges: number[] = [];
  let day = daily ? calendar.dayOf(from) : to;
  let hour = Math.floor(from / HOUR) * HOUR;
  while (Math.min(hour, day) < to) {
    const edge = Math.min(hour, day);
    if (edge >= from) edges.push(edge);
    if (hour === edge) hour += HOUR;
    if (day === edge) day = calendar.dayAfter(day);
  }
  if (edges[0] !== from) edges.unshift(from);
  edges.push(to);
  return edges;
}
