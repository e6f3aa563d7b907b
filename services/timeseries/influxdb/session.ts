/**
 * The store in InfluxDB that the writer works with: found or made at the first connection, and looked at again after every loss
 * of it, because another one may stand there then.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Fault } from '../threads/fault.ts';
import { Connection } from './connection.ts';
import { dialectOf, type Generation } from './generations.ts';
import { type KnownStore, readKnownStore, writeKnownStore } from './known-store.ts';
import { storeLine } from './lines.ts';
import { Loading } from './loading.ts';
import { type SeriesNames, safeNames } from './names.ts';
import { Ownership } from './ownership.ts';
import { Pending, placesOf } from './pending.ts';
import type { InfluxFacts, InfluxSettings } from './protocol.ts';
import type { FromWriter } from './reading/protocol.ts';
import { Requests } from './reading/requests.ts';
import { Registry } from './registry.ts';
import { isDeleting } from './running-deletes.ts';
import { type Current, HOME, OWN, REMOVED, SCHEMA, SERIES } from './schema.ts';
import { type Parcel, type Refused, send } from './sending.ts';
import { ServerFault } from './server-fault.ts';
import { SHARDS, type Shards, shardsOf } from './shards.ts';
import { Witnesses } from './witnesses.ts';

const WEEK = 7 * 86_400_000;
/** The store is looked at so often, milliseconds. */
export const LOOK_MS = 5000;
/** Identities that are remembered as given up. */
const FORMER = 100;

export interface SessionNews {
  readonly reader: (message: FromWriter) => void;
  readonly store: (facts: InfluxFacts) => void;
}

interface Found {
  readonly identity: string;
  readonly current: Current;
}

export class Session {
  readonly connection: Connection;
  readonly requests: Requests;
  readonly settings: InfluxSettings;
  registry = new Registry();
  readonly pending = new Pending();
  /** How long the shards of the policies are, milliseconds. */
  shards: Shards = SHARDS;
  current: Current = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  readonly #file: string;
  readonly #news: SessionNews;
  #known: KnownStore;
  readonly #witnesses: Witnesses;
  readonly ownership: Ownership;
  /** Epoch of the connection at which the store was looked at; null: it must be read as a whole. */
  #checked: number | null = null;
  /** When, milliseconds of the process. */
  #looked = 0;
  #replaced: Fault | null = null;
  /** What a hub before this one has asked to delete is deleted. */
  #isSettled = false;
  /** Somebody was told an identity. */
  #told = false;

  /** Throws hub.storage. */
  constructor(settings: InfluxSettings, news: SessionNews) {
    this.settings = settings;
    this.#news = news;
    const { influxdb } = settings.options;
    this.#file = join(settings.folder, 'influxdb.json');
    this.#known = readKnownStore(this.#file) ?? {
      identity: randomUUID(),
      written: false,
      generation: null,
      witnesses: [],
      former: [],
      open: false,
    };
    this.#witnesses = new Witnesses(this.#known.witnesses, (witnesses) =>
      this.#remember({ ...this.#known, witnesses }),
    );
    this.connection = new Connection(influxdb, influxdb.parallelRequests + 1);
    if (this.#known.open) this.connection.lateWrites.expect();
    this.ownership = new Ownership({
      connection: this.connection,
      folder: settings.folder,
      owner: settings.owner,
      url: influxdb.url,
      takeOver: influxdb.takeOver,
    });
    this.requests = new Requests({
      connection: this.connection,
      options: {
        readRequests: influxdb.parallelRequests,
        waitingReads: Number.POSITIVE_INFINITY,
        questionMs: influxdb.requestMs,
        readStatements: influxdb.lookUpStatements,
      },
      identity: () => this.#known.identity,
      doubt: () => this.lost(null),
    });
  }

  /** Of now: what the last connection found, else what is remembered. */
  get facts(): InfluxFacts {
    const { options } = this.settings;
    const set = options.influxdb.generation;
    const generation = set === 'auto' ? this.#known.generation : (Number(set) as Generation);
    const capabilities = dialectOf(generation ?? 1, options.influxdb).capabilities;
    return { identity: this.#known.identity, capabilities };
  }

  /** From now on another identity is an event that callers have to know of. */
  told(): void {
    this.#told = true;
  }

  /** Nothing is known of what the server has done; it is looked at again before the next request. */
  lost(fault: Fault | null): void {
    this.#checked = null;
    if (fault !== null) this.#news.reader({ kind: 'away', fault: { code: fault.code, detail: fault.message } });
  }

  /**
   * Before every piece of work, never beside one: what is known of the store may be read anew. Throws store.replaced once when
   * another store stands there than the one that was told; a `look` leaves that to the next piece of work.
   */
  async ensure(look = false): Promise<void> {
    const { epoch } = this.connection;
    // behind a proxy a server that was started again is not seen from the connection
    if (this.#checked !== epoch || performance.now() - this.#looked >= LOOK_MS) {
      this.#witnesses.connected();
      if (this.#checked === null || !(await this.#isKnown())) await this.#connect();
      this.#checked = epoch;
      this.#looked = performance.now();
    }
    if (look || this.#replaced === null) return;
    const replaced = this.#replaced;
    this.#replaced = null;
    throw replaced;
  }

  /** Lines on their way; see `send`. */
  async send(parcels: readonly Parcel[]): Promise<Refused[]> {
    const { connection, settings } = this;
    await this.#witnesses.before(parcels, connection, this.shards);
    return send(parcels, { connection, options: settings.options.influxdb });
  }

  async #isKnown(): Promise<boolean> {
    if ((await this.#read())?.identity !== this.#known.identity) return false;
    if (!(await this.ownership.stands())) return false;
    return this.#witnesses.stand(this.connection);
  }

  #remember(known: KnownStore): void {
    this.#known = known;
    writeKnownStore(this.#file, known);
  }

  /** A store that has lost something is another one from now on, also when it forgets its new name. */
  #renamed(found: Found): Found {
    const identity = randomUUID();
    const former = [...new Set([...this.#known.former, found.identity])].slice(-FORMER);
    this.#remember({ ...this.#known, identity, written: true, witnesses: [], former });
    return { ...found, identity };
  }

  close(): void {
    try {
      if (this.#known.open && !this.connection.lateWrites.areExpected) this.#remember({ ...this.#known, open: false });
    } catch {
      // then corrections wait a moment at the next start
    }
    this.connection.onEnd(() => {});
    this.connection.close();
  }

  async #connect(): Promise<void> {
    const before = this.#known;
    const { generation } = await this.connection.ping();
    let found: Found;
    try {
      found = (await this.#read()) ?? (await this.#make());
    } catch (error) {
      const { create } = this.connection.dialect;
      if (!(error instanceof Fault) || error.code !== 'store.missing' || create === null) throw error;
      await this.#create(create, error);
      found = (await this.#read()) ?? (await this.#make());
    }
    await this.ownership.check();
    const lacking =
      before.former.includes(found.identity) ||
      (found.identity === before.identity && !(await this.#witnesses.stand(this.connection)));
    if (lacking) found = this.#renamed(found);
    const replaced = found.identity !== before.identity;
    if (replaced) this.#witnesses.clear();
    if (replaced || !before.written || before.generation !== generation) {
      // what the server shows may be in its memory alone
      if (replaced || !before.written) await this.#put(found);
      const { identity } = found;
      this.#remember({ ...this.#known, identity, written: true, generation, witnesses: this.#witnesses.known });
    }
    if (!this.#known.open) this.#remember({ ...this.#known, open: true });
    this.current = this.connection.dialect.history ? found.current : ALWAYS;
    this.shards = await shardsOf(this.connection, this.settings.options.influxdb);
    if (!this.#isSettled && (await isDeleting(this.connection, this.settings.options.influxdb.database))) {
      const detail = 'InfluxDB still deletes points for a hub that has ended; it is asked again until that is done.';
      throw new ServerFault('store.unavailable', detail, false);
    }
    const { registry, pending } = this;
    pending.clear();
    await this.#load(replaced ? null : registry);
    // a deletion that the process before has asked for may still be on its way, and would take new rows along
    if (!this.#isSettled && pending.size > 0) await this.connection.lateWrites.settled();
    this.#isSettled = true;
    this.#news.store(this.facts);
    this.#say();
    if (replaced && this.#told) {
      const { url } = this.settings.options.influxdb;
      const detail = lacking
        ? `InfluxDB at ${url} lacks points that it had acknowledged: it has lost some, or is an older copy. What the journal has is written again.`
        : `Another store (${found.identity}) stands at ${url} in the place of the known one (${before.identity}).`;
      this.#replaced = new Fault('store.replaced', detail);
    }
  }

  async #read(): Promise<Found | null> {
    const { connection } = this;
    const names = '"identity","schema","from","to"';
    const from = connection.dialect.from(HOME, OWN);
    const [series] = await connection.ask(`SELECT ${names} FROM ${from} WHERE time = 0`, HOME);
    const row = series?.[0]?.values?.[0];
    if (row === undefined) return null;
    const [, identity, schema, begin, end] = row as [unknown, string, number, number, number];
    if (!(schema <= SCHEMA)) {
      const detail = `The store in InfluxDB has layout ${schema}, this hub knows ${SCHEMA}: a newer hub made it.`;
      throw new Fault('store.unsupported', detail);
    }
    return { identity, current: { from: begin, to: end } };
  }

  /** An empty one: it gets the remembered identity unless that stood in another one. */
  async #make(): Promise<Found> {
    const { options, now } = this.settings;
    const { historyWeeksBehind, historyWeeksAhead } = options.influxdb;
    const identity = this.#known.written ? randomUUID() : this.#known.identity;
    const current = { from: now - historyWeeksBehind * WEEK, to: now + historyWeeksAhead * WEEK };
    if (!this.#known.written) writeKnownStore(this.#file, this.#known);
    await this.#put({ identity, current });
    const found = await this.#read();
    if (found === null) throw new ServerFault('store.unavailable', 'InfluxDB does not give back what it took.', true);
    return found;
  }

  async #put({ identity, current }: Found): Promise<void> {
    const refusal = await this.connection.write(storeLine(identity, SCHEMA, current), HOME);
    if (refusal === null) return;
    const detail = `InfluxDB refuses the hub's own points: ${refusal.detail}. The policy for history must keep everything (no retention).`;
    throw new ServerFault('store.missing', detail, false);
  }

  /** Database and policies; what is there stays as it is. */
  async #create(statements: readonly string[], missing: Fault): Promise<void> {
    for (const statement of statements) {
      try {
        await this.connection.ask(statement);
      } catch (error) {
        if (error instanceof Fault && error.code === 'store.credentials') {
          throw new Fault('store.missing', `${missing.message} The hub may not do it: ${error.message}`, {
            cause: error,
          });
        }
        // a policy of this name with other settings is the city's own decision
        if (!(error instanceof Error) || !/conflicts with an existing policy|already exists/.test(error.message))
          throw error;
      }
    }
  }

  /** `known`: keeps what is known of how far Datastreams reach. */
  async #load(known: Registry | null): Promise<void> {
    const registry = new Registry();
    const loading = new Loading(this.requests, this.settings.options.influxdb);
    const { dialect } = this.connection;
    await loading.removed(dialect.from(HOME, REMOVED), (ds, t, removed, point) => {
      registry.buried(ds, t);
      if (!removed.gone) this.pending.add(point);
    });
    await loading.series(dialect.from(HOME, SERIES), (ds, names, dropped, gone) => {
      if (dropped) {
        if (names !== null) registry.add(ds, names, false);
        registry.drop(ds, gone);
        this.pending.drop(ds);
        return;
      }
      const series = registry.add(ds, names ?? safeNames(ds, null), false);
      const old = known?.get(ds);
      if (old === undefined) return;
      series.low = old.low;
      series.high = old.high;
      series.reached = old.reached;
      series.sure = old.sure;
    });
    this.registry = registry;
  }

  #say(): void {
    const { registry, pending, current } = this;
    const names: SeriesNames[] = [];
    const ds: number[] = [];
    for (const series of registry.values()) {
      ds.push(series.ds);
      names.push(series.names);
    }
    this.#news.reader({
      kind: 'state',
      identity: this.#known.identity,
      current,
      series: seriesColumns(ds, names),
      dropped: Int32Array.from(registry.dropped),
      standing: placesOf([...pending.all()]),
    });
  }
}

const ALWAYS: Current = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

export function seriesColumns(ds: readonly number[], names: readonly SeriesNames[]) {
  const index = new Map<string, number>();
  const name = Int32Array.from(names, ({ measurement }) => {
    const known = index.get(measurement) ?? index.size;
    index.set(measurement, known);
    return known;
  });
  return { ds: Int32Array.from(ds), name, names: [...index.keys()] };
}
