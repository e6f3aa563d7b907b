/** What the store has lacked over the last minutes: so that whoever looks because of an alarm sees how it came to it. */
import type { Clock } from '../services/model/index.ts';
import type { Part } from './ground.ts';

/** Milliseconds since 1970, records that the store lacked, uplinks since the hub's start. */
export type BacklogSample = readonly [at: number, behindRecords: number, uplinks: number];

const EVERY_MS = 5000;
/** A quarter of an hour. */
const KEPT = 180;

export interface BacklogPorts {
  readonly clock: Clock;
  behind(): number;
  uplinks(): number;
}

export interface Backlog extends Part {
  /** By time; a sample every five seconds. */
  readonly samples: readonly BacklogSample[];
  /** Takes one now. */
  look(): void;
}

export function backlogOf({ clock, behind, uplinks }: BacklogPorts): Backlog {
  const samples: BacklogSample[] = [];
  let timer: NodeJS.Timeout | null = null;
  const look = () => {
    samples.push([clock.now(), behind(), uplinks()]);
    if (samples.length > KEPT) samples.shift();
  };
  return {
    samples,
    look,
    start() {
      look();
      timer = setInterval(look, EVERY_MS).unref();
    },
    stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
  };
}
