/** Rows that gather for the next transaction of the store, as columns that grow. They are readable while they wait. */
import { RESULT, type ReadingValue, type RowBatch } from '../../services/model/index.ts';
import { CERTAINTY, type PendingRows } from '../../services/timeseries/index.ts';

const SMALLEST = 1024;
const LARGEST = 1 << 18;

/** Columns with room for more rows than there are. */
class Run implements PendingRows {
  length = 0;
  ds: Int32Array;
  t: Float64Array;
  r: Float64Array;
  type: Uint8Array;
  rec: Float64Array;
  q: Uint8Array;
  certainty: Uint8Array;
  readonly x = new Map<number, string>();

  constructor(capacity: number) {
    this.ds = new Int32Array(capacity);
    this.t = new Float64Array(capacity);
    this.r = new Float64Array(capacity);
    this.type = new Uint8Array(capacity);
    this.rec = new Float64Array(capacity);
    this.q = new Uint8Array(capacity);
    this.certainty = new Uint8Array(capacity);
  }

  grow(): void {
    const larger = new Run(this.ds.length * 2);
    for (const name of COLUMNS) larger[name].set(this[name]);
    this.ds = larger.ds;
    this.t = larger.t;
    this.r = larger.r;
    this.type = larger.type;
    this.rec = larger.rec;
    this.q = larger.q;
    this.certainty = larger.certainty;
  }
}
const COLUMNS = ['ds', 't', 'r', 'type', 'rec', 'q', 'certainty'] as const;

export class BatchBuilder {
  private readonly most: number;
  /** All but the last one are full. */
  private readonly runs: Run[] = [new Run(SMALLEST)];
  private run = this.runs[0] as Run;
  /** Rows in full runs. */
  private full = 0;

  /** `most`: rows that are taken at once; left out: all. */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.most = most;
  }

  /** `certainty`: what is known of the row's instant, CERTAINTY. */
  add(
    ds: number,
    t: number,
    type: number,
    r: number,
    text: string | null,
    q: number,
    rec: number,
    certainty: number = CERTAINTY.hidden,
  ): void {
    if (this.run.length >= this.most) this.begin();
    const { run } = this;
    const i = run.length;
    if (i === run.ds.length) run.grow();
    run.ds[i] = ds;
    run.t[i] = t;
    run.r[i] = r;
    run.type[i] = type;
    run.rec[i] = rec;
    run.q[i] = q;
    run.certainty[i] = certainty;
    if (text !== null) run.x.set(i, text);
    run.length = i + 1;
  }

  get length(): number {
    return this.full + this.run.length;
  }

  /** Those that gather, readable, oldest first; more are added at the end of the last one. */
  get gathering(): readonly PendingRows[] {
    return this.runs;
  }

  /** Are there more than are taken at once? */
  get hasFull(): boolean {
    return this.full > 0;
  }

  /** The oldest rows gathered so far; they are gone from here. */
  take(): PendingRows {
    if (this.full === 0) this.begin();
    const run = this.runs.shift() as Run;
    this.full -= run.length;
    return run;
  }

  /** Forgets all. */
  clear(): void {
    this.runs.splice(0);
    this.run = new Run(SMALLEST);
    this.runs.push(this.run);
    this.full = 0;
  }

  private begin(): void {
    const { run } = this;
    this.full += run.length;
    // the next one is about as large; after a burst the memory goes back
    this.run = new Run(Math.min(Math.max(SMALLEST, run.length), LARGEST));
    this.runs.push(this.run);
  }
}

/** Some rows of a batch as a batch of their own. */
export function pick(batch: RowBatch, indexes: readonly number[]): RowBatch {
  const part = new BatchBuilder();
  for (const i of indexes) {
    part.add(
      batch.ds[i] as number,
      batch.t[i] as number,
      batch.type[i] as number,
      batch.r[i] as number,
      batch.x.get(i) ?? null,
      batch.q[i] as number,
      batch.rec[i] as number,
    );
  }
  return part.take();
}

/** The rare columns of a decoded reading as JSON, see RowBatch; null: there are none. */
export function extraOf(type: number, value: ReadingValue): string | null {
  return type === RESULT.text ? JSON.stringify({ v: value }) : null;
}
