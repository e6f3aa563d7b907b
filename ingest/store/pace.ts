/** How fast a count has grown lately. */

interface Point {
  /** Milliseconds of a clock that never jumps. */
  readonly at: number;
  readonly count: number;
}

const SPAN_MS = 10_000;
const APART_MS = 250;

export class Pace {
  private points: Point[] = [];

  /** The count may also fall: then it is measured anew. */
  note(at: number, count: number): void {
    const last = this.points.at(-1);
    if (last !== undefined && count < last.count) this.points = [];
    if (last !== undefined && this.points.length > 1 && at - last.at < APART_MS) return;
    this.points.push({ at, count });
    while (this.points.length > 2 && at - (this.points[1] as Point).at > SPAN_MS) this.points.shift();
  }

  /** What was before does not count any more. */
  begin(): void {
    this.points = [];
  }

  /** Per second, over the last seconds. `count`: as it is now. */
  perSecond(at: number, count: number): number {
    // what comes in large pieces, rarely, is measured from the piece before
    const first =
      this.points.find((point) => at - point.at <= SPAN_MS && point.count < count) ??
      this.points.findLast((point) => point.count < count);
    if (first === undefined || at - first.at < APART_MS) return 0;
    return ((count - first.count) / (at - first.at)) * 1000;
  }
}
