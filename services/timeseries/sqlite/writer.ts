/** The writer's thread. Everything that waits when a transaction ends shares the next one. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { faultData } from './fault.ts';
import { MergedBatch } from './merged-batch.ts';
import type { FromThread, ToWriter, WorkerSettings, WriteRequest } from './protocol.ts';
import { Writing } from './writing.ts';

if (parentPort !== null) serve(parentPort, workerData as WorkerSettings);

function serve(port: MessagePort, settings: WorkerSettings): void {
  const say = (message: FromThread): void => port.postMessage(message);
  let writing: Writing;
  try {
    writing = new Writing(settings, (name) => say({ kind: 'partition', name }));
  } catch (error) {
    say({ kind: 'refused', fault: faultData(error) });
    return;
  }
  const queue: WriteRequest[] = [];
  let stopping = false;
  let scheduled = false;

  const take = (message: ToWriter): void => {
    if (message.kind === 'write') queue.push(message);
    else stopping = true;
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
    if (queue.length > 0) schedule();
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

/** Takes writes of one mode from the queue's head, up to about `rows`, at least one. */
function nextGroup(queue: WriteRequest[], rows: number): WriteRequest[] {
  let end = 0;
  for (let total = 0; end < queue.length && queue[end]!.mode === queue[0]!.mode; end++) {
    total += queue[end]!.length;
    if (end > 0 && total > rows) break;
  }
  return queue.splice(0, end);
}
