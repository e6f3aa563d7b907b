/**
 * Settles the doubts of the latest values by asking store and overlay, in the background and in slices: after a start without
 * a file of them, after a newest Observation was deleted, after two readings of one instant.
 */
import { type Clock, FUTURE_TOLERANCE } from '../services/model/index.ts';
import type { Doubt, Extents, KnownRow, LatestValues, Overlay, Rows } from '../services/timeseries/index.ts';

export interface LatestAskerPorts {
  readonly latest: Pick<LatestValues, 'doubts' | 'told'>;
  readonly overlay: Pick<Overlay, 'last' | 'extents' | 'scan'>;
  readonly clock: Clock;
  /** Up to which record the store has everything; null: too much is under way to ask now. */
  stored(): number | null;
}

const AT_ONCE = 1000;
const RETRY_MS = 1000;

export class LatestAsker {
  private readonly ports: LatestAskerPorts;
  private running: Promise<void> | null = null;
  private again = false;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(ports: LatestAskerPorts) {
    this.ports = ports;
  }

  /** Something may be in doubt, or the store may know more now. */
  wake(): void {
    if (this.stopped) return;
    if (this.running !== null) {
      this.again = true;
      return;
    }
    this.running = this.run().finally(() => {
      this.running = null;
      if (this.again) {
        this.again = false;
        this.wake();
      }
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    for (;;) {
      const stored = this.ports.stored();
      const doubts = stored === null || this.stopped ? [] : this.ports.latest.doubts(stored, AT_ONCE);
      if (doubts.length === 0) return;
      try {
        await this.ask(doubts);
      } catch {
        // the store is down or behind, which others say: the doubts stay
        this.timer ??= setTimeout(() => {
          this.timer = null;
          this.wake();
        }, RETRY_MS).unref();
        return;
      }
    }
  }

  private async ask(doubts: readonly Doubt[]): Promise<void> {
    const { overlay, latest, clock } = this.ports;
    const ids = doubts.map(({ ds }) => ds);
    const [rows, extents] = await Promise.all([overlay.last(ids), overlay.extents(ids)]);
    const newest = rowsByDatastream(rows);
    const known = extentsByDatastream(extents);
    const limit = clock.now() + FUTURE_TOLERANCE;
    for (const doubt of doubts) {
      const { ds } = doubt;
      const row = newest.get(ds) ?? null;
      const reading = row !== null && row.t > limit ? await this.lastUntil(ds, limit) : row;
      latest.told(doubt, { newest: row, reading, extent: known.get(ds) ?? null });
    }
  }

  /** The last row that is not in the future. */
  private async lastUntil(ds: number, limit: number): Promise<KnownRow | null> {
    const query = { datastreams: [ds], from: null, to: limit + 1, order: '-id', offset: 0, limit: 1 } as const;
    for await (const rows of this.ports.overlay.scan(query)) if (rows.length > 0) return rowOf(rows, 0);
    return null;
  }
}

function rowsByDatastream(rows: Rows): Map<number, KnownRow> {
  const found = new Map<number, KnownRow>();
  for (let i = 0; i < rows.length; i++) found.set(rows.ds[i] as number, rowOf(rows, i));
  return found;
}

function extentsByDatastream({ length, ds, firstTime, lastTime }: Extents) {
  const found = new Map<number, { readonly first: number; readonly last: number }>();
  for (let i = 0; i < length; i++)
    found.set(ds[i] as number, { first: firstTime[i] as number, last: lastTime[i] as number });
  return found;
}

function rowOf(rows: Rows, i: number): KnownRow {
  return {
    t: rows.t[i] as number,
    n: rows.n[i] as number,
    id: rows.id[i] as number,
    type: rows.type[i] as number,
    r: rows.r[i] as number,
    q: rows.q[i] as number,
    x: rows.x.get(i) ?? null,
    rec: rows.rec[i] as number,
  };
}
