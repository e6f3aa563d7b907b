/**
 * Messages of the journal that go by age, or because their class has no room for more. Only in closed segments, and only what
 * the store and the catalogue's snapshot have. What is known of a segment stays in memory until orders or classes change.
 */
import type { ClosedSegment, FileJournal, JournalRecord } from '../journal/index.ts';
import { RECORD } from '../journal/index.ts';
import type { Clock } from '../model/index.ts';
import type { Frames } from './frames.ts';
import { DAY_MS } from './policies.ts';
import type { RetentionClass } from './port.ts';

export interface CleaningPorts {
  readonly journal: Pick<FileJournal, 'closedSegments' | 'look' | 'scrub' | 'endOldSegment' | 'get'>;
  readonly frames: Frames;
  readonly classes: ReadonlyMap<string, RetentionClass>;
  /** Up to this record store and catalogue have everything. */
  readonly needed: () => number;
  /** Rises when classes of Datastreams, orders or freezes change. */
  readonly revision: () => number;
  /** Do freezes keep segments that the journal would delete otherwise? */
  readonly frozen: () => boolean;
  /** Dead letters of these records have lost their messages. */
  readonly forget: (records: readonly number[]) => void;
  readonly clock: Clock;
  /** Ages are counted from its time. Left out: `clock`. */
  readonly ages?: Clock;
  /** Ceilings of the whole journal: `journal.keepDays`, `journal.keepBytes`. */
  readonly ceilings: { readonly keepDays: number; readonly keepBytes: number };
}

export interface FrameReport {
  /** Records that lost their content. */
  readonly records: number;
  /** Uncompressed. */
  readonly contentBytes: number;
  /** On disk. */
  readonly fileBytes: number;
}

/** What is known of a closed segment. */
interface Known {
  readonly revision: number;
  /** When the next of its messages is due, milliseconds. */
  readonly dueAt: number;
  /** Of messages that no freeze holds: bytes on disk (about) and the oldest, by class. */
  readonly classes: ReadonlyMap<string, { bytes: number; records: number; oldest: number }>;
}

export class Cleaning {
  readonly #ports: CleaningPorts;
  readonly #known = new Map<number, Known>();
  readonly #bounded: boolean;
  /** Least age at which a message can be due, milliseconds. */
  readonly #leastAge: number;
  #step: Promise<unknown> = Promise.resolve();

  constructor(ports: CleaningPorts) {
    this.#ports = ports;
    const all = [...ports.classes.values()].map(({ frames }) => frames);
    this.#bounded = all.some(({ bytes }) => Number.isFinite(bytes));
    this.#leastAge = Math.min(...all.map(({ days }) => days)) * DAY_MS;
  }

  get #ages(): Clock {
    return this.#ports.ages ?? this.#ports.clock;
  }

  async settled(): Promise<void> {
    await this.#step.catch(() => undefined);
  }

  /** What it knows of the messages of each class, in segments that it has looked at. */
  figures(): Map<string, { bytes: number; records: number; oldest: number; due: number }> {
    const figures = new Map<string, { bytes: number; records: number; oldest: number; due: number }>();
    const now = this.#ages.now();
    for (const { classes } of this.#known.values()) {
      for (const [name, { bytes, records, oldest }] of classes) {
        const sum = figures.get(name) ?? { bytes: 0, records: 0, oldest: Number.POSITIVE_INFINITY, due: 0 };
        const days = this.#ports.classes.get(name)?.frames.days ?? Number.POSITIVE_INFINITY;
        figures.set(name, {
          bytes: sum.bytes + bytes,
          records: sum.records + records,
          oldest: Math.min(sum.oldest, oldest),
          due: sum.due + (oldest + days * DAY_MS <= now ? 1 : 0),
        });
      }
    }
    return figures;
  }

  async run(stopping: () => boolean): Promise<FrameReport> {
    const { journal, clock } = this.#ports;
    const total = { records: 0, contentBytes: 0, fileBytes: 0 };
    const frozen = this.#ports.frozen();
    if (!this.#bounded && this.#leastAge === Number.POSITIVE_INFINITY && !frozen) return total;
    await journal.endOldSegment(clock.now());
    const now = this.#ages.now();
    const segments = (await journal.closedSegments()).filter(({ end }) => end - 1 <= this.#ports.needed());
    for (const first of [...this.#known.keys()])
      if (!segments.some((one) => one.first === first)) this.#known.delete(first);
    const take = async (segment: ClosedSegment, evicted: ReadonlySet<string>) => {
      const report = await this.#clean(segment, now, evicted);
      total.records += report.records;
      total.contentBytes += report.contentBytes;
      total.fileBytes += report.fileBytes;
    };
    const everything = this.#bounded || frozen;
    for (const segment of segments) {
      if (stopping()) return total;
      if (!everything && (await this.#begins(segment)) + this.#leastAge > now) break;
      const known = await this.#knowledge(segment);
      if (known.dueAt <= now) await take(segment, NONE);
    }
    if (!everything) return total;
    for (const [segment, evicted] of this.#beyond(segments)) {
      if (stopping()) return total;
      await take(segment, evicted);
    }
    return total;
  }

  /** Segments with the classes that have no room left there: the newest are kept. */
  #beyond(segments: readonly ClosedSegment[]): Map<ClosedSegment, Set<string>> {
    const { classes, ceilings } = this.#ports;
    const room = new Map([...classes].map(([name, { frames }]) => [name, frames.bytes]));
    let all = ceilings.keepBytes;
    const found = new Map<ClosedSegment, Set<string>>();
    for (const segment of segments.toReversed()) {
      all -= segment.bytes;
      for (const [name, { bytes }] of this.#known.get(segment.first)?.classes ?? []) {
        const left = (room.get(name) ?? Number.POSITIVE_INFINITY) - bytes;
        room.set(name, left);
        if (left >= 0 && all >= 0) continue;
        found.set(segment, (found.get(segment) ?? new Set()).add(name));
      }
    }
    return found;
  }

  async #begins({ first }: ClosedSegment): Promise<number> {
    return (await this.#ports.journal.get(first))?.at ?? 0;
  }

  async #knowledge(segment: ClosedSegment): Promise<Known> {
    const { journal, frames, revision } = this.#ports;
    const known = this.#known.get(segment.first);
    const now = revision();
    if (known?.revision === now) return known;
    const classes = new Map<string, { bytes: number; records: number; oldest: number }>();
    let dueAt = Number.POSITIVE_INFINITY;
    let content = 0;
    await journal.look(segment.first, (record) => {
      content += record.body.length;
      if (record.kind !== RECORD.message) return;
      const frame = frames.frame(record);
      dueAt = Math.min(dueAt, this.#dueAt(frame));
      if (frame.frozen) return;
      const of = classes.get(frame.class.name) ?? { bytes: 0, records: 0, oldest: record.at };
      of.bytes += record.body.length;
      of.records++;
      of.oldest = Math.min(of.oldest, record.at);
      classes.set(frame.class.name, of);
    });
    // groups of all classes are packed together: each has its share of the file
    for (const of of classes.values()) of.bytes *= content === 0 ? 0 : segment.bytes / content;
    const made = { revision: now, dueAt, classes };
    this.#known.set(segment.first, made);
    return made;
  }

  /** While freezes keep whole segments, what they don't hold goes at the journal's own age, too. */
  #dueAt(frame: ReturnType<Frames['frame']>): number {
    const { frames, frozen, ceilings } = this.#ports;
    const own = frames.dueAt(frame);
    return frozen() && !frame.frozen ? Math.min(own, frame.record.at + ceilings.keepDays * DAY_MS) : own;
  }

  async #clean(segment: ClosedSegment, now: number, evicted: ReadonlySet<string>): Promise<FrameReport> {
    const { journal, frames, forget } = this.#ports;
    const gone: number[] = [];
    const step = journal.scrub(segment.first, (record: JournalRecord) => {
      if (record.kind !== RECORD.message) return 'keep';
      const frame = frames.frame(record);
      const due = this.#dueAt(frame) <= now || (!frame.frozen && evicted.has(frame.class.name));
      if (!due) return 'keep';
      gone.push(record.number);
      return frames.aged(frame);
    });
    this.#step = step;
    const report = await step;
    // somebody copies the journal: the next run does it
    if (report === null) return { records: 0, contentBytes: 0, fileBytes: 0 };
    this.#known.delete(segment.first);
    forget(gone);
    return report;
  }
}

const NONE: ReadonlySet<string> = new Set();
