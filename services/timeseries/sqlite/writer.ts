/** The writer's thread. Everything that waits when a transaction ends shares the next one. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { faultData } from '../threads/fault.ts';
import { MergedBatch } from '../threads/merged-batch.ts';
import { nextGroup, type WriteRequest } from '../threads/write-request.ts';
import type { ExpireRequest, FromThread, ToWriter, WorkerSettings } from './protocol.ts';
import { Writing } from './writing.ts';

type Queued = Exclude<ToWriter, { kind: 'stop' | 'expire' }>;
/** What is done in durable steps, with writes in between. */
type Stepped = Exclude<Queued, WriteRequest>;

interface Steps {
  readonly seq: number;
  readonly steps: Generator<void, unknown>;
}

/** After a step of what nobody waits for the thread is for others, so many times as long. */
const REST = 3;

if (parentPort !== null) serve(parentPort, workerData as WorkerSettings);

function serve(port: MessagePort, settings: WorkerSettings): void {
  const say = (message: FromThread): void => port.postMessage(message);
  let writing: Writing;
  try {
    writing = new Writing(settings, {
      made: (name) => say({ kind: 'partition', name }),
      gone: (name) => say({ kind: 'gone', name }),
      changed: (name, changes) => {
        const buffers = changes.flatMap(({ ds, cells }) => [ds.buffer, cells.buffer]);
        if (changes.length > 0) port.postMessage({ kind: 'changed', name, changes } satisfies FromThread, buffers);
      },
    });
  } catch (error) {
    say({ kind: 'refused', fault: faultData(error) });
    return;
  }
  const queue: Queued[] = [];
  /** Edits under way: writes behind them go on between their steps, further edits wait. */
  let editing: Steps | null = null;
  /** Old rows that go, one request after another. */
  const expiring: Steps[] = [];
  let resting: NodeJS.Timeout | null = null;
  let stopping = false;
  let scheduled = false;

  const take = (message: ToWriter): void => {
    if (message.kind === 'stop') stopping = true;
    else if (message.kind === 'expire') expire(message);
    else queue.push(message);
  };
  /** Returns whether the edits have come to their end. */
  const step = ({ seq, steps }: Steps): boolean => {
    try {
      const { done, value } = steps.next();
      if (done !== true) return false;
      say({ kind: 'answer', seq, value });
    } catch (error) {
      say({ kind: 'failed', seq, fault: faultData(error) });
    }
    return true;
  };
  const run = (): void => {
    scheduled = false;
    for (let more = receiveMessageOnPort(port); more !== undefined; more = receiveMessageOnPort(port))
      take(more.message);
    const requests = nextGroup(queue, settings.options.transactionRows);
    if (requests.length > 0) {
      const batch = new MergedBatch(requests);
      writing.write(batch);
      for (const outcome of batch.outcomes()) {
        if ('report' in outcome) say({ kind: 'answer', seq: outcome.seq, value: outcome.report });
        else say({ kind: 'failed', seq: outcome.seq, fault: faultData(outcome.error) });
      }
    }
    const head = queue[0];
    if (editing === null && head !== undefined && head.kind !== 'write') {
      queue.shift();
      editing = { seq: head.seq, steps: stepsOf(writing, head) };
    }
    if (editing !== null && step(editing)) editing = null;
    if (queue.length > 0 || editing !== null) schedule();
    else if (stopping) finish();
  };
  const expire = ({ seq, expiry }: ExpireRequest): void => {
    expiring.push({ seq, steps: writing.expire(expiry) });
    resting ??= setTimeout(expireStep);
  };
  const expireStep = (): void => {
    const began = performance.now();
    if (step(expiring[0]!)) expiring.shift();
    resting = expiring.length === 0 ? null : setTimeout(expireStep, REST * (performance.now() - began));
  };
  const schedule = (): void => {
    if (!scheduled) setImmediate(run);
    scheduled = true;
  };
  const finish = (): void => {
    // what is not done yet is due the next time, too
    if (resting !== null) clearTimeout(resting);
    for (const { steps } of expiring) steps.return(undefined);
    writing.close();
    say({ kind: 'stopped' });
    port.close();
  };
  port.on('message', (message: ToWriter) => {
    take(message);
    schedule();
  });
  say({ kind: 'ready', facts: writing.facts });
}

function stepsOf(writing: Writing, request: Stepped): Generator<void, unknown> {
  switch (request.kind) {
    case 'edit':
      return writing.edit(request.batches);
    case 'revise':
      return writing.revise(request);
    case 'place':
      return writing.place(request.rows);
    case 'bury':
      return writing.bury(request.places);
  }
}
