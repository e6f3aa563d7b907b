/**
 * Two clocks. *City time* is what the processes live by: rush hours, rain, emptying days. *Event time* is what stands in
 * the events, and it is always the real present, because a hub refuses to call a future reading the latest.
 *
 * Before the start both are the same: the history that is sent first shows the last day as it was by the clock on the wall. From
 * the start on city time runs `speed` times as fast; at the start of an incident it jumps forward to the incident's hour and
 * runs at the incident's speed, and afterwards at the old one. It never runs backwards.
 */
interface Segment {
  /** Event time at which this segment begins. */
  readonly event: number;
  /** City time at its beginning. */
  readonly city: number;
  readonly speed: number;
}

export class Timeline {
  readonly #segments: Segment[];
  readonly #start: number;

  /** @param start milliseconds since 1970: when sending live begins. */
  constructor(start: number, speed: number) {
    this.#start = start;
    this.#segments = [{ event: start, city: start, speed }];
  }

  get speed(): number {
    return this.#segments.at(-1)!.speed;
  }

  cityAt(event: number): number {
    if (event <= this.#start) return event;
    const segment = this.#segments.findLast((s) => s.event <= event) ?? this.#segments[0]!;
    return segment.city + (event - segment.event) * segment.speed;
  }

  /** The event time at which the city's clock showed this; inside a jump, the moment of the jump. */
  eventAt(city: number): number {
    if (city <= this.#start) return city;
    const index = this.#segments.findLastIndex((s) => s.city <= city);
    const segment = this.#segments[Math.max(index, 0)]!;
    const next = this.#segments[index + 1];
    const event = segment.event + (city - segment.city) / segment.speed;
    return next === undefined ? event : Math.min(event, next.event);
  }

  /** From the event time `event` on, city time runs at `speed`, after a jump to `city` if that lies ahead. */
  change(event: number, speed: number, city = Number.NEGATIVE_INFINITY): void {
    this.#segments.push({ event, city: Math.max(city, this.cityAt(event)), speed });
  }
}
