/**
 * The pipeline: every message that the journal has made durable is translated once and goes three ways: the latest values,
 * the bus, and the rows for the store. identify ▸ decode ▸ normalise ▸ check ▸ write ▸ publish; the verbs are in `stages/`.
 * What the API did to Observations goes the same three ways.
 */
import { rm } from 'node:fs/promises';
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import { type JournalRecord, RECORD } from '../services/journal/index.ts';
import type { EditBatch, LiveObservation, RowBatch, Source } from '../services/model/index.ts';
import { CERTAINTY } from '../services/timeseries/index.ts';
import { type Aside, Ended, LetterDecoder, lettersFrom, Pace } from './again/index.ts';
import { IngestCounters } from './counters.ts';
import { HeldReadings } from './held-readings.ts';
import { LatestAsker } from './latest-asker.ts';
import type { Options } from './options.ts';
import type { IngestPorts } from './ports.ts';
import { Rereading } from './rereading.ts';
import { extraOf } from './stages/batch.ts';
import { Bindings } from './stages/bindings.ts';
import { editsIn, liveEdits } from './stages/edits.ts';
import { Repetitions } from './stages/repetitions.ts';
import { type Sink, Translator, type TranslatorPorts } from './stages/translate.ts';
import type { Turn } from './store/replay.ts';
import { Storing } from './storing.ts';

export class Pipeline {
  readonly counters = new IngestCounters();
  readonly storing: Storing;
  private readonly ports: IngestPorts;
  private readonly options: Options;
  private readonly sources: ReadonlyMap<string, Source>;
  private readonly bindings: Bindings;
  private liveTranslator: Translator;
  /** The live side knows what came before this start, see `replay`. */
  private warm = false;
  private unsubscribe: (() => void) | null = null;
  private wanted = false;
  private rereading: Rereading | null = null;
  private toPublish: LiveObservation[] = [];
  private readonly held: HeldReadings;
  private timers: NodeJS.Timeout[] = [];
  private requeueing: Promise<void> = Promise.resolve();
  private latestFile: string | null = null;
  private saveIsDue = false;
  private readonly asker: LatestAsker;
  /** Records from `from` to `to` are offered to the latest values as the journal is read again at a start. */
  private unoffered = { from: 0, to: 0 };
  /** Edits up to this record have been read from the journal, those that this hub took itself left out. */
  private editsRead = 0;

  constructor(ports: IngestPorts, options: Options) {
    this.ports = ports;
    this.options = options;
    this.sources = new Map(ports.sources.map((source) => [source.id, source]));
    this.bindings = new Bindings(ports.catalogue, ports.models);
    this.liveTranslator = this.newLiveTranslator(this.newRepetitions());
    this.held = new HeldReadings(options.heldReadings);
    this.storing = new Storing(ports, options, this.counters, {
      run: (from, turn) => this.replay(from, turn),
      stored: () => {
        this.asker.wake();
        ports.bus.publish(this.held.release(this.storing.stored));
      },
      refused: (batch, indexes) => this.refused(batch, indexes),
      refusedEdits: (edits) => this.refusedEdits(edits),
      failed: () => ports.bus.publish(this.held.release(Number.POSITIVE_INFINITY)),
      replaced: () => this.readEdits(),
    });
    const stored = () => (this.storing.isLive ? this.storing.stored : null);
    this.asker = new LatestAsker({ ...ports, stored });
  }

  /**
   * `latestFile`: where the latest values are kept. Returns when edits that the store may lack are readable; what else the
   * journal has beyond the checkpoint follows in the background.
   */
  async start(latestFile: string): Promise<void> {
    const { journal, ledger, latest, catalogue } = this.ports;
    this.storing.open();
    const { stored } = this.storing;
    this.latestFile = latestFile;
    let position = await latest.load(latestFile);
    if (position !== null && position > journal.last) {
      // the journal lost its end and gives these numbers again; only the store knows what stands there
      await rm(latestFile, { force: true });
      position = null;
    }
    await this.readEdits();
    // offers may come in any order; what is not offered here comes from the store
    this.unoffered = { from: (position ?? stored) + 1, to: journal.last };
    if (position === null) this.doubtAll();
    this.unsubscribe = journal.onCommit((records) => this.committed(records));
    this.storing.start(Math.min(position ?? Number.POSITIVE_INFINITY, stored) + 1);
    this.requeue(ledger.waitingDevices('device.unknown').filter((device) => catalogue.devices.has(device)));
    const every = (ms: number, work: () => void) => this.timers.push(setInterval(work, ms).unref());
    every(this.options.checkpointMs, () => {
      ledger.flush();
      this.storing.look();
    });
    every(this.options.latestSaveMs, () => void this.saveLatest());
  }

  /**
   * Edits beyond what the store has are readable again when this resolves: not all where they are very many or stand far
   * apart; those further on follow as the store comes near them.
   */
  private async readEdits(): Promise<void> {
    const { journal, overlay } = this.ports;
    const { pendingEdits, startReadMs } = this.options;
    const began = performance.now();
    this.editsRead = this.storing.stored;
    for await (const records of journal.read(this.storing.stored + 1)) {
      for (const record of records) {
        const batch = editsIn(record);
        if (batch !== null) overlay.replayed(batch);
      }
      this.editsRead = (records[records.length - 1] as JournalRecord).number;
      if (overlay.pendingEdits > pendingEdits / 2 || performance.now() - began > startReadMs) return;
      await immediate();
    }
  }

  /** Takes what the API did to Observations, as soon as it is appended to the journal: it is readable now. */
  edited(batch: EditBatch): void {
    const { overlay, latest, clock } = this.ports;
    overlay.edited(batch);
    latest.edit(batch, clock.now());
    this.asker.wake();
  }

  async stop(): Promise<void> {
    this.unsubscribe?.();
    for (const timer of this.timers) clearInterval(timer);
    this.storing.end();
    const done = this.requeueing.then(() => this.storing.stop()).then(() => this.asker.stop());
    // a store that hangs must not keep the hub from ending: what it lacks is read from the journal again
    const inTime = new AbortController();
    await Promise.race([done, delay(this.options.stopMs, undefined, { signal: inTime.signal })]);
    inTime.abort();
    await this.saveLatest();
    this.ports.ledger.flush();
  }

  /** Old rows have gone from the store: what the latest values knew of them is asked again. `save`: and their file, too. */
  async expired(datastreams: readonly number[], from: number | null, before: number, save = false): Promise<void> {
    const { latest } = this.ports;
    for (let i = 0; i < datastreams.length; i++) {
      latest.expired(datastreams[i] as number, from, before);
      if (i % EXPIRED_AT_ONCE === EXPIRED_AT_ONCE - 1) await immediate();
    }
    this.asker.wake();
    if (save) await this.saveLatest();
  }

  /** Where the readings of a message belong, as it is decoded now. Nothing is stored or told. */
  placesOf(record: JournalRecord): { readonly ds: number; readonly t: number }[] {
    const found: { ds: number; t: number }[] = [];
    const { sources, bindings } = this;
    const sink: Sink = {
      reading: (ds, t) => found.push({ ds, t }),
      dead: () => undefined,
      event: () => undefined,
    };
    new Translator({ sources, bindings, repetitions: null, counters: new IngestCounters(), sink }).translate(record);
    return found;
  }

  /** Edits of Observations that wait for the store. */
  get pendingEdits(): number {
    return this.ports.overlay.pendingEdits;
  }

  /** Decodes the dead letters of devices that are registered now, in the background. Returns how many there are. */
  requeue(devices: readonly string[]): number {
    const waiting = devices.filter((device) => this.ports.ledger.lettersOf(device) > 0);
    if (waiting.length > 0) {
      this.requeueing = this.requeueing
        .then(() => this.decodeLetters(waiting))
        .catch((error) => {
          if (!(error instanceof Ended)) this.ports.events?.failed?.(error);
        });
    }
    return waiting.reduce((sum, device) => sum + this.ports.ledger.lettersOf(device), 0);
  }

  /** For whatever reads messages outside the journal's order. */
  get aside(): Aside {
    return {
      store: this.storing.inTurn,
      overlay: this.ports.overlay,
      translator: (sink, concerns) => this.newTranslator(sink, this.newRepetitions(), concerns),
      stored: () => this.storing.stored,
      wake: () => this.asker.wake(),
      saveLatest: () => this.saveLatest(),
      decoded: (letters) => {
        this.counters.requeued += letters;
      },
    };
  }

  private async decodeLetters(devices: readonly string[]): Promise<void> {
    const { ports, aside } = this;
    const pace = new Pace(ports.busy ?? (() => false));
    const patience = {
      goesOn: () => {
        if (this.storing.isStopping) throw new Ended();
      },
      paused: () => undefined,
    };
    const decoder = new LetterDecoder({
      ...ports,
      ...aside,
      read: ports.store,
      pace,
      patience,
      told: ports.stored,
      toldEdits: ports.storedEdits,
    });
    for (const device of devices) {
      for (let next: number | null = 0; next !== null; ) {
        const page = lettersFrom(ports.ledger, { filter: { device }, records: null }, next);
        aside.decoded((await decoder.decode(page.records)).decoded);
        aside.wake();
        next = page.next;
      }
    }
  }

  private newRepetitions(): Repetitions {
    return new Repetitions(this.options.repetitionMinutes * 60_000, this.options.repetitionEntries);
  }

  private newLiveTranslator(repetitions: Repetitions): Translator {
    const { sources, bindings, counters } = this;
    return new Translator({ sources, bindings, repetitions, counters, sink: this.liveSink() });
  }

  /** For records that were counted before: its counters are its own. */
  private newTranslator(
    sink: Sink,
    repetitions = this.newRepetitions(),
    concerns?: TranslatorPorts['concerns'],
  ): Translator {
    const { sources, bindings } = this;
    return new Translator({ sources, bindings, repetitions, counters: new IngestCounters(), sink, concerns });
  }

  private readonly isComputed = (datastream: number): boolean =>
    this.ports.catalogue.set('MultiDatastreams').get(datastream)?.aggregate !== undefined;

  private committed(records: readonly JournalRecord[]): void {
    this.wanted = this.storing.wants();
    this.rereading?.committed(records);
    if (this.wanted) this.warm = true;
    for (const record of records) {
      if (record.kind === RECORD.message) this.liveTranslator.translate(record);
      else if (this.ports.bus.listening) {
        const batch = this.ports.overlay.editsOf(record.number);
        if (batch === undefined) continue;
        this.held.edited(batch);
        this.toPublish.push(...liveEdits(batch, record.at, this.isComputed));
      }
    }
    const last = records[records.length - 1] as JournalRecord;
    this.storing.accepted(last.number, last.at);
    if (this.wanted) this.storing.gatheredUpTo(last.number);
    if (this.toPublish.length > 0) {
      const observations = this.toPublish;
      this.toPublish = [];
      this.ports.bus.publish(observations);
    }
    if (this.saveIsDue) void this.saveLatest();
  }

  /** These rows were there before, or had been removed. */
  private refused(batch: RowBatch, indexes: readonly number[]): void {
    const { ds, t, rec } = batch;
    for (const i of indexes) this.ports.latest.retract(ds[i] as number, t[i] as number, rec[i] as number);
    this.held.refused(batch, indexes);
  }

  /** What they said is not so: only the store knows what stands there. */
  private refusedEdits(batches: readonly EditBatch[]): void {
    for (const batch of batches) this.ports.latest.refusedEdits(batch);
  }

  private liveSink(): Sink {
    const { bus, latest, ledger } = this.ports;
    return {
      reading: (ds, t, type, r, value, q, rec, receivedAt) => {
        const free = latest.isFree(ds, t);
        if (this.wanted) {
          const certainty = free ? CERTAINTY.free : CERTAINTY.open;
          this.storing.add(ds, t, type, r, extraOf(type, value), q, rec, certainty);
        }
        latest.offer(ds, t, type, r, value, q, receivedAt, rec);
        if (!bus.listening) return;
        const observation = { datastream: ds, phenomenonTime: t, result: value, quality: q, receivedAt };
        // without the store everything is told at once
        const waits = !free && this.wanted && this.storing.works && this.held.hold(rec, observation);
        if (!waits) this.toPublish.push(observation);
      },
      dead: (letter) => ledger.addDeadLetter(letter),
      event: (event, receivedAt) => this.ports.deviceEvent?.(event, receivedAt),
    };
  }

  private async replay(from: number, turn: Turn): Promise<number> {
    const { unoffered, editsRead, storing } = this;
    const repetitions = this.newRepetitions();
    const translator = (sink: Sink) => this.newTranslator(sink, repetitions);
    const given = { ...this.ports, unoffered, editsRead, stored: storing.stored, translator };
    this.rereading = new Rereading(given, from, turn);
    try {
      const last = await this.rereading.run();
      // a repetition of what came before this start would otherwise be a new reading where its message brings no time
      if (!this.warm && !turn.isOver()) this.liveTranslator = this.newLiveTranslator(repetitions);
      return last;
    } finally {
      this.rereading = null;
    }
  }

  /** Without a file of the latest values all is asked of the store. */
  private doubtAll(): void {
    const { catalogue, latest } = this.ports;
    for (const set of [catalogue.set('Datastreams'), catalogue.set('MultiDatastreams')])
      for (const { id, hadRemovals } of set.values()) latest.doubt(id, hadRemovals);
  }

  private async saveLatest(): Promise<void> {
    const { journal, latest, overlay, disk } = this.ports;
    if (this.latestFile === null || !this.storing.isLive) return;
    if ((disk?.lack('files') ?? null) !== null) return;
    // an edit counts at its append; what is not on disk yet must not be saved as having been
    this.saveIsDue = overlay.lastEdit > journal.last;
    if (this.saveIsDue) return;
    try {
      await latest.save(this.latestFile, journal.last);
    } catch (error) {
      this.ports.events?.failed?.(error);
    }
  }
}

/** Datastreams whose latest values are looked at before others get their turn. */
const EXPIRED_AT_ONCE = 10_000;
