/** How far the store is behind the journal, since when and why, and how long it will take. */
import { type Clock, type ErrorCode, REMEDIES } from '../../services/model/index.ts';
import { Ages } from './ages.ts';
import type { StoreLink } from './link.ts';
import { Pace } from './pace.ts';

/** Plain JSON, as /admin/status prints it. */
export interface StoreLag {
  /**
   * `works`: what is accepted is stored a moment later. `catching up`: it is read from the journal, or the store is so slow that
   * what it lacks has waited for `ingest.storeLateMs`. `waits`: it takes nothing. `stopped`: nor will it until somebody does what `remedy` says.
   */
  readonly state: 'works' | 'catching up' | 'waits' | 'stopped';
  /** Since when it is in this state, milliseconds since 1970. */
  readonly since: number;
  readonly code: ErrorCode | null;
  readonly reason: string | null;
  readonly remedy: string | null;
  /** Journal records that it has not taken yet. */
  readonly behindRecords: number;
  /** Age of the oldest of them, milliseconds; 0: it has everything. */
  readonly oldestMs: number;
  /** Journal records that it takes now. */
  readonly recordsPerSecond: number;
  /** Until it has caught up, at this pace; null: nobody can tell. */
  readonly remainingMs: number | null;
  readonly lastError: { readonly at: number; readonly code: ErrorCode | null; readonly message: string } | null;
}

export interface LagPorts {
  readonly clock: Clock;
  readonly link: Pick<StoreLink, 'trouble' | 'lastError'>;
  /** Number of the journal's last durable record, and of the last one that the store has. */
  last(): number;
  stored(): number;
  /** Does the store have what came before the present? */
  isCaughtUp(): boolean;
  /** When what it lacks is older than this, it is behind; milliseconds. */
  readonly lateMs: number;
}

export class Lag {
  private readonly ports: LagPorts;
  private readonly ages = new Ages();
  private readonly stores = new Pace();
  private readonly accepts = new Pace();
  private since = 0;
  private state: StoreLag['state'] | null = null;

  constructor(ports: LagPorts) {
    this.ports = ports;
  }

  /** A durable record that the store lacks. */
  note(record: number, at: number): void {
    this.ages.note(record, at);
  }

  /** The store takes something again: its pace is measured from here. */
  works(): void {
    this.stores.begin();
    this.accepts.begin();
  }

  /** The store has more, or it began or ended to be behind. */
  changed(): void {
    const { last, stored } = this.ports;
    const now = performance.now();
    this.stores.note(now, stored());
    this.accepts.note(now, last());
    this.look();
  }

  /** A state may also come by time alone, so it is looked for whenever somebody asks. */
  private look(): StoreLag['state'] {
    const { link, isCaughtUp, lateMs, clock } = this.ports;
    const isNear = isCaughtUp() && this.oldestMs() <= lateMs;
    const state = link.trouble?.state ?? (isNear ? 'works' : 'catching up');
    if (state !== this.state) this.since = clock.now();
    this.state = state;
    return state;
  }

  private oldestMs(): number {
    const { clock, last, stored } = this.ports;
    const oldest = last() <= stored() ? null : this.ages.behind(stored());
    return oldest === null ? 0 : Math.max(0, clock.now() - oldest);
  }

  report(): StoreLag {
    const { link, last, stored } = this.ports;
    const state = this.look();
    const { trouble, lastError } = link;
    const behindRecords = Math.max(0, last() - stored());
    const now = performance.now();
    const pace = this.stores.perSecond(now, stored());
    const gain = pace - this.accepts.perSecond(now, last());
    const code = trouble?.code ?? null;
    return {
      state,
      since: trouble?.since ?? this.since,
      code,
      reason: trouble?.error.message ?? null,
      remedy: code === null ? null : REMEDIES[code],
      behindRecords,
      oldestMs: this.oldestMs(),
      recordsPerSecond: Math.round(pace),
      remainingMs: behindRecords === 0 ? 0 : remaining(behindRecords, trouble === null ? gain : 0),
      lastError,
    };
  }
}

/** `gain`: records per second by which it comes nearer. */
function remaining(records: number, gain: number): number | null {
  return gain > 0 ? Math.round((records / gain) * 1000) : null;
}
