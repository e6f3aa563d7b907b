/** The entry of the reader's thread. It steps behind the other threads where cores are few, as that of the embedded store. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { Reading, type ReadingSettings } from './reading.ts';

/** Of this thread alone [Linux: setpriority(2), NOTES]; elsewhere of the whole process, where it must not be changed. */
const NICE = 10;

if (parentPort !== null) {
  if (process.platform === 'linux') setPriority(0, NICE);
  new Reading(parentPort, workerData as ReadingSettings).start();
}
