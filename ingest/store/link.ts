/**
 * Attempts at the store, one after another, and how it is meanwhile: it works, it is waited for, or somebody must mend it.
 * Between failures pass ever longer waits, which `close` ends at once.
 */
import type { Clock, ErrorCode } from '../../services/model/index.ts';
import type { IngestEvents } from '../ports.ts';
import { codeOf, faultOf } from './faults.ts';

export interface LinkPorts {
  readonly clock: Clock;
  readonly events: IngestEvents;
  /** Longest wait between two attempts, and the one while somebody must mend something; milliseconds. */
  readonly maxWaitMs: number;
  readonly stoppedMs: number;
  /** Does another store stand there than the one that was opened? */
  readonly isAnother: () => boolean;
  /** Does nobody answer at all where the store should be, as far as it is known without an attempt? Left out: it can't be away. */
  readonly isAway?: () => boolean;
  /** Told after each failure, and null when the store takes something again. */
  readonly trouble: (error: Error | null) => void;
}

export interface Trouble {
  /** `stopped`: somebody must mend it; it is tried all the same. */
  readonly state: 'waits' | 'stopped';
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly error: Error;
  readonly code: ErrorCode | null;
  readonly failures: number;
}

/** `replaced`: another store stands there now, which has to be opened first. */
export type Outcome = 'done' | 'failed' | 'replaced';

const FIRST_WAIT_MS = 200;
/** How often it is looked whether a store that was away is back. */
const LOOK_MS = 250;
/** So many defects in a row, and the rows or edits themselves are suspected. */
const SUSPICIOUS = 3;

export class StoreLink {
  private readonly ports: LinkPorts;
  private readonly waits = new Set<() => void>();
  private defects = 0;
  /** null: the store works. */
  trouble: Trouble | null = null;
  /** Kept when it works again. */
  lastError: { readonly at: number; readonly code: ErrorCode | null; readonly message: string } | null = null;
  isClosed = false;

  constructor(ports: LinkPorts) {
    this.ports = ports;
  }

  get works(): boolean {
    return this.trouble === null;
  }

  /** Has the store failed for no reason that it could tell, again and again? */
  get isSuspicious(): boolean {
    return this.defects >= SUSPICIOUS;
  }

  /** Returns after the wait that follows a failure. */
  async attempt(work: () => Promise<unknown>): Promise<Outcome> {
    try {
      await work();
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      if (codeOf(error) === 'store.replaced' && this.ports.isAnother()) return 'replaced';
      await this.waitForIt(this.failed(error));
      return 'failed';
    }
    this.worked();
    return 'done';
  }

  /** Ends the wait that is under way; none follows. */
  close(): void {
    this.isClosed = true;
    for (const end of this.waits) end();
  }

  private worked(): void {
    const { trouble } = this;
    this.defects = 0;
    if (trouble === null) return;
    this.trouble = null;
    this.ports.events.storeWorks?.(trouble.failures);
    this.ports.trouble(null);
  }

  /** Returns how long to wait, milliseconds. */
  private failed(error: Error): number {
    const { clock, events, maxWaitMs, stoppedMs, trouble } = this.ports;
    const at = clock.now();
    const code = codeOf(error);
    const fault = faultOf(error);
    const state = fault === 'mend' ? 'stopped' : 'waits';
    const before = this.trouble;
    const failures = (before?.failures ?? 0) + 1;
    this.defects = fault === 'unknown' ? this.defects + 1 : 0;
    this.lastError = { at, code, message: error.message };
    this.trouble = { state, since: before?.state === state ? before.since : at, error, code, failures };
    events.storeFailed?.(error);
    if (before === null || (before.state === 'waits' && state === 'stopped')) events.storeLost?.(error, state);
    trouble(error);
    if (state === 'stopped') return stoppedMs;
    // many hubs that lost one server do not all come back at once
    return Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), maxWaitMs) * (0.5 + Math.random() / 2);
  }

  /** A wait that `close` ends. */
  async wait(milliseconds: number): Promise<void> {
    if (this.isClosed) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.waits.delete(end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this.waits.add(end);
    });
  }

  /** The same; a store that was away is tried as soon as it answers again. One that answers with errors is left its time. */
  private async waitForIt(milliseconds: number): Promise<void> {
    const { isAway = () => false, isAnother } = this.ports;
    let wasAway = false;
    for (let left = milliseconds; left > 0 && !this.isClosed; left -= LOOK_MS) {
      const away = isAway();
      // another one that stands there now has nothing to do with the failure
      if ((wasAway && !away) || isAnother()) return;
      wasAway = away;
      await this.wait(Math.min(LOOK_MS, left));
    }
  }
}
