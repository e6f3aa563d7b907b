/** What the writer asks of InfluxDB: how the store stands, what stands at some instants, how far Datastreams reach. */
import type { Row } from '../memory/row.ts';
import { Fault } from '../threads/fault.ts';
import type { Dialect, Where } from './generations.ts';
import { type HeldIds, MOST_IDS } from './held-ids.ts';
import { millisecondsOf, nanoseconds, slotOf } from './instants.ts';
import { type Instant, Instants } from './instants-held.ts';
import type { Holder, Removed } from './lines.ts';
import { type SeriesNames, safeNames } from './names.ts';
import type { InfluxOptions } from './options.ts';
import type { PendingPoint } from './pending.ts';
import type { TableSink } from './reading/csv.ts';
import type { Requests } from './reading/requests.ts';
import { RowTable } from './reading/rows.ts';
import { ofStreams, ROW } from './reading/statements.ts';
import type { Registry, Series } from './registry.ts';
import { type Current, HOME, IDS, REMOVED, whereOf } from './schema.ts';
import { ServerFault } from './server-fault.ts';

/** So many ids at once are worth a look at all that are held. */
const MANY_IDS = 100;
/** Times of one Datastream that lie further apart than this are asked for one by one, unless the others do so, too. */
const NEAR = 60_000;
/** What is read as a whole may take so much longer than one request. */
const PATIENCE = 10;

export class Loading {
  readonly #requests: Requests;
  readonly #options: InfluxOptions;

  constructor(requests: Requests, options: InfluxOptions) {
    this.#requests = requests;
    this.#options = options;
  }

  /** `measurement`: as it stands in a FROM. */
  async removed(
    measurement: string,
    take: (ds: number, t: number, removed: Removed, point: PendingPoint) => void,
  ): Promise<void> {
    const statement = `SELECT "tie","rec","again","gone","datastream"::tag FROM ${measurement}`;
    await this.#ask([statement], removedTable(take), PATIENCE);
  }

  async series(
    measurement: string,
    take: (ds: number, names: SeriesNames | null, dropped: boolean, gone: boolean) => void,
  ): Promise<void> {
    const fields = '"measurement","place","elements","dropped","gone"';
    const sink = table(['time', 'measurement', 'place', 'elements', 'dropped', 'gone'], (cells) => {
      const [time, name, place, elements, dropped, gone] = cells as [string, string, string, string, string, string];
      const ds = Number(time);
      const more = elements === '' ? {} : { elements: JSON.parse(elements) as string[] };
      const names = name === '' ? null : safeNames(ds, { measurement: name, place, ...more });
      take(ds, names, dropped === 'true', gone === 'true');
    });
    await this.#ask([`SELECT ${fields} FROM ${measurement}`], sink, PATIENCE);
  }

  /** What stands at these times of Datastreams; those that are surely free are not asked for. */
  async instants(
    wanted: ReadonlyMap<number, Iterable<number>>,
    registry: Registry,
    current: Current,
    dialect: Dialect,
  ): Promise<Instants> {
    const instants = new Instants();
    const statements: string[] = [];
    const buried: string[] = [];
    for (const [ds, list] of wanted) {
      const times = [...new Set(list)].sort((a, b) => a - b);
      for (const t of times) instants.at(ds, t);
      const extent = registry.removed.get(ds);
      const asked: number[] = [];
      for (const t of times) {
        if (registry.isFree(ds, t)) continue;
        const isApart = extent === undefined || t < extent.low || t > extent.high;
        if (isApart && registry.recent.knows(ds, t)) hold(instants.at(ds, t), registry.recent.at(ds, t));
        else asked.push(t);
      }
      const series = registry.get(ds);
      for (const { where, from, to } of clusters(asked, current)) {
        const span = `"datastream" = '${ds}' AND time >= ${nanoseconds(from)} AND time < ${nanoseconds(to + 1)}`;
        if (series !== undefined)
          statements.push(`SELECT ${ROW} FROM ${dialect.from(where, series.names.measurement)} WHERE ${span}`);
        if (extent !== undefined && from <= extent.high && to >= extent.low)
          buried.push(
            `SELECT "tie","rec","again","gone","datastream"::tag FROM ${dialect.from(HOME, REMOVED)} WHERE ${span}`,
          );
      }
    }
    const rows = new RowTable(({ time, ds, t, n, r, type, rec, q, id, x }) => {
      // statements that cover several times bring others, too
      if (!instants.has(ds, t) || instants.at(ds, t).isSure) return;
      const slot = slotOf(time);
      instants.at(ds, t).points.set(slot, { ds, t, n, r, type, rec, q, id, x });
    });
    const tombstones = removedTable((ds, t, removed) => {
      if (instants.has(ds, t)) instants.at(ds, t).removed.push(removed);
    });
    await Promise.all([this.#ask(statements, rows), this.#ask(buried, tombstones)]);
    return instants;
  }

  /** Sets how far these Datastreams reach, at least for times from `since` on. */
  async reach(
    streams: readonly Series[],
    since: number,
    registry: Registry,
    current: Current,
    dialect: Dialect,
  ): Promise<void> {
    const byMeasurement = Map.groupBy(streams, ({ names }) => names.measurement);
    const statements: string[] = [];
    const after = since <= current.from ? '' : `time >= ${nanoseconds(since)} AND `;
    const places: readonly Where[] = dialect.history ? ['current', 'history'] : ['current'];
    for (const [measurement, list] of byMeasurement) {
      for (let at = 0; at < list.length; at += this.#options.lookUpSeries) {
        const some = ofStreams(list.slice(at, at + this.#options.lookUpSeries).map(({ ds }) => ds));
        for (const where of places)
          statements.push(
            `SELECT last("record") FROM ${dialect.from(where, measurement)} WHERE ${after}${some} GROUP BY "datastream"`,
          );
      }
    }
    const last = new Map<number, number>();
    const sink = table(['tags', 'time'], ([tags, time]) => {
      const ds = Number(tags!.slice('datastream='.length));
      last.set(ds, Math.max(last.get(ds) ?? Number.NEGATIVE_INFINITY, millisecondsOf(time!)));
    });
    await this.#ask(statements, sink, PATIENCE);
    for (const series of streams) {
      // nothing stands from `since` on where nothing was found; before it nobody has looked
      const found = last.get(series.ds) ?? (after === '' ? Number.NEGATIVE_INFINITY : since - 1);
      const buried = registry.removed.get(series.ds)?.high ?? Number.NEGATIVE_INFINITY;
      series.high = Math.max(found, buried);
      series.reached = true;
    }
  }

  /** The rows that have these assigned ids, as far as the store knows some. */
  async holders(ids: readonly number[], held: HeldIds, dialect: Dialect): Promise<Map<number, Holder>> {
    const found = new Map<number, Holder>();
    const from = dialect.from(HOME, IDS);
    if (ids.length > MANY_IDS && held.isWorthKnowing) await this.#learnIds(held, from);
    const doubtful = ids.filter((id) => held.mayBe(id));
    const statements = doubtful.map((id) => `SELECT "ds","t","n","rec" FROM ${from} WHERE time = ${id}`);
    const sink = table(['time', 'ds', 't', 'n', 'rec'], (cells) => {
      const [id, ds, t, n, rec] = cells.map(Number) as [number, number, number, number, number];
      if (ds !== 0) found.set(id, { ds, t, n, rec });
    });
    await this.#ask(statements, sink);
    return found;
  }

  async #learnIds(held: HeldIds, from: string): Promise<void> {
    let count = 0;
    const counted = table(['count'], ([cell]) => {
      count = Number(cell);
    });
    await this.#ask([`SELECT count("ds") FROM ${from}`], counted, PATIENCE);
    if (count > MOST_IDS / 2) return held.giveUp();
    held.begin();
    try {
      await this.#ask(
        [`SELECT "ds" FROM ${from}`],
        table(['time'], ([time]) => held.add(Number(time))),
        PATIENCE,
      );
    } catch (error) {
      held.forget();
      throw error;
    }
  }

  /** Any statements, with their answers in a sink. */
  async ask(statements: readonly string[], sink: TableSink): Promise<void> {
    await this.#ask(statements, sink, PATIENCE);
  }

  async #ask(statements: readonly string[], sink: TableSink, patience = 1): Promise<void> {
    const milliseconds =
      this.#options.requestMs * patience * Math.max(1, Math.ceil(statements.length / this.#options.lookUpStatements));
    const abort = new AbortController();
    try {
      await this.#requests.ask(statements, sink, { signal: abort.signal, deadline: performance.now() + milliseconds });
    } catch (error) {
      // another store that answers is looked at before the next piece of work
      if (!(error instanceof Fault) || (error.code !== 'query.limit' && error.code !== 'store.replaced')) throw error;
      throw new ServerFault('store.unavailable', error.message, true, { cause: error });
    }
  }
}

/** What is known without asking; the slot of such a row is its number. */
function hold(instant: Instant, rows: readonly Row[]): void {
  instant.isSure = true;
  for (const row of rows) instant.points.set(row.n, row);
}

/** Times that one statement covers. */
interface Cluster {
  readonly where: Where;
  readonly from: number;
  to: number;
}

/** Few points that nobody asked for shall be read: times that lie near each other make one statement. */
function clusters(times: readonly number[], current: Current): Cluster[] {
  const found: Cluster[] = [];
  if (times.length === 0) return found;
  const mean = (times.at(-1)! - times[0]!) / times.length;
  const gap = Math.max(NEAR, 4 * mean);
  for (const t of times) {
    const where = whereOf(t, current);
    const last = found.at(-1);
    if (last !== undefined && last.where === where && t - last.to <= gap) last.to = t;
    else found.push({ where, from: t, to: t });
  }
  return found;
}

function removedTable(take: (ds: number, t: number, removed: Removed, point: PendingPoint) => void): TableSink {
  return table(['time', 'tie', 'rec', 'again', 'gone', 'datastream'], (cells) => {
    const [time, tie, rec, again, gone, datastream] = cells as [string, string, string, string, string, string];
    const [ds, t, key] = [Number(datastream), millisecondsOf(time), slotOf(time)];
    const removed = { n: Number(tie), rec: Number(rec), key, again: again === 'true', gone: gone === 'true' };
    take(ds, t, removed, { ds, t, ...removed });
  });
}

/** Rows of a table by the names of their columns. */
function table(names: readonly string[], take: (cells: readonly string[]) => void): TableSink {
  let at: readonly number[] = [];
  return {
    header: (columns) => {
      at = names.map((name) => columns.indexOf(name));
    },
    row: (cells) => take(at.map((column) => (column === -1 ? '' : cells[column]!))),
  };
}
