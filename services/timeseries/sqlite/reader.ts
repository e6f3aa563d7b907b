/**
 * The entry of the reader's thread. It steps behind the other threads where cores are few: an acknowledgement takes several
 * short turns of the main thread, and a scan beside it that is always ready to run would hold up each of them.
 */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerSettings } from './protocol.ts';
import { Reading } from './reading.ts';

/** Of this thread alone [Linux: setpriority(2), NOTES]; elsewhere of the whole process, where it must not be changed. */
const NICE = 10;

if (parentPort !== null) {
  if (process.platform === 'linux') setPriority(0, NICE);
  new Reading(parentPort, workerData as WorkerSettings).start();
}
