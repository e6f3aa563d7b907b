/** The writer's thread: writes that wait share requests, edits go in steps between them, all in their order. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { Fault, type FaultData, faultData } from '../threads/fault.ts';
import { MergedBatch } from '../threads/merged-batch.ts';
import type { Reply } from '../threads/thread.ts';
import { nextGroup, type WriteRequest } from '../threads/write-request.ts';
import { buriedBehind } from './buried.ts';
import { Editing } from './editing.ts';
import { expire } from './expiring.ts';
import { Persisting } from './persisting.ts';
import type {
  BuriedRequest,
  ExpireRequest,
  InfluxFacts,
  InfluxNews,
  InfluxSettings,
  ToInfluxWriter,
  Work,
} from './protocol.ts';
import { LOOK_MS, Session } from './session.ts';
import { Writing } from './writing.ts';

/** A start waits so long for the server, milliseconds, and a stop for the deletion under way. */
const PATIENCE = 5000;
/** A server that is away is looked for so often, also when nobody writes, milliseconds. */
const RETRY_MS = 1000;
/** And whether one that was there still is, so often, milliseconds. */
const PROBE_MS = 3000;

interface Steps {
  readonly seq: number;
  readonly steps: AsyncGenerator<void, unknown>;
  /** Record that the store has reached then; 0: none of its own. */
  readonly record: number;
}

class Writer {
  readonly #port: MessagePort;
  readonly #settings: InfluxSettings;
  readonly #queue: Work[] = [];
  #persisting: Persisting | null = null;
  #stepping: Steps | null = null;
  /** Who waits for the store to be looked at; `look`: nobody who could be told that it was replaced. */
  readonly #looking: { readonly look: boolean; readonly settle: (error: unknown) => void }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #probing: NodeJS.Timeout | null = null;
  /** What was said last of how the server is. */
  #told: { readonly fault: FaultData | null; readonly isAway: boolean } = { fault: null, isAway: false };
  /** Nobody knows how the store is, until it has been looked at. */
  #isLost = true;
  /** One after the other. */
  #expiring: Promise<unknown> = Promise.resolve();
  #running = false;
  #stopping = false;

  constructor(port: MessagePort, settings: InfluxSettings) {
    this.#port = port;
    this.#settings = settings;
  }

  async start(): Promise<void> {
    let session: Session;
    try {
      session = new Session(this.#settings, {
        reader: (message) => this.#say(message),
        store: (facts) => this.#say({ kind: 'store', facts }),
      });
    } catch (error) {
      this.#say({ kind: 'refused', fault: faultData(error) });
      return;
    }
    const persisting = new Persisting(session, (message) => this.#say(message));
    this.#persisting = persisting;
    session.connection.onEnd(() => this.#lookSoon());
    setInterval(() => this.#lookSoon(), LOOK_MS).unref();
    const patience = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE).unref());
    await Promise.race([this.#ensured(persisting, true).catch(() => {}), patience]);
    session.told();
    this.#say({ kind: 'ready', facts: session.facts });
    this.#probing = setInterval(() => void this.#probe(persisting), PROBE_MS).unref();
    if (this.#isLost) void this.#probe(persisting);
    this.#port.on('message', (message: ToInfluxWriter) => this.#take(message, persisting));
  }

  #say(message: Reply<InfluxFacts> | InfluxNews): void {
    this.#port.postMessage(message);
  }

  #take(message: ToInfluxWriter, persisting: Persisting): void {
    switch (message.kind) {
      case 'names':
        persisting.learn(message.names);
        return;
      case 'doubt':
        persisting.session.lost(null);
        void this.#ensured(persisting, true).catch(() => {});
        return;
      case 'still':
        persisting.deleting.still();
        return;
      case 'dropped':
        void this.#answer(message.seq, async () => {
          await this.#ensured(persisting);
          return [...persisting.session.registry.dropped].sort((a, b) => a - b);
        });
        return;
      case 'tombstones':
        void this.#answer(message.seq, async () => {
          await this.#ensured(persisting);
          return buriedBehind((message as BuriedRequest).after, persisting);
        });
        return;
      case 'expire': {
        const { seq, expiry } = message as ExpireRequest;
        this.#expiring = this.#expiring.then(() =>
          this.#answer(seq, async () => {
            await this.#ensured(persisting);
            return expire(expiry, persisting);
          }),
        );
        return;
      }
      case 'stop':
        this.#stopping = true;
        break;
      default:
        this.#queue.push(message);
    }
    if (!this.#running) void this.#run(persisting);
  }

  /** Looks at the store between two pieces of work. */
  #ensured(persisting: Persisting, look = false): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error: unknown): void => (error === null ? resolve() : reject(error));
      this.#looking.push({ look, settle });
      if (!this.#running) void this.#run(persisting);
    });
  }

  /** Operators learn that the server is away before somebody needs it. */
  async #probe({ session }: Persisting): Promise<void> {
    const fault = await session.connection.lookForIt();
    if (this.#stopping) return;
    if (fault === null) {
      if (!this.#isLost) this.#tell(null);
      return;
    }
    this.#tell(faultData(fault), true);
    // work under way finds out by itself what has become of it
    if (!this.#running && !this.#isLost) this.#lost(fault);
  }

  #tell(fault: FaultData | null, isAway = false): void {
    const told = this.#told;
    // what fails meanwhile in the same way says no more than that it is away
    const saysLess = told.isAway && !isAway && fault?.code === told.fault?.code;
    const saysTheSame = fault?.detail === told.fault?.detail && isAway === told.isAway;
    if (saysTheSame || saysLess) return;
    this.#told = { fault, isAway };
    this.#say({ kind: 'trouble', fault, isAway });
  }

  async #look({ session, deleting }: Persisting): Promise<void> {
    const waiting = this.#looking.splice(0);
    if (waiting.length === 0) return;
    let failure: unknown = null;
    try {
      await session.ensure(waiting.every(({ look }) => look));
      this.#isLost = false;
      this.#tell(null);
      deleting.wake();
    } catch (error) {
      failure = error;
      this.#lost(error);
    }
    for (const { settle } of waiting) settle(failure);
  }

  /** Nobody knows what the server has done: it is looked for until it answers. */
  #lost(error: unknown): void {
    const { session } = this.#persisting!;
    const { code } = faultData(error);
    if (code === 'store.replaced' || code === 'store.rejected') return;
    this.#isLost = true;
    const known = error instanceof Fault && code !== 'hub.internal';
    session.lost(known ? error : null);
    if (known) this.#tell(faultData(error));
    this.#lookSoon();
  }

  /** Also when nobody writes: what the server has lost is to be written again. */
  #lookSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (!this.#stopping) void this.#ensured(this.#persisting!, true).catch(() => {});
    }, RETRY_MS).unref();
  }

  async #run(persisting: Persisting): Promise<void> {
    this.#running = true;
    const writing = new Writing(persisting);
    const editing = new Editing(persisting);
    while (this.#queue.length > 0 || this.#stepping !== null || this.#looking.length > 0) {
      // messages that have come in the meantime join the next group
      await new Promise((resolve) => setImmediate(resolve));
      await this.#look(persisting);
      const group = nextGroup(this.#queue, this.#settings.options.transactionRows);
      if (group.length > 0) await this.#write(writing, group);
      const head = this.#queue[0];
      if (this.#stepping === null && head !== undefined && head.kind !== 'write') {
        this.#queue.shift();
        this.#stepping = { seq: head.seq, steps: stepsOf(editing, head), record: recordOf(head) };
      }
      if (this.#stepping !== null) await this.#step(this.#stepping);
    }
    this.#running = false;
    if (this.#stopping) await this.#finish(persisting);
  }

  async #write(writing: Writing, group: readonly WriteRequest[]): Promise<void> {
    const batch = new MergedBatch(group);
    try {
      await writing.write(batch);
    } catch (error) {
      this.#failed(
        group.map(({ seq }) => seq),
        error,
      );
      return;
    }
    let record = 0;
    for (let i = 0; i < batch.length; i++) record = Math.max(record, batch.columns.rec[i]!);
    this.#persisting!.session.ownership.reached(record);
    for (const outcome of batch.outcomes())
      if ('report' in outcome) this.#say({ kind: 'answer', seq: outcome.seq, value: outcome.report });
  }

  async #step({ seq, steps, record }: Steps): Promise<void> {
    try {
      const { done, value } = await steps.next();
      if (done !== true) return;
      this.#persisting!.session.ownership.reached(record);
      this.#say({ kind: 'answer', seq, value });
    } catch (error) {
      this.#failed([seq], error);
    }
    this.#stepping = null;
  }

  /**
   * Everything that waits behind it fails with it: it would meet the same, and what comes later in the journal must not be
   * stored before what comes earlier.
   */
  #failed(seqs: readonly number[], error: unknown): void {
    const fault = faultData(error);
    const waiting = this.#queue.splice(0).map(({ seq }) => seq);
    const stepping = this.#stepping === null || seqs.includes(this.#stepping.seq) ? [] : [this.#stepping.seq];
    this.#stepping = null;
    this.#lost(error);
    for (const seq of new Set([...seqs, ...stepping, ...waiting])) this.#say({ kind: 'failed', seq, fault });
  }

  async #answer(seq: number, work: () => Promise<unknown>): Promise<void> {
    try {
      this.#say({ kind: 'answer', seq, value: await work() });
    } catch (error) {
      this.#say({ kind: 'failed', seq, fault: faultData(error) });
    }
  }

  async #finish({ deleting, session }: Persisting): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#probing !== null) clearInterval(this.#probing);
    const patience = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE).unref());
    await Promise.race([Promise.all([deleting.stop(), session.ownership.flush()]), patience]);
    session.close();
    this.#say({ kind: 'stopped' });
    this.#port.close();
  }
}

function recordOf(request: Exclude<Work, WriteRequest>): number {
  return request.kind === 'edit' ? request.batches.reduce((most, { rec }) => Math.max(most, rec), 0) : 0;
}

function stepsOf(editing: Editing, request: Exclude<Work, WriteRequest>): AsyncGenerator<void, unknown> {
  switch (request.kind) {
    case 'edit':
      return editing.edit(request.batches);
    case 'revise':
      return editing.revise(request.set, request.remove);
    case 'place':
      return editing.place(request.rows);
    case 'bury':
      return editing.bury(request.places);
  }
}

if (parentPort !== null) void new Writer(parentPort, workerData as InfluxSettings).start();
