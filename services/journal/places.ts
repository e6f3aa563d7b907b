/**
 * Where records stand, so that one of them is found without reading its segment from the beginning: comparing a flood of
 * repetitions with what they repeat asks for thousands of single records.
 */
import type { JournalRecord } from './port.ts';

/** Bytes between two remembered places of a segment: at most this much is read past to reach a record. */
export const SPACING = 64 * 1024;

/**
 * Beginnings of groups by segment file. Every reader that walks through a segment fills it up, in order. A segment that is
 * rewritten is another edition: what a reader of an earlier one says of it does not count.
 */
export class Places {
  private readonly bySegment = new Map<string, { firsts: number[]; offsets: number[] }>();
  private readonly editions = new Map<string, number>();
  private readonly changing = new Set<string>();

  /** Which one a reader opens now. It must be the same before and after the opening. */
  edition(file: string): number {
    return this.editions.get(file) ?? 0;
  }

  /** Another file takes the place of this one until `changed`. */
  change(file: string): void {
    this.changing.add(file);
    this.next(file);
  }

  changed(file: string): void {
    this.next(file);
    this.changing.delete(file);
  }

  private next(file: string): void {
    this.bySegment.delete(file);
    this.editions.set(file, this.edition(file) + 1);
  }

  /** A group that holds, beginning with record `first`, stands at this offset of this edition. */
  note(file: string, first: number, offset: number, edition = this.edition(file)): void {
    if (edition !== this.edition(file) || this.changing.has(file)) return;
    let known = this.bySegment.get(file);
    if (known === undefined) {
      known = { firsts: [], offsets: [] };
      this.bySegment.set(file, known);
    }
    if (offset < (known.offsets.at(-1) ?? -SPACING) + SPACING) return;
    known.firsts.push(first);
    known.offsets.push(offset);
  }

  /** The nearest known place at or before the record; 0: read from the beginning. */
  before(file: string, record: number): number {
    const known = this.bySegment.get(file);
    if (known === undefined) return 0;
    let low = 0;
    let high = known.firsts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((known.firsts[middle] as number) <= record) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : (known.offsets[low - 1] as number);
  }

  /** The file is gone. */
  forget(file: string): void {
    this.bySegment.delete(file);
    this.editions.delete(file);
  }
}

/** The groups that single records were read from last, unpacked: neighbours are asked for one after the other. */
export class RecentGroups {
  private readonly most: number;
  private readonly groups = new Map<number, { records: readonly JournalRecord[]; bytes: number }>();
  private bytes = 0;

  /** `most`: bytes that all groups together may have; the one unused for longest goes first. */
  constructor(most: number) {
    this.most = most;
  }

  get(number: number): JournalRecord | null {
    for (const [first, group] of this.groups) {
      if (number < first || number >= first + group.records.length) continue;
      this.groups.delete(first);
      this.groups.set(first, group);
      return group.records[number - first] as JournalRecord;
    }
    return null;
  }

  /** The content of records from `from` to `to` (exclusive) has changed. */
  forget(from: number, to: number): void {
    for (const [first, group] of this.groups) {
      if (first >= to || first + group.records.length <= from) continue;
      this.groups.delete(first);
      this.bytes -= group.bytes;
    }
  }

  /** All records of a group, in order. */
  put(records: readonly JournalRecord[], bytes: number): void {
    const first = records[0]?.number;
    if (first === undefined || bytes > this.most || this.groups.has(first)) return;
    this.groups.set(first, { records, bytes });
    this.bytes += bytes;
    for (const [oldest, group] of this.groups) {
      if (this.bytes <= this.most && this.groups.size <= MOST_GROUPS) break;
      this.groups.delete(oldest);
      this.bytes -= group.bytes;
    }
  }
}

/** They are searched one by one. */
const MOST_GROUPS = 64;
