/**
 * The rows that InfluxDB has taken last. Uplinks overtake each other, and repetitions come within seconds: asking the server what
 * stands at their instants costs it about a millisecond for each Datastream, more than the writing. Of a Datastream every row
 * after a certain time is known, or nothing.
 */
import type { Row } from '../memory/row.ts';

/** About 200 bytes each; at full load about a second. */
const MOST = 1 << 17;
/** Of rows with longer extras none is kept, characters. */
const LONGEST = 300;

interface Known {
  /** Every row behind this time stands in `rows`, milliseconds. */
  after: number;
  /** By time, those of one time in the order in which they were written. */
  readonly rows: Map<number, Row[]>;
}

export class Recent {
  readonly #most: number;
  readonly #streams = new Map<number, Known>();
  /** The last ones of all Datastreams, in a circle. */
  readonly #circle: Row[] = [];
  #next = 0;

  constructor(most = MOST) {
    this.#most = most;
  }

  /** The server has answered with yes. `high`: behind this time the Datastream had nothing before it. */
  add(row: Row, high: number): void {
    let known = this.#streams.get(row.ds);
    if (known === undefined) {
      known = { after: high, rows: new Map() };
      this.#streams.set(row.ds, known);
    }
    if (row.t <= known.after) return;
    if (row.x !== null && row.x.length > LONGEST) {
      known.after = row.t;
      return;
    }
    const beside = known.rows.get(row.t);
    if (beside === undefined) known.rows.set(row.t, [row]);
    else beside.push(row);
    const oldest = this.#circle[this.#next];
    this.#circle[this.#next] = row;
    this.#next = (this.#next + 1) % this.#most;
    if (oldest !== undefined) this.#drop(oldest);
  }

  knows(ds: number, t: number): boolean {
    const known = this.#streams.get(ds);
    return known !== undefined && t > known.after;
  }

  /** Rows of an instant that is known. */
  at(ds: number, t: number): readonly Row[] {
    return this.#streams.get(ds)?.rows.get(t) ?? [];
  }

  /** Something else of the Datastream has changed, or may have. */
  forget(ds: number): void {
    this.#streams.delete(ds);
  }

  #drop(row: Row): void {
    const known = this.#streams.get(row.ds);
    const beside = known?.rows.get(row.t);
    // it may have been forgotten since
    if (known === undefined || beside?.[0] !== row) return;
    beside.shift();
    if (beside.length === 0) known.rows.delete(row.t);
    known.after = Math.max(known.after, row.t);
  }
}
