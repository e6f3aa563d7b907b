/**
 * Everything that reads old messages once more: dead letters one by one, and the history of devices whose decoding has changed.
 * Start with `decode-again.ts` (the work), `letters.ts` (dead letters), `jobs.ts` (what is remembered of both).
 */
import type { LetterFilter } from '../../services/journal/index.ts';
import { CodedError } from '../../services/model/index.ts';
import type { TimeseriesStore } from '../../services/timeseries/index.ts';
import type { IngestPorts } from '../ports.ts';
import { Bindings } from '../stages/bindings.ts';
import type { Sink, Translator, TranslatorPorts } from '../stages/translate.ts';
import { type DecodeAgainPorts, decodeAgain } from './decode-again.ts';
import { type InspectedLetter, inspect } from './inspect.ts';
import type { DecodeAgainJob, Job, RequeueJob } from './job.ts';
import { Jobs } from './jobs.ts';
import { LETTERS_AT_ONCE, LetterDecoder } from './letters.ts';
import { Pace } from './pace.ts';
import type { Patience } from './patience.ts';
import { type Offer, type RaisedRevision, Revisions } from './revisions.ts';
import { type Selection, scopeOf } from './scope.ts';
import type { AgainEvents } from './telemetry.ts';

/** What the pipeline lends to whoever reads messages outside the journal's order. */
export interface Aside {
  /** The store for writing, in turn with everything else that is written. */
  readonly store: Pick<TimeseriesStore, 'write' | 'edit' | 'revise'>;
  /** What stands now, that which is on its way to the store included. */
  readonly overlay: IngestPorts['overlay'];
  readonly translator: (sink: Sink, concerns?: TranslatorPorts['concerns']) => Translator;
  /** Up to which record the store has everything. */
  readonly stored: () => number;
  /** Something of the latest values is in doubt. */
  readonly wake: () => void;
  readonly saveLatest: () => Promise<void>;
  readonly decoded: (letters: number) => void;
}

export interface DecodingAgainPorts
  extends Pick<
    IngestPorts,
    | 'journal'
    | 'ledger'
    | 'catalogue'
    | 'sources'
    | 'models'
    | 'store'
    | 'latest'
    | 'clock'
    | 'keeping'
    | 'stored'
    | 'storedEdits'
  > {
  readonly registry: DecodeAgainPorts['registry'];
  readonly aside: Aside;
  /** Do messages wait for their acknowledgement? */
  readonly busy: () => boolean;
  /** Is what stands there held as evidence? Left out: nothing is. */
  readonly frozen?: (datastream: number, t: number) => boolean;
  readonly events?: AgainEvents;
}

export interface DecodingAgainOptions {
  readonly againRows: number;
  readonly againExamples: number;
  readonly againJobs: number;
  readonly shownBytes: number;
}

/** Which dead letters: those of a filter, or these records. */
export interface LetterChoice {
  readonly filter: LetterFilter;
  readonly records: readonly number[] | null;
}

const DISMISSED_AT_MOST = 100_000;
/** Those that go in one turn of the event loop. */
const DISMISSED_AT_ONCE = 100;

export class DecodingAgain {
  private readonly ports: DecodingAgainPorts;
  private readonly options: DecodingAgainOptions;
  private readonly jobs: Jobs;
  private readonly revisions: Revisions;

  constructor(ports: DecodingAgainPorts, options: DecodingAgainOptions) {
    this.ports = ports;
    this.options = options;
    this.revisions = new Revisions(ports);
    this.jobs = new Jobs({
      ledger: ports.ledger,
      now: () => ports.clock.now(),
      keep: options.againJobs,
      run: (job, patience, resumed) => this.run(job, patience, resumed),
      ended: (job) => ports.events?.ended?.(job),
    });
  }

  /** The pipeline has been started. */
  start(): void {
    for (const raised of this.revisions.open()) this.ports.events?.offered?.(raised);
    this.jobs.start();
  }

  stop(): Promise<void> {
    return this.jobs.stop();
  }

  /** Throws notFound, store.unsupported where the store cannot change rows, request.conflict while another job runs. */
  async decodeAgain(selection: Selection, dryRun: boolean, by: string): Promise<Job> {
    const { store, journal } = this.ports;
    const { edit } = store.capabilities;
    if (edit !== null && !dryRun)
      throw new CodedError('store.unsupported', `This store cannot change what stands in it: ${edit}`);
    await scopeOf(this.ports, selection, this.pace());
    const counts = { added: 0, changed: 0, removed: 0, kept: 0, repeated: 0, rejected: 0, withoutRecord: 0, frozen: 0 };
    return this.jobs.begin({
      kind: 'decode-again',
      selection,
      dryRun,
      by,
      phase: 'waiting',
      records: { first: journal.first, last: journal.last, next: journal.first, messages: 0 },
      rows: counts,
      letters: { new: 0, healed: 0 },
      endings: [],
      examples: [],
    });
  }

  /** Throws request.conflict while another one runs. */
  requeue({ filter, records }: LetterChoice, dryRun: boolean, by: string): Job {
    // those that come later are not meant
    const [newest] = this.ports.ledger.deadLetters({}, 1).letters;
    const last = records === null ? (newest?.record ?? 0) : (records.at(-1) ?? 0);
    const letters = { decoded: 0, untried: 0, gone: 0, stillDead: {} };
    return this.jobs.begin({ kind: 'requeue', filter, records, dryRun, by, last, reached: 0, letters });
  }

  /** Resolves when the job has ended, or after so many milliseconds. */
  settled(id: number, milliseconds: number): Promise<void> {
    return this.jobs.settled(id, milliseconds);
  }

  /** Newest first. */
  list(): Job[] {
    return this.jobs.list();
  }

  job(id: number): Job | undefined {
    return this.jobs.get(id);
  }

  cancel(id: number): Promise<boolean> {
    return this.jobs.cancel(id);
  }

  /** Dead letters that nobody wants to see again; their messages stay in the journal. `more`: there were too many for one request. */
  async dismiss(
    { filter, records }: LetterChoice,
    reason: string,
    by: string,
  ): Promise<{ readonly dismissed: number; readonly more: boolean }> {
    const { ledger, events } = this.ports;
    const pace = this.pace();
    let dismissed = 0;
    let more = false;
    for (let next: number | null = 0; next !== null; ) {
      const page = lettersFrom(ledger, { filter, records }, next, DISMISSED_AT_ONCE);
      dismissed += ledger.dismiss(page.records);
      next = page.next;
      more = next !== null && dismissed >= DISMISSED_AT_MOST;
      if (more) break;
      await pace.step();
    }
    if (dismissed > 0) events?.dismissed?.(dismissed, { by, reason, filter });
    return { dismissed, more };
  }

  /** null: there is no such dead letter. */
  inspect(record: number): Promise<InspectedLetter | null> {
    const { aside, catalogue, models } = this.ports;
    const bindings = new Bindings(catalogue, models);
    const { shownBytes } = this.options;
    return inspect({ ...this.ports, bindings, translator: (sink) => aside.translator(sink), shownBytes }, record);
  }

  /** Models whose history was decoded with an earlier revision. */
  raised(): RaisedRevision[] {
    return this.revisions.raised();
  }

  /** The same, with what they concern. Rejects with the store's error. */
  offers(): Promise<Offer[]> {
    return this.revisions.offers(this.ports.store, this.pace());
  }

  /** False: there is no such offer. */
  dismissOffer(model: string): boolean {
    return this.revisions.settle(model);
  }

  private pace(): Pace {
    return new Pace(this.ports.busy);
  }

  private async run(job: Job, patience: Patience, resumed: boolean): Promise<void> {
    // whoever asked has the answer first
    await Promise.resolve();
    this.ports.events?.began?.(job, resumed);
    if (job.kind === 'requeue') await this.runRequeue(job, patience);
    else await this.runDecodeAgain(job, patience, resumed);
  }

  private async runDecodeAgain(job: DecodeAgainJob, patience: Patience, resumed: boolean): Promise<void> {
    const { aside } = this.ports;
    const { againRows, againExamples } = this.options;
    const ports: DecodeAgainPorts = {
      ...this.ports,
      ...aside,
      store: this.ports.store,
      aside: aside.store,
      told: this.ports.stored,
      patience,
      pace: this.pace(),
      save: () => this.saved(job),
      options: { windowRows: againRows, exampleRows: againExamples },
    };
    await decodeAgain(ports, job, resumed);
    const { model, from, to } = job.selection;
    if (!job.dryRun && model !== undefined && from === undefined && to === undefined) this.revisions.settle(model);
  }

  private async runRequeue(job: RequeueJob, patience: Patience): Promise<void> {
    const { ledger, aside } = this.ports;
    const pace = this.pace();
    const ports = {
      ...this.ports,
      ...aside,
      read: this.ports.store,
      pace,
      patience,
      told: this.ports.stored,
      toldEdits: this.ports.storedEdits,
    };
    const decoder = new LetterDecoder({ ...ports, translator: (sink) => aside.translator(sink) });
    for (let next: number | null = job.reached; next !== null && next < job.last; ) {
      patience.goesOn();
      const page = lettersFrom(ledger, job, next);
      const { decoded, untried, gone, stillDead } = await decoder.decode(
        page.records.filter((record) => record <= job.last),
        job.dryRun,
      );
      job.letters.decoded += decoded;
      job.letters.untried = (job.letters.untried ?? 0) + untried;
      job.letters.gone += gone;
      for (const [code, count] of Object.entries(stillDead) as [keyof typeof stillDead, number][])
        job.letters.stillDead[code] = (job.letters.stillDead[code] ?? 0) + count;
      if (!job.dryRun) aside.decoded(decoded);
      aside.wake();
      next = page.next;
      job.reached = next ?? job.last;
      this.saved(job);
      await pace.step();
    }
  }

  private saved(job: Job): void {
    this.jobs.save(job);
    this.ports.ledger.flush();
  }
}

/** Records of at most so many dead letters behind `beyond`, ascending. */
export function lettersFrom(
  ledger: Pick<IngestPorts['ledger'], 'deadLetters' | 'deadLetter'>,
  { filter, records }: LetterChoice,
  beyond: number,
  atMost = LETTERS_AT_ONCE,
): { readonly records: readonly number[]; readonly next: number | null } {
  if (records === null) {
    const { letters, next } = ledger.deadLetters(filter, atMost, 'up', beyond);
    return { records: letters.map(({ record }) => record), next };
  }
  const rest = records.filter((record) => record > beyond);
  const part = rest.slice(0, atMost);
  const next = part.length < rest.length ? (part.at(-1) as number) : null;
  return { records: part.filter((record) => ledger.deadLetter(record) !== null), next };
}
