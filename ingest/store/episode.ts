/** A time in which the store is behind: from the moment that it fails or falls back until it has what came before. */

export interface EpisodePorts {
  /** Up to which record the store has everything. */
  stored(): number;
  /** It has everything again: so many records in this time. */
  ended(records: number, milliseconds: number): void;
}

interface Begun {
  readonly at: number;
  /** The store has lacked what came behind this record. */
  from: number;
  /** Up to here it has to come; null: it does not come nearer yet. */
  mark: number | null;
}

export class Episode {
  private readonly ports: EpisodePorts;
  private begun: Begun | null = null;

  constructor(ports: EpisodePorts) {
    this.ports = ports;
  }

  get isOver(): boolean {
    return this.begun === null;
  }

  /** The store is behind from now on, or does not come nearer any more. */
  begin(): void {
    const stored = this.ports.stored();
    if (this.begun === null) this.begun = { at: performance.now(), from: stored, mark: null };
    else {
      this.begun.mark = null;
      // another store stands there now, which has less
      this.begun.from = Math.min(this.begun.from, stored);
    }
  }

  /** The store works and has all but what waits in memory, which is up to `gathered` now. */
  nearer(gathered: number): void {
    const { begun } = this;
    if (begun === null) return;
    begun.mark ??= gathered;
    const stored = this.ports.stored();
    if (stored < begun.mark) return;
    this.begun = null;
    // another store may have come in between
    const records = stored - Math.min(begun.from, stored);
    if (records > 0) this.ports.ended(records, performance.now() - begun.at);
  }
}
