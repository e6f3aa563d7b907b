/**
 * The jobs of decoding again: one of each kind at a time, remembered in the ledger, taken up again after a restart. A job that
 * is asked for is remembered before the answer.
 */
import { CodedError } from '../../services/model/index.ts';
import type { LedgerPort } from '../ports.ts';
import type { Job } from './job.ts';
import { Ended, type Patience } from './patience.ts';

export interface JobsPorts {
  readonly ledger: Pick<LedgerPort, 'note' | 'notesOf' | 'flush'>;
  readonly now: () => number;
  /** Jobs that are remembered; the oldest that have ended go. */
  readonly keep: number;
  /** Rejects with `Ended` where `patience` says so. */
  readonly run: (job: Job, patience: Patience, resumed: boolean) => Promise<void>;
  /** It has come to its end. */
  readonly ended: (job: Job) => void;
}

const TOPIC = 'jobs';

/** What a job is made of, but for what every job has. */
export type NewJob<J extends Job = Job> = J extends Job
  ? Omit<J, 'id' | 'created' | 'ended' | 'state' | 'waitsFor' | 'error'>
  : never;

export class Jobs {
  private readonly ports: JobsPorts;
  private readonly jobs = new Map<number, Job>();
  private readonly running = new Map<number, Promise<void>>();
  private readonly cancelled = new Set<number>();
  private stopping = false;

  constructor(ports: JobsPorts) {
    this.ports = ports;
  }

  /** Goes on with what had not ended. */
  start(): void {
    for (const [id, body] of this.ports.ledger.notesOf(TOPIC)) {
      const job = JSON.parse(body) as Job;
      this.jobs.set(id, job);
      if (job.state === 'running') this.run(job, true);
    }
  }

  /** What is under way goes on at the next start. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.running.values());
    for (const job of this.jobs.values()) if (job.state === 'running') this.save(job);
  }

  /** Newest first. */
  list(): Job[] {
    return [...this.jobs.values()].reverse();
  }

  get(id: number): Job | undefined {
    return this.jobs.get(id);
  }

  /** Throws request.conflict while another one of its kind is under way. */
  begin(asked: NewJob): Job {
    const other = this.list().find(({ kind, state }) => kind === asked.kind && state === 'running');
    if (other !== undefined) {
      const detail = `job ${other.id} is under way; wait until it has ended, or cancel it`;
      throw new CodedError('request.conflict', detail);
    }
    const id = Math.max(0, ...this.jobs.keys()) + 1;
    const common = {
      id,
      created: this.ports.now(),
      ended: null,
      state: 'running',
      waitsFor: null,
      error: null,
    } as const;
    const job: Job = { ...asked, ...common };
    this.jobs.set(id, job);
    this.save(job);
    this.ports.ledger.flush();
    this.forgetOld();
    this.run(job, false);
    return job;
  }

  /** Ends it where it stands; what is done stays done. Resolves when nothing more happens. False: there is no such job. */
  async cancel(id: number): Promise<boolean> {
    const job = this.jobs.get(id);
    if (job === undefined) return false;
    if (job.state === 'running') this.cancelled.add(id);
    await this.running.get(id);
    return true;
  }

  /** Resolves when the job has ended, or after so many milliseconds. */
  async settled(id: number, milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    await Promise.race([this.running.get(id), late]);
    clearTimeout(timer);
  }

  /** Remembers how far it is, at the ledger's next flush. */
  save(job: Job): void {
    this.ports.ledger.note(TOPIC, job.id, JSON.stringify(job));
  }

  private run(job: Job, resumed: boolean): void {
    const patience: Patience = {
      goesOn: () => {
        if (this.stopping || this.cancelled.has(job.id)) throw new Ended();
      },
      paused: (reason) => {
        job.waitsFor = reason;
      },
    };
    const done = this.ports
      .run(job, patience, resumed)
      .then(() => this.end(job, 'done'))
      .catch((error: unknown) => {
        if (!(error instanceof Ended)) {
          job.error = (error as Error).message;
          this.end(job, 'failed');
        } else if (!this.stopping) this.end(job, 'cancelled');
      })
      .finally(() => {
        this.running.delete(job.id);
        this.cancelled.delete(job.id);
      });
    this.running.set(job.id, done);
  }

  private end(job: Job, state: Job['state']): void {
    job.state = state;
    job.waitsFor = null;
    job.ended = this.ports.now();
    this.save(job);
    this.ports.ledger.flush();
    this.ports.ended(job);
  }

  private forgetOld(): void {
    for (const [id, job] of this.jobs) {
      if (this.jobs.size <= this.ports.keep) return;
      if (job.state === 'running') continue;
      this.jobs.delete(id);
      this.ports.ledger.note(TOPIC, id, null);
    }
  }
}
