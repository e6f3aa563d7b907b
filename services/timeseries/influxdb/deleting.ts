/**
 * The points of removed rows and of dropped Datastreams are deleted in the background: few statements one after the other,
 * because each of them visits all shards of the server, and with pauses between them. Until then reading hides them. What is
 * not finished goes on after a start: `gone` of `_stadtpegel_removed` and `_stadtpegel_series` tells.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../threads/fault.ts';
import { Barrier, type Stretch, type Touches } from './barrier.ts';
import type { Where } from './generations.ts';
import { nanoseconds } from './instants.ts';
import { droppedLine, removedLine } from './lines.ts';
import type { Loading } from './loading.ts';
import { type PendingPoint, placesOf } from './pending.ts';
import type { FromWriter } from './reading/protocol.ts';
import { RowTable } from './reading/rows.ts';
import { KEY } from './reading/statements.ts';
import type { Series } from './registry.ts';
import { isDeleting } from './running-deletes.ts';
import { HOME, REMOVED, whereOf } from './schema.ts';
import { ServerFault } from './server-fault.ts';
import type { Session } from './session.ts';
import { type Deletion, deleteThoroughly, keepSeries } from './thorough-delete.ts';

/** Points that are looked at for one Datastream at a time. */
const WINDOW_POINTS = 20_000;
/** Dropped Datastreams in one statement. */
const DROPS = 100;
/** Reading that takes longer is not waited for, milliseconds. */
const QUIET_MS = 5000;
/** Between two tries while the server is away, milliseconds. */
const RETRY = 5000;
/** What stands still behind its deletion is deleted once more after so long: the server writes its cache to disk, milliseconds. */
const AGAIN = 300;

/** `again`: something stands still behind its deletion. */
type Done = 'some' | 'again';

export class Deleting {
  readonly #session: Session;
  readonly #loading: Loading;
  readonly #say: (message: FromWriter) => void;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #busy: Barrier | null = null;
  readonly #changing = new Set<Touches>();
  #waiting: (() => void)[] = [];
  /** Why the last step failed. */
  #failure: Fault | null = null;
  #stillness: (() => void) | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(session: Session, loading: Loading, say: (message: FromWriter) => void) {
    this.#session = session;
    this.#loading = loading;
    this.#say = say;
  }

  /** There is something to do. */
  wake(): void {
    const { pending, registry } = this.#session;
    if (this.#stop.signal.aborted || (pending.size === 0 && registry.dropping.size === 0)) return;
    if (this.#session.connection.dialect.capabilities.edit !== null) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      this.#release();
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Runs what writes, never into what is being deleted. Throws store.unavailable while a deletion there is not confirmed. */
  async beside<T>(touches: Touches, work: () => Promise<T>): Promise<T> {
    for (let busy = this.#busy; busy !== null && touches(busy); busy = this.#busy) {
      if (busy.doubtful) {
        const detail = 'InfluxDB has not confirmed yet that it deleted older points there.';
        throw new ServerFault('store.unavailable', detail, false);
      }
      await busy.done;
    }
    this.#changing.add(touches);
    try {
      return await work();
    } finally {
      this.#changing.delete(touches);
      this.#release();
    }
  }

  /** Runs what deletes, while nobody writes there. */
  async guarded<T>(stretch: Stretch, work: (barrier: Barrier) => Promise<T>): Promise<T> {
    const barrier = new Barrier(stretch, this.#session);
    this.#busy = barrier;
    try {
      while ([...this.#changing].some((touches) => touches(barrier)))
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      await this.#quiet();
      return await work(barrier);
    } finally {
      this.#say({ kind: 'deletes', underWay: false });
      this.#busy = null;
      barrier.end();
    }
  }

  /** The reader asks nothing since it was told. */
  still(): void {
    this.#stillness?.();
  }

  /**
   * While 1.6.7 deletes, an answer may lack rows of others (seen in one of some hundred random histories, never without a
   * deletion), so that the reader holds its requests meanwhile.
   */
  async #quiet(): Promise<void> {
    const timer = setTimeout(() => this.#stillness?.(), QUIET_MS);
    await new Promise<void>((resolve) => {
      this.#stillness = resolve;
      this.#say({ kind: 'deletes', underWay: true });
    });
    this.#stillness = null;
    clearTimeout(timer);
  }

  /** Look-ups of who writes wait, too: a row that they miss would be written over. */
  async #unseen<T>(work: () => Promise<T>): Promise<T> {
    const { requests } = this.#session;
    await new Promise<void>((resolve) => requests.hold(resolve, null));
    try {
      return await work();
    } finally {
      requests.release();
    }
  }

  /** Again until the server has confirmed it: a deletion that is done late would meet rows that came after it. */
  async confirmed<T>(barrier: Barrier, work: () => Promise<T>): Promise<T> {
    const { lateWrites } = this.#session.connection;
    for (;;) {
      try {
        const result = await this.#unseen(work);
        if (!barrier.doubtful) return result;
        // what was asked before and not answered may still be under way, in the server or on the way to it
        await lateWrites.settled();
        while (!this.#stop.signal.aborted && (await this.#isDeleting())) await this.#pause(RETRY);
        return result;
      } catch (error) {
        if (!(error instanceof ServerFault) || !error.perhapsDone || this.#stop.signal.aborted) throw error;
        barrier.doubtful = true;
        lateWrites.expect();
        await this.#pause(RETRY);
      }
    }
  }

  /** Until nothing of it stands any more. */
  async thoroughly(barrier: Barrier, deletion: Deletion): Promise<void> {
    while (!(await this.confirmed(barrier, () => deleteThoroughly(deletion, this.#session)))) {
      if (this.#stop.signal.aborted) throw new ServerFault('store.unavailable', 'The store stops.', true);
      await this.#pause(AGAIN);
    }
  }

  #isDeleting(): Promise<boolean> {
    const { connection, settings } = this.#session;
    return isDeleting(connection, settings.options.influxdb.database);
  }

  /** Resolves when another removed row may be added. Throws why points are not deleted. */
  async room(): Promise<void> {
    const { pendingDeletes } = this.#session.settings.options.influxdb;
    while (this.#session.pending.size >= pendingDeletes && this.#running !== null && !this.#stop.signal.aborted) {
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** One deletion at a time, whoever wants it. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const begin = performance.now();
        const done = await this.alone(() => this.#step());
        this.#failure = null;
        if (done === 'all') return;
        const { deletingShare } = this.#session.settings.options.influxdb;
        const rest = (performance.now() - begin) * (1 / deletingShare - 1);
        await this.#pause(done === 'again' ? Math.max(AGAIN, rest) : rest);
      } catch (error) {
        // whoever writes notices the same, and the connection is looked at again by them
        this.#failure =
          error instanceof Fault ? error : new Fault('hub.internal', String((error as Error).stack ?? error));
        this.#release();
        await this.#pause(RETRY);
      } finally {
        this.#release();
      }
    }
  }

  /** One statement or one look. */
  async #step(): Promise<Done | 'all'> {
    const { pending, registry } = this.#session;
    const drops = [...registry.dropping.keys()].slice(0, DROPS);
    if (drops.length > 0) return this.#drop(drops);
    const [ds] = pending.streams();
    return ds === undefined ? 'all' : this.#clear(ds);
  }

  async #drop(streams: readonly number[]): Promise<Done> {
    const { registry } = this.#session;
    const byMeasurement = Map.groupBy(streams, (ds) => registry.dropping.get(ds) ?? null);
    for (const [measurement, list] of byMeasurement) {
      // kept ids stay: their rows may stand in other Datastreams
      const names = measurement === null ? [REMOVED] : [measurement, REMOVED];
      // nobody writes to them any more
      const stretch = { streams: [], whole: [], where: null, from: 0, to: 0, marks: false };
      const isGone = await this.guarded(stretch, async () => {
        let gone = true;
        for (const name of names) {
          const deletion = { measurement: name, streams: list, stretch: null, keyOf: String };
          gone = (await this.#unseen(() => deleteThoroughly(deletion, this.#session))) && gone;
        }
        return gone;
      });
      if (!isGone) return 'again';
      await this.#mark(list.map((ds) => droppedLine(ds, true)));
      for (const ds of list) registry.dropping.delete(ds);
    }
    return 'some';
  }

  /** Deletes a stretch of one Datastream's removed rows. */
  async #clear(ds: number): Promise<Done> {
    const { pending, registry, current } = this.#session;
    const all = pending.of(ds).sort((a, b) => a.t - b.t || a.n - b.n);
    const series = registry.get(ds);
    if (series === undefined) {
      await this.#gone(all);
      return 'some';
    }
    // one policy at a time
    const where = whereOf(all[0]!.t, current);
    const border = all.findIndex(({ t }) => whereOf(t, current) !== where);
    const points = border === -1 ? all : all.slice(0, border);
    const stretch = { streams: [ds], whole: [ds], where, from: points[0]!.t, to: points.at(-1)!.t, marks: false };
    return this.guarded(stretch, async (barrier) => {
      // those that were written over in the meantime are not pending any more
      const left = points.filter((point) => pending.has(point));
      return left.length > 0 ? this.#stretch(series, where, left, barrier) : 'some';
    });
  }

  async #stretch(
    { ds, key, names }: Series,
    where: Where,
    points: readonly PendingPoint[],
    barrier: Barrier,
  ): Promise<Done> {
    const [from, to] = [points[0]!.t, points.at(-1)!.t];
    const standing: { time: string; t: number; dead: PendingPoint | undefined }[] = [];
    const dead = new Map(points.map((point) => [`${point.t}/${point.n}/${point.rec}`, point]));
    const measurement = this.#session.connection.dialect.from(where, names.measurement);
    const times = `time >= ${nanoseconds(from)} AND time < ${nanoseconds(to + 1)}`;
    const look = async (): Promise<number> => {
      standing.length = 0;
      const rows = new RowTable(
        ({ time, t, n, rec }) => void standing.push({ time, t, dead: dead.get(`${t}/${n}/${rec}`) }),
      );
      await this.#loading.ask(
        [`SELECT ${KEY} FROM ${measurement} WHERE "datastream" = '${ds}' AND ${times} LIMIT ${WINDOW_POINTS}`],
        rows,
      );
      return standing.length < WINDOW_POINTS ? Number.POSITIVE_INFINITY : standing.at(-1)!.t;
    };
    const away = (until: number): PendingPoint[] => {
      const found = new Set(standing.map((point) => point.dead));
      return points.filter((point) => point.t < until && !found.has(point));
    };
    let seen = await look();
    const unseen = away(seen);
    if (unseen.length > 0) {
      // deleted before a crash, or written over; or the series left the index then
      const at = unseen.map(({ t }) => t);
      await keepSeries(key, where, at, this.#session);
      seen = await look();
    }
    // the first run of points that go without one that stays between them
    const begin = standing.findIndex((point) => point.dead !== undefined);
    const stays = standing.findIndex((point, i) => i > begin && point.dead === undefined);
    const run = begin === -1 ? [] : standing.slice(begin, stays === -1 ? undefined : stays);
    if (run.length === 0) {
      await this.#gone(away(seen));
      return 'some';
    }
    const stretch = { from: run[0]!.time, to: run.at(-1)!.time };
    const deletion = { measurement: names.measurement, streams: [ds], stretch, keyOf: () => key };
    const isGone = await this.confirmed(barrier, () => deleteThoroughly(deletion, this.#session));
    const cleared = isGone ? run.flatMap((point) => point.dead ?? []) : [];
    await this.#gone([...cleared, ...away(run.at(-1)!.t)]);
    return isGone ? 'some' : 'again';
  }

  async #gone(points: readonly PendingPoint[]): Promise<void> {
    if (points.length === 0) return;
    await this.#mark(points.map(({ ds, t, ...removed }) => removedLine(ds, t, { ...removed, gone: true })));
    for (const point of points) this.#session.pending.delete(point);
    this.#say({ kind: 'gone', places: placesOf(points) });
  }

  async #mark(lines: readonly string[]): Promise<void> {
    await this.#session.send([{ where: HOME, lines }]);
  }

  /** Ends early at a stop. */
  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#stop.signal }).catch(() => {});
  }
}
