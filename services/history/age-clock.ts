/**
 * The time that ages are counted from: what is deleted by age is gone for good, so no single look at the clock of the machine
 * decides it. This time goes forward as fast as time passes; a clock that is ahead of it is believed when it has been so for
 * long enough, and then by the least that it was ahead. One that is behind is believed at once: then more is kept.
 */
import type { Clock } from '../model/index.ts';

/** A clock that is ahead by no more than this is set right by its network all the time, milliseconds. */
const TOLERANCE_MS = 10 * 60_000;

/** How far the clock of the machine is ahead. */
export interface Doubt {
  /** The least that it was ahead since this began, milliseconds. */
  readonly least: number;
  /** How long the hub has seen it so, milliseconds of its running. */
  readonly lasted: number;
  /** The clock jumped while the hub ran. Else it was ahead at the start: the hub may just have been away. */
  readonly jumped: boolean;
}

/** What is remembered beyond a stop. */
export interface AgeNote {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly doubt: Doubt | null;
}

export interface AgeClockPorts {
  readonly clock: Clock;
  /** Milliseconds that have passed since some moment, whatever anybody does to the clock. */
  readonly elapsed: () => number;
  /** `history.clockDoubtHours`. */
  readonly doubtHours: number;
  readonly events?: AgeClockEvents;
}

export interface AgeClockEvents {
  /** The clock is ahead by so many milliseconds. */
  doubted?(ahead: number, jumped: boolean): void;
  /** It has been for long enough. */
  believed?(by: number): void;
  /** The clock went back by so many milliseconds. */
  wentBack?(by: number): void;
}

export class AgeClock implements Clock {
  readonly #ports: AgeClockPorts;
  /** null: not opened. */
  #time: number | null = null;
  #seen = 0;
  #doubt: Doubt | null = null;

  constructor(ports: AgeClockPorts) {
    this.#ports = ports;
  }

  /** `known`: what was noted last; without it `newest`, the receipt of the newest record; without both nothing has an age. */
  open(known: AgeNote | null, newest: number | null): void {
    const { clock, elapsed } = this.#ports;
    this.#seen = elapsed();
    this.#time = known?.time ?? newest ?? clock.now();
    this.#doubt = known?.doubt ?? null;
    this.#look(false);
  }

  /** Until it is opened nothing is old. */
  now(): number {
    return this.#time === null ? 0 : this.#look(true);
  }

  /** null: clock and hub agree. */
  get doubt(): Doubt | null {
    return this.#doubt;
  }

  get note(): AgeNote {
    return { time: this.now(), doubt: this.#doubt };
  }

  #look(running: boolean): number {
    const { clock, elapsed, doubtHours, events } = this.#ports;
    const seen = elapsed();
    const passed = Math.max(0, seen - this.#seen);
    this.#seen = seen;
    const time = (this.#time as number) + passed;
    const wall = clock.now();
    const ahead = wall - time;
    if (ahead <= TOLERANCE_MS) {
      if (running && ahead < -TOLERANCE_MS) events?.wentBack?.(-ahead);
      this.#doubt = null;
      this.#time = wall;
      return wall;
    }
    const before = this.#doubt;
    if (before === null) events?.doubted?.(ahead, running);
    const least = Math.min(before?.least ?? ahead, ahead);
    const lasted = (before?.lasted ?? 0) + (before === null ? 0 : passed);
    if (lasted < doubtHours * 3_600_000) {
      this.#doubt = { least, lasted, jumped: before?.jumped ?? running };
      this.#time = time;
      return time;
    }
    events?.believed?.(least);
    // what it is ahead beyond that has not been seen for long enough
    this.#doubt = ahead - least > TOLERANCE_MS ? { least: ahead - least, lasted: 0, jumped: running } : null;
    this.#time = this.#doubt === null ? wall : time + least;
    return this.#time;
  }
}
