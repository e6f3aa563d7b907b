/** A small hub for tests: a real journal and the store in memory, a catalogue of a few maps, and messages of one line of JSON. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeMessage,
  encodeMessage,
  FileJournal,
  type JournalRecord,
  journalOptions,
  RECORD,
} from '../journal/index.ts';
import type { Datastream, Device, MultiDatastream, Organisation, Source } from '../model/index.ts';
import { memoryStore, type TimeseriesStore } from '../timeseries/index.ts';
import { retentionClasses } from './classes.ts';
import { Cleaning } from './cleaning.ts';
import { Erasing } from './erasing.ts';
import { Frames } from './frames.ts';
import { Leftovers } from './leftovers.ts';
import { type ClassOptions, options } from './options.ts';
import { Orders } from './orders.ts';
import { MessageOwners } from './owners.ts';
import { RetentionPolicies } from './policies.ts';
import type { AggregateProgress } from './port.ts';
import { Retention } from './retention.ts';

export const DAY = 86_400_000;
export const NOW = Date.UTC(2026, 10, 1, 12, 34, 56);

/** A message: a device, what makes it the same, and its readings as [Datastream, time, result]. */
export interface TestMessage {
  readonly device: string;
  readonly id?: string;
  readonly readings: readonly (readonly [ds: number, t: number, r: number])[];
}

const source: Source = {
  id: 'test',
  topicFilters: [],
  open: ({ body }) => {
    const { device, id = null, readings } = JSON.parse(Buffer.from(body).toString()) as TestMessage;
    const event = { kind: 'up' as const, device, deviceName: null, time: readings[0]?.[1] ?? null, identity: id };
    return {
      ok: true,
      events: [{ ...event, fPort: 1, fCnt: null, payload: new Uint8Array(), values: null, receptions: [] }],
    };
  },
};

export class TestWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'history-'));
  now = NOW;
  readonly clock = { now: () => this.now };
  readonly streams = new Map<number, Datastream>();
  readonly multis = new Map<number, MultiDatastream>();
  readonly organisations = new Map<string, Organisation>([['city', { id: 'city', name: 'City', properties: {} }]]);
  readonly devices = new Map<string, Device>();
  readonly aggregatesOf = new Map<number, number[]>();
  readonly store: TimeseriesStore = memoryStore();
  readonly neededFrom = new Map<number, number>();
  readonly changed: [number, number, number][] = [];
  readonly expired: [readonly number[], number | null, number][] = [];
  readonly forgotten: number[] = [];
  readonly catalogue;
  readonly journal: FileJournal;
  readonly orders: Orders;
  readonly policies: RetentionPolicies;
  readonly frames: Frames;
  readonly cleaning: Cleaning;
  readonly retention: Retention;
  readonly erasing: Erasing;
  /** What the store has; left out: everything. */
  storedUpTo = Number.POSITIVE_INFINITY;
  /** What is on its way to the store. */
  underWay: Promise<void> = Promise.resolve();
  /** What was kept of the leftovers. */
  note: string | null = null;
  readonly leftovers: Leftovers;
  private extents = new Map<number, { first: number; last: number }>();

  constructor(classes: Readonly<Record<string, Partial<ClassOptions>>>, journal: Record<string, number> = {}) {
    const chosen = options.parse({ classes, lateDays: 30 });
    const sets = { Datastreams: this.streams, MultiDatastreams: this.multis } as const;
    this.catalogue = {
      set: ((name: keyof typeof sets) => sets[name]) as never,
      organisations: this.organisations,
      devices: this.devices,
      formerMountings: () => [],
      indexes: { aggregatesOfDatastream: this.aggregatesOf } as never,
    };
    const ceilings = journalOptions.parse({
      segmentBytes: 65_536,
      segmentHours: 0.001,
      compressionLevel: 0,
      ...journal,
    });
    this.journal = new FileJournal({ folder: join(this.folder, 'journal'), options: ceilings });
    const { catalogue, clock, store } = this;
    this.orders = new Orders({ file: join(this.folder, 'orders.jsonl'), hub: () => null, clock, options: chosen });
    const known = retentionClasses(chosen);
    const aggregates: AggregateProgress = {
      neededFrom: (ds) => this.neededFrom.get(ds) ?? Number.POSITIVE_INFINITY,
      changed: (...span) => void this.changed.push(span),
    };
    this.policies = new RetentionPolicies({ classes: known, catalogue, orders: this.orders, clock, aggregates });
    this.frames = new Frames({
      owners: new MessageOwners({ sources: [source], catalogue }),
      policies: this.policies,
      orders: this.orders,
      lateDays: chosen.lateDays,
      readings: (record) => this.message(record).readings.map(([ds, t]) => ({ ds, t })),
    });
    const forget = (records: readonly number[]) => this.forgotten.push(...records);
    this.cleaning = new Cleaning({
      journal: this.journal,
      frames: this.frames,
      classes: known,
      needed: () => Math.min(this.storedUpTo, this.journal.last),
      revision: () => this.orders.revision,
      frozen: () => this.orders.freezes.length > 0,
      forget,
      clock,
      ceilings,
    });
    const expired = async (...span: [readonly number[], number | null, number]) => {
      this.expired.push(span);
      await this.look();
    };
    const latest = { extent: (ds: number) => this.extents.get(ds) ?? null };
    this.leftovers = new Leftovers({
      journal: this.journal,
      orders: this.orders,
      frames: this.frames,
      needed: () => Math.min(this.storedUpTo, this.journal.last),
      forget,
      kept: () => this.note,
      keep: (note) => {
        this.note = note;
      },
      clock,
    });
    const { cleaning, leftovers } = this;
    const own = { policies: this.policies, catalogue, store, latest, cleaning, leftovers };
    this.retention = new Retention({ ...own, expired, clock, options: chosen });
    this.erasing = this.newErasing(aggregates, expired);
  }

  async start(): Promise<void> {
    await this.journal.start();
    await this.orders.start();
  }

  async stop(): Promise<void> {
    await this.erasing.stop();
    await this.retention.stop();
    await this.orders.stop();
    await this.journal.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private newErasing(
    aggregates: AggregateProgress,
    expired: (ids: readonly number[], from: number | null, before: number) => Promise<void>,
  ): Erasing {
    const { orders, frames, journal, catalogue, store, clock } = this;
    return new Erasing({
      orders,
      frames,
      journal,
      catalogue,
      store,
      storeName: 'memory',
      aggregates,
      stored: () => Math.min(this.storedUpTo, journal.last),
      underWay: () => this.underWay,
      expired,
      forget: (records) => this.forgotten.push(...records) && records.length,
      clock,
    });
  }

  datastream(id: number, retention?: string, organisation = 'city'): void {
    const properties = retention === undefined ? {} : { retention };
    this.streams.set(id, { id, name: `${id}`, properties, organisation } as Datastream);
  }

  device(key: string, datastreams: readonly number[]): void {
    const fed = Object.fromEntries(datastreams.map((id) => [`c${id}`, id]));
    this.devices.set(key, { key, datastreams: fed } as unknown as Device);
  }

  /** Receives a message at a time, and stores its readings. Returns the record's number. */
  async receive(at: number, message: TestMessage): Promise<number> {
    const body = Buffer.from(JSON.stringify(message));
    const raw = encodeMessage({ source: 'test', topic: 't', body, receivedAt: at, delivery: 0 });
    const number = await this.append(RECORD.message, raw, at);
    const rows = message.readings;
    await this.store.write({
      length: rows.length,
      ds: Int32Array.from(rows, ([ds]) => ds),
      t: Float64Array.from(rows, ([, t]) => t),
      r: Float64Array.from(rows, ([, , r]) => r),
      type: new Uint8Array(rows.length),
      rec: new Float64Array(rows.length).fill(number),
      q: new Uint8Array(rows.length),
      x: new Map(),
    });
    return number;
  }

  append(kind: number, body: Uint8Array, at: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.journal.append(kind, body, at, (error, number) => (error === null ? resolve(number) : reject(error)));
    });
  }

  /** What the latest values know of the store. */
  async look(): Promise<void> {
    const { length, ds, firstTime, lastTime } = await this.store.extents(null);
    this.extents = new Map(Array.from({ length }, (_, i) => [ds[i]!, { first: firstTime[i]!, last: lastTime[i]! }]));
  }

  /** [Datastream, time] of all rows, ascending. */
  async rows(): Promise<[number, number][]> {
    const found: [number, number][] = [];
    const query = { datastreams: null, from: null, to: null, order: 'id', offset: 0, limit: 1e9 } as const;
    for await (const { length, ds, t } of this.store.scan(query))
      for (let i = 0; i < length; i++) found.push([ds[i]!, t[i]!]);
    return found;
  }

  /** Numbers of the messages that still have their content. */
  async messages(): Promise<number[]> {
    const found: number[] = [];
    for await (const records of this.journal.read(1))
      for (const { kind, number } of records) if (kind === RECORD.message) found.push(number);
    return found;
  }

  message(record: JournalRecord): TestMessage {
    return JSON.parse(Buffer.from(decodeMessage(record.body, record.at).body).toString()) as TestMessage;
  }
}
