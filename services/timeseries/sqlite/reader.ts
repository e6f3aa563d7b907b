/** The entry of the reader's thread. */
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerSettings } from './protocol.ts';
import { Reading } from './reading.ts';

if (parentPort !== null) new Reading(parentPort, workerData as WorkerSettings).start();
