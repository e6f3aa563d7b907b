/**
 * The pipeline: every message that the journal has made durable is translated once and goes three ways: the latest values,
 * the bus, and the rows for the store. identify ▸ decode ▸ normalise ▸ check ▸ write ▸ publish; the verbs are in `stages/`.
 * What the API did to Observations goes the same three ways.
 */
import { type JournalRecord, RECORD } from '../services/journal/index.ts';
import type { EditBatch, LiveObservation, RowBatch, Source } from '../services/model/index.ts';
import { CERTAINTY } from '../services/timeseries/index.ts';
import { IngestCounters } from './counters.ts';
import { decodeAgain } from './decode-again.ts';
import { HeldReadings } from './held-readings.ts';
import { LatestAsker } from './latest-asker.ts';
import type { Options } from './options.ts';
import type { IngestPorts } from './ports.ts';
import { type BatchBuilder, extraOf } from './stages/batch.ts';
import { Bindings } from './stages/bindings.ts';
import { editsIn, liveEdits } from './stages/edits.ts';
import { Repetitions } from './stages/repetitions.ts';
import { type Sink, Translator } from './stages/translate.ts';
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
  private toPublish: LiveObservation[] = [];
  private readonly held: HeldReadings;
  private timers: NodeJS.Timeout[] = [];
  private requeueing: Promise<void> = Promise.resolve();
  private latestFile: string | null = null;
  private saveIsDue = false;
  private readonly asker: LatestAsker;
  /** Records from `from` to `to` are offered to the latest values as the journal is read again at a start. */
  private unoffered = { from: 0, to: 0 };

  constructor(ports: IngestPorts, options: Options) {
    this.ports = ports;
    this.options = options;
    this.sources = new Map(ports.sources.map((source) => [source.id, source]));
    this.bindings = new Bindings(ports.catalogue);
    this.liveTranslator = this.newLiveTranslator(this.newRepetitions());
    this.held = new HeldReadings(options.heldReadings);
    this.storing = new Storing(ports, options, this.counters, {
      run: (from, rows, room) => this.replay(from, rows, room),
      stored: () => {
        this.asker.wake();
        ports.bus.publish(this.held.release(this.storing.stored));
      },
      refused: (batch, indexes) => this.refused(batch, indexes),
      failed: () => ports.bus.publish(this.held.release(Number.POSITIVE_INFINITY)),
    });
    const stored = () => (this.storing.isLive ? this.storing.stored : null);
    this.asker = new LatestAsker({ ...ports, stored });
  }

  /**
   * `latestFile`: where the latest values are kept. Returns when edits that the store may lack are readable; what else the
   * journal has beyond the checkpoint follows in the background.
   */
  async start(latestFile: string): Promise<void> {
    const { journal, ledger, latest, overlay, catalogue } = this.ports;
    this.storing.open();
    const { stored } = this.storing;
    this.latestFile = latestFile;
    const position = await latest.load(latestFile);
    for await (const records of journal.read(stored + 1)) {
      for (const record of records) {
        const batch = editsIn(record);
        if (batch !== null) overlay.replayed(batch);
      }
    }
    // offers may come in any order; what is not offered here comes from the store
    this.unoffered = { from: (position ?? stored) + 1, to: journal.last };
    if (position === null) this.doubtAll();
    this.unsubscribe = journal.onCommit((records) => this.committed(records));
    this.storing.start(Math.min(position ?? Number.POSITIVE_INFINITY, stored) + 1);
    this.requeue(ledger.waitingDevices('device.unknown').filter((device) => catalogue.devices.has(device)));
    const every = (ms: number, work: () => void) => this.timers.push(setInterval(work, ms).unref());
    every(this.options.checkpointMs, () => ledger.flush());
    every(this.options.latestSaveMs, () => void this.saveLatest());
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
    await this.requeueing;
    await this.storing.stop();
    await this.asker.stop();
    await this.saveLatest();
    this.ports.ledger.flush();
  }

  /** Edits of Observations that wait for the store. */
  get pendingEdits(): number {
    return this.ports.overlay.pendingEdits;
  }

  /** Decodes the dead letters of devices that are registered now, in the background. Returns how many there are. */
  requeue(devices: readonly string[]): number {
    const records = devices.flatMap((device) => this.ports.ledger.recordsOf(device)).sort((a, b) => a - b);
    if (records.length > 0) {
      this.requeueing = this.requeueing
        .then(async () => {
          const { ports, storing, counters } = this;
          await decodeAgain({ ...ports, storing, counters, translator: (sink) => this.newTranslator(sink) }, records);
          this.asker.wake();
        })
        .catch((error) => this.ports.events?.failed?.(error));
    }
    return records.length;
  }

  private newRepetitions(): Repetitions {
    return new Repetitions(this.options.repetitionMinutes * 60_000, this.options.repetitionEntries);
  }

  private newLiveTranslator(repetitions: Repetitions): Translator {
    const { sources, bindings, counters } = this;
    return new Translator({ sources, bindings, repetitions, counters, sink: this.liveSink() });
  }

  /** For records that were counted before: its counters are its own. */
  private newTranslator(sink: Sink, repetitions = this.newRepetitions()): Translator {
    const { sources, bindings } = this;
    return new Translator({ sources, bindings, repetitions, counters: new IngestCounters(), sink });
  }

  private committed(records: readonly JournalRecord[]): void {
    this.wanted = this.storing.wants();
    if (this.wanted) this.warm = true;
    for (const record of records) {
      if (record.kind === RECORD.message) this.liveTranslator.translate(record);
      else if (this.ports.bus.listening) {
        const batch = this.ports.overlay.editsOf(record.number);
        if (batch === undefined) continue;
        this.held.edited(batch);
        this.toPublish.push(...liveEdits(batch, record.at));
      }
    }
    if (this.wanted) this.storing.gatheredUpTo((records[records.length - 1] as JournalRecord).number);
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

  /** Translates journal records again: latest values and rows, but neither bus nor device events. */
  private async replay(from: number, rows: BatchBuilder, room: (upTo: number) => Promise<void>): Promise<number> {
    const { journal, latest, ledger, overlay } = this.ports;
    const stored = this.storing.stored;
    const offers = (rec: number) => rec >= this.unoffered.from && rec <= this.unoffered.to;
    let adding = false;
    const sink: Sink = {
      reading: (ds, t, type, r, value, q, rec, receivedAt) => {
        if (adding && offers(rec) && !overlay.isGone(ds, t, { n: 0, rec })) {
          // what the store decided is not told again: it may have been a repetition of a row that is gone
          if (rec <= stored && !latest.isFree(ds, t)) latest.doubt(ds);
          else latest.offer(ds, t, type, r, value, q, receivedAt, rec);
        }
        if (rec > stored && adding) rows.add(ds, t, type, r, extraOf(type, value), q, rec);
      },
      dead: (letter) => {
        if (letter.record > stored && adding) ledger.addDeadLetter(letter);
      },
      event: () => undefined,
    };
    const repetitions = this.newRepetitions();
    const translator = this.newTranslator(sink, repetitions);
    let last = from - 1;
    const end = journal.last;
    // a little before: an uplink that is repeated here may have come first there
    const warm = Math.max(journal.first, from - WARM_UP_RECORDS);
    for await (const records of journal.read(warm, end)) {
      for (const record of records) {
        adding = record.number >= from;
        if (record.kind === RECORD.message) translator.translate(record);
        else if (adding && offers(record.number)) {
          const batch = overlay.editsOf(record.number) ?? editsIn(record);
          if (batch !== null) latest.edit(batch, record.at);
        }
      }
      last = Math.max(last, (records[records.length - 1] as JournalRecord).number);
      if (last >= from) await room(last);
      // the rest is for the next start
      if (this.storing.isStopping) return last;
    }
    // a repetition of what came before this start would otherwise be a new reading where its message brings no time
    if (!this.warm) this.liveTranslator = this.newLiveTranslator(repetitions);
    return Math.max(last, end);
  }

  /** Without a file of the latest values all is asked of the store. */
  private doubtAll(): void {
    const { catalogue, latest } = this.ports;
    for (const set of [catalogue.set('Datastreams'), catalogue.set('MultiDatastreams')])
      for (const { id, hadRemovals } of set.values()) latest.doubt(id, hadRemovals);
  }

  private async saveLatest(): Promise<void> {
    const { journal, latest, overlay } = this.ports;
    if (this.latestFile === null || !this.storing.isLive) return;
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

const WARM_UP_RECORDS = 10_000;
