/** The writer's thread. Everything that waits when a transaction ends shares the next one. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { faultData } from './fault.ts';
import { MergedBatch } from './merged-batch.ts';
import type { EditRequest, FromThread, ToWriter, WorkerSettings, WriteRequest } from './protocol.ts';
import { Writing } from './writing.ts';

if (parentPort !== null) serve(parentPort, workerData as WorkerSettings);

function serve(port: MessagePort, settings: WorkerSettings): void {
  const say = (message: FromThread): void => port.postMessage(message);
  let writing: Writing;
  try {
    writing = new Writing(settings, {
      made: (name) => say({ kind: 'partition', name }),
      changed: (name, changes) => {
        const buffers = changes.flatMap(({ ds, cells }) => [ds.buffer, cells.buffer]);
        if (changes.length > 0) port.postMessage({ kind: 'changed', name, changes } satisfies FromThread, buffers);
      },
    });
  } catch (error) {
    say({ kind: 'refused', fault: faultData(error) });
    return;
  }
  const queue: (WriteRequest | EditRequest)[] = [];
  /** Edits under way: writes behind them go on between their steps, further edits wait. */
  let editing: { readonly seq: number; readonly steps: Generator<void> } | null = null;
  let stopping = false;
  let scheduled = false;

  const take = (message: ToWriter): void => {
    if (message.kind === 'stop') stopping = true;
    else queue.push(message);
  };
  /** Returns whether the edits have come to their end. */
  const step = ({ seq, steps }: { readonly seq: number; readonly steps: Generator<void> }): boolean => {
    try {
      if (steps.next().done !== true) return false;
      say({ kind: 'answer', seq, value: undefined });
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
    if (editing === null && head?.kind === 'edit') {
      queue.shift();
      editing = { seq: head.seq, steps: writing.edit(head.batches) };
    }
    if (editing !== null && step(editing)) editing = null;
    if (queue.length > 0 || editing !== null) schedule();
    else if (stopping) finish();
  };
  const schedule = (): void => {
    if (!scheduled) setImmediate(run);
    scheduled = true;
  };
  const finish = (): void => {
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

/** Takes writes of one mode from the queue's head, up to about `rows`, at least one if the head is a write. */
function nextGroup(queue: (WriteRequest | EditRequest)[], rows: number): WriteRequest[] {
  const group: WriteRequest[] = [];
  let total = 0;
  for (const request of queue) {
    if (request.kind === 'edit' || request.mode !== (group[0] ?? request).mode) break;
    total += request.length;
    if (group.length > 0 && total > rows) break;
    group.push(request);
  }
  queue.splice(0, group.length);
  return group;
}
