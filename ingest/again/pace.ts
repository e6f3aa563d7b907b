/** Work beside live traffic: a few milliseconds in a turn of the event loop, and none while messages wait for the disk. */
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';

const SLICE_MS = 3;
const STEP_BACK_MS = 2;
/** A journal that is always busy doesn't stop the work for ever. */
const STEPS_BACK = 10;

export class Pace {
  private readonly busy: () => boolean;
  private since = performance.now();

  /** `busy`: do messages wait for their acknowledgement? */
  constructor(busy: () => boolean) {
    this.busy = busy;
  }

  /** To be called every few hundred microseconds of work. */
  async step(): Promise<void> {
    if (performance.now() - this.since < SLICE_MS) return;
    await turn();
    for (let i = 0; i < STEPS_BACK && this.busy(); i++) await wait(STEP_BACK_MS);
    this.since = performance.now();
  }
}
