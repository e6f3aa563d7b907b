/**
 * Which hours of which Datastreams are to be computed (again). Kept with the checkpoint of the store, in one transaction: what
 * came into a closed hour is noted there at the latest when the hub would not read it from the journal again.
 *
 * Rows expire. So it is also kept from which time on they were all there when the first span of a Datastream was noted: from
 * then on they stay until the span is computed, and what begins earlier is not computed from what is left.
 */
import type { EntityId } from '../../model/index.ts';
import { HOUR, hourFrom, hourOf } from './calendar.ts';
import { coarser, common, joined, type Span, without } from './spans.ts';

/** The journal's ledger. */
export interface Notes {
  notesOf(topic: string): Iterable<readonly [id: number, body: string]>;
  note(topic: string, id: number, body: string | null): void;
}

const TOPIC = 'aggregates';

export class StaleHours {
  readonly #notes: Notes;
  /** Spans for each Datastream at the most. */
  readonly #most: number;
  readonly #spans = new Map<EntityId, Span[]>();
  /** Since when rows are all there, of those with spans; left out: all are. */
  readonly #whole = new Map<EntityId, number>();
  /** What was added of Datastreams that are being computed: it may have come too late to be seen. */
  readonly #again = new Map<EntityId, Span[]>();

  constructor(notes: Notes, most: number) {
    this.#notes = notes;
    this.#most = most;
  }

  load(): void {
    for (const [id, body] of this.#notes.notesOf(TOPIC)) {
      const [whole, hours] = JSON.parse(body) as [number | null, number[]];
      const spans: Span[] = [];
      if (whole !== null) this.#whole.set(id, whole);
      for (let i = 0; i < hours.length; i += 2) spans.push({ from: hours[i]! * HOUR, to: hours[i + 1]! * HOUR });
      this.#spans.set(id, spans);
    }
  }

  get size(): number {
    return this.#spans.size;
  }

  /** Hours times Datastreams. */
  get hours(): number {
    let hours = 0;
    for (const spans of this.#spans.values()) for (const { from, to } of spans) hours += (to - from) / HOUR;
    return hours;
  }

  /** Those of some Datastreams within a span. */
  hoursOf(datastreams: readonly EntityId[], from: number, to: number): number {
    let hours = 0;
    for (const id of datastreams)
      for (const span of common(this.of(id), [{ from, to }])) hours += (span.to - span.from) / HOUR;
    return hours;
  }

  of(datastream: EntityId): readonly Span[] {
    return this.#spans.get(datastream) ?? [];
  }

  /** Nothing that begins earlier is computed: some of its rows may be gone. */
  wholeFrom(datastream: EntityId): number {
    return this.#whole.get(datastream) ?? Number.NEGATIVE_INFINITY;
  }

  /** Whole hours: from the one that `from` lies in to the one before `to`. `whole`: since when rows are all there. */
  add(datastream: EntityId, from: number, to: number, whole: number): void {
    const span = { from: Math.max(hourOf(from), hourFrom(whole)), to: hourFrom(to) };
    if (span.from >= span.to) return;
    if (whole > this.wholeFrom(datastream)) this.#whole.set(datastream, whole);
    const again = this.#again.get(datastream);
    if (again !== undefined) this.#again.set(datastream, coarser(joined(again, span), this.#most));
    const spans = this.of(datastream);
    if (spans.some((one) => one.from <= span.from && one.to >= span.to)) return;
    this.#set(datastream, coarser(joined(spans, span), this.#most));
  }

  /** Is it noted already? Asked for each late row. */
  covers(datastream: EntityId, t: number): boolean {
    const spans = this.#spans.get(datastream);
    if (spans === undefined || this.#again.has(datastream)) return false;
    return spans.some(({ from, to }) => t >= from && t < to);
  }

  forget(datastream: EntityId): void {
    if (this.#spans.has(datastream)) this.#set(datastream, []);
  }

  /** Datastreams whose first span begins in the oldest hour or less than `width` behind it, with the oldest hour. */
  oldest(width: number): { readonly from: number; readonly datastreams: EntityId[] } {
    let from = Number.POSITIVE_INFINITY;
    for (const [first] of this.#spans.values()) from = Math.min(from, first!.from);
    const datastreams: EntityId[] = [];
    for (const [id, [first]] of this.#spans) if (first!.from < from + width) datastreams.push(id);
    return { from, datastreams: datastreams.sort((a, b) => a - b) };
  }

  /** These are being computed from now on; `done` or `failed` follows. */
  begin(datastreams: readonly EntityId[]): void {
    for (const id of datastreams) this.#again.set(id, []);
  }

  /** Computed and written, but for what was added meanwhile. */
  done(datastreams: readonly EntityId[], from: number, to: number): void {
    for (const id of datastreams) {
      let spans = this.of(id).flatMap((span) => without(span, [{ from, to }]));
      for (const span of this.#again.get(id) ?? []) spans = joined(spans, span);
      this.#again.delete(id);
      if (spans.length > 0 || this.#spans.has(id)) this.#set(id, coarser(spans, this.#most));
    }
  }

  failed(datastreams: readonly EntityId[]): void {
    for (const id of datastreams) this.#again.delete(id);
  }

  #set(datastream: EntityId, spans: Span[]): void {
    if (spans.length === 0) this.#spans.delete(datastream);
    else this.#spans.set(datastream, spans);
    if (spans.length === 0) this.#whole.delete(datastream);
    const hours = spans.flatMap(({ from, to }) => [from / HOUR, to / HOUR]);
    const whole = this.#whole.get(datastream) ?? null;
    this.#notes.note(TOPIC, datastream, hours.length === 0 ? null : JSON.stringify([whole, hours]));
  }
}
