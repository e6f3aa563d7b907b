/**
 * A city whose hours and days are computed, for tests: a real journal and registry, a store of choice, an overlay, and in
 * place of ingest a pump that hands rows and edits to the store. It can fall over with what was not yet flushed.
 */
import { join } from 'node:path';
import { FileJournal, journalOptions } from '../../journal/index.ts';
import { CodedError, type Datastream, type Edit, type EditBatch, RESULT } from '../../model/index.ts';
import { JournaledRegistry } from '../../registry/index.ts';
import { LatestValues, Overlay, type TimeseriesStore } from '../../timeseries/index.ts';
import { type AggregateOptions, Aggregates, sumsOf } from '../aggregates/index.ts';
import type { Policies, RetentionClass } from '../port.ts';

export interface Reading {
  readonly ds: number;
  readonly t: number;
  /** Left out: a text. */
  readonly r?: number;
}

export interface TestSettings {
  readonly store: TimeseriesStore;
  readonly now: number;
  readonly zone?: string;
  readonly bucketsAtOnce?: number;
  readonly aggregatesAtOnce?: number;
  readonly staleSpans?: number;
  readonly hourly?: number | null;
  readonly daily?: number | null;
}

const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/';
const MAX_EDITS = 100_000;

/** What a ledger keeps: live, and as it lies on disk. */
class TestLedger {
  #live = { points: new Map<string, number>(), notes: new Map<string, string>() };
  #disk = { points: new Map<string, number>(), notes: new Map<string, string>() };

  checkpoint(name: string): number {
    return this.#live.points.get(name) ?? 0;
  }
  setCheckpoint(name: string, record: number): void {
    this.#live.points.set(name, record);
  }
  notesOf(topic: string): [number, string][] {
    return [...this.#live.notes]
      .filter(([key]) => key.startsWith(`${topic} `))
      .map(([key, body]) => [Number(key.split(' ')[1]), body]);
  }
  note(topic: string, id: number, body: string | null): void {
    if (body === null) this.#live.notes.delete(`${topic} ${id}`);
    else this.#live.notes.set(`${topic} ${id}`, body);
  }
  flush(): void {
    this.#disk = { points: new Map(this.#live.points), notes: new Map(this.#live.notes) };
  }
  fall(): void {
    this.#live = { points: new Map(this.#disk.points), notes: new Map(this.#disk.notes) };
  }
}

export class TestCity {
  readonly settings: TestSettings;
  readonly latest = new LatestValues();
  readonly ledger = new TestLedger();
  readonly failures: unknown[] = [];
  readonly policies: Policies & { cut: number; class: RetentionClass };
  overlay: Overlay;
  aggregates!: Aggregates;
  now: number;
  isReady = true;
  #folder: string;
  #parts: { readonly journal: FileJournal; readonly registry: JournaledRegistry } | null = null;
  #rec = 1_000_000;

  constructor(folder: string, settings: TestSettings) {
    this.#folder = folder;
    this.settings = settings;
    this.now = settings.now;
    const { hourly = Number.POSITIVE_INFINITY, daily = Number.POSITIVE_INFINITY } = settings;
    const retention = {
      name: 'standard',
      frames: { days: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY },
      observations: Number.POSITIVE_INFINITY,
      hourly,
      daily,
    };
    this.policies = {
      cut: Number.NEGATIVE_INFINITY,
      class: retention,
      classOf: (stream) => ({ ...this.policies.class, ...(stream.properties.none === true ? NONE : {}) }),
      freezes: () => [],
      keptFrom: () => this.policies.cut,
      erased: () => false,
    };
    this.overlay = this.#newOverlay();
  }

  get registry(): JournaledRegistry {
    return this.#parts!.registry;
  }

  get catalogue() {
    return this.registry.catalogue;
  }

  async start(): Promise<void> {
    const { store, zone = 'Europe/Berlin', ...sizes } = this.settings;
    const journal = new FileJournal({ folder: join(this.#folder, 'journal'), options: journalOptions.parse({}) });
    await journal.start();
    const registry = new JournaledRegistry({
      folder: this.#folder,
      journal,
      models: { get: () => undefined, keys: () => [] },
      clock: { now: () => this.now },
      room: (edits) => this.overlay.room(edits),
      edited: (batch) => {
        this.overlay.edited(batch);
        this.latest.edit(batch, this.now);
        void this.#pump(batch);
      },
    });
    await registry.start();
    this.#parts = { journal, registry };
    this.aggregates = new Aggregates({
      catalogue: this.catalogue,
      registry: this.registry,
      policies: this.policies,
      store,
      observations: this.overlay,
      latest: this.latest,
      ledger: this.ledger,
      clock: { now: () => this.now },
      options: {
        timeZone: zone,
        graceMinutes: 5,
        lateSeconds: 3600,
        bucketsAtOnce: sizes.bucketsAtOnce ?? 20_000,
        aggregatesAtOnce: sizes.aggregatesAtOnce ?? 250,
        staleSpans: sizes.staleSpans ?? 16,
      } satisfies AggregateOptions,
      ready: () => this.isReady,
      room: (edits) => this.overlay.pendingEdits + edits < MAX_EDITS / 2,
      events: { failed: (error) => this.failures.push(error) },
    });
    this.aggregates.start();
  }

  async stop(): Promise<void> {
    await this.aggregates.stop();
    await this.#pumping;
    await this.#close();
  }

  /** The process is gone in the middle of what it did; what was flushed, and what the journal and the store have, stays. */
  async fall(): Promise<void> {
    await this.aggregates.stop();
    await this.#pumping;
    this.ledger.fall();
    await this.#close();
    this.overlay = this.#newOverlay();
    await this.start();
  }

  /** Numbers 1 to `count`, measurements of one Thing. */
  async datastreams(count: number, more: Partial<Datastream> = {}): Promise<void> {
    await this.registry.change('test', (plan) => {
      if (plan.get('Things', 1) === undefined) {
        plan.put(['Things', { ...named('Thing', 1), organisation: 'hub', key: null, parent: null, locations: [] }]);
        plan.put(['Sensors', { ...named('Sensor', 1), encodingType: 'text/html', metadata: '', model: null }]);
      }
      for (let i = 0; i < count; i++) {
        const id = plan.newId('Datastreams');
        plan.put(['Datastreams', { ...datastream(id), ...more }]);
      }
    });
  }

  /** Readings of devices, in the store when it resolves. */
  async write(readings: readonly Reading[]): Promise<void> {
    const batch = {
      length: readings.length,
      ds: Int32Array.from(readings, ({ ds }) => ds),
      t: Float64Array.from(readings, ({ t }) => t),
      r: Float64Array.from(readings, ({ r }) => r ?? Number.NaN),
      type: Uint8Array.from(readings, ({ r }) => (r === undefined ? RESULT.text : RESULT.number)),
      rec: Float64Array.from(readings, () => ++this.#rec),
      q: new Uint8Array(readings.length),
      x: new Map(readings.flatMap(({ r }, i) => (r === undefined ? [[i, '{"v":"dry"}'] as const] : []))),
    };
    await this.settings.store.write(batch, { mode: 'tie' });
    for (const [i, { ds, t, r = Number.NaN }] of readings.entries())
      this.latest.offer(ds, t, batch.type[i]!, r, 'dry', 0, this.now, batch.rec[i]!);
    this.aggregates.storedRows(batch);
  }

  /** Edits as the API makes them, in the store when it resolves. */
  async edit(...edits: Edit[]): Promise<void> {
    await this.registry.change('test', (plan) => {
      for (const one of edits) plan.edit(one);
    });
    await this.#pumping;
  }

  /** What is done when `now` has come. */
  async until(now: number): Promise<void> {
    this.now = now;
    await this.aggregates.run();
    await this.#pumping;
    const [failure] = this.failures;
    if (failure !== undefined) throw failure;
  }

  #pumping: Promise<unknown> = Promise.resolve();

  #pump({ rec }: Pick<EditBatch, 'rec'>): Promise<unknown> {
    this.#pumping = this.#pumping.then(async () => {
      const edits = this.overlay.editsUpTo(rec);
      this.overlay.writing(rec);
      await this.settings.store.edit(edits);
      this.aggregates.storedEdits(edits);
      await this.overlay.release(rec);
      this.overlay.stored(rec);
    });
    return this.#pumping;
  }

  /** The Observations of a level: start, end, and what they say. */
  async standing(ds: number, level: 'hourly' | 'daily') {
    const stream = this.aggregates.streamOf(ds, level);
    if (stream === undefined) return [];
    const found = [];
    const query = { datastreams: [stream], from: null, to: null, order: 'id', offset: 0, limit: Infinity } as const;
    for await (const rows of this.overlay.scan(query))
      for (let i = 0; i < rows.length; i++) {
        const x = JSON.parse(rows.x.get(i)!);
        const sums = sumsOf(x);
        if (sums === null) throw new CodedError('hub.internal', 'no aggregate');
        found.push({ start: rows.t[i]!, end: x.e as number, n: rows.n[i]!, id: rows.id[i]!, result: x.v, sums });
      }
    return found;
  }

  async #close(): Promise<void> {
    await this.#parts!.journal.stop();
    await this.#parts!.registry.stop();
  }

  #newOverlay(): Overlay {
    return new Overlay({ store: this.settings.store, latest: this.latest, maxEdits: MAX_EDITS, waitMs: 5000 });
  }
}

const NONE = { hourly: null, daily: null };

function named(kind: string, id: number) {
  return { id, name: `${kind} ${id}`, description: '', properties: {} };
}

function datastream(id: number): Datastream {
  return {
    ...named('Datastream', id),
    observationType: `${OM}OM_Measurement`,
    unitOfMeasurement: { name: null, symbol: null, definition: null },
    thing: 1,
    sensor: 1,
    observedProperty: 1,
    organisation: 'hub',
    visibility: 'internal',
    domain: '',
    channel: null,
    features: [],
  };
}
