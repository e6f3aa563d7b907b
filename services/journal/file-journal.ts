/** The journal on disk: opening, reading, deleting old segments. Writing is `appender.ts`. */
import { mkdir, open, readdir, stat, truncate, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskRoom } from '../disk/index.ts';
import { CodedError } from '../model/index.ts';
import { Appender } from './appender.ts';
import { GROUP_HEADER } from './format.ts';
import type { Options } from './options.ts';
import { Places, RecentGroups, SPACING } from './places.ts';
import { type Journal, type JournalRecord, RECORD } from './port.ts';
import { type ScrubReport, scrubSegment, Turns, UNFINISHED, unpacked, type Verdict } from './scrub.ts';
import { listSegments, type Piece, piecesOf, readPieces, recordsOf, type Segment, segmentFile } from './segments.ts';

/** What the journal has to say; telemetry and tests listen. */
export interface JournalEvents {
  committed?(records: number, rawBytes: number, storedBytes: number, milliseconds: number): void;
  stalled?(error: Error, waitMs: number): void;
  /** Bytes that were cut off the end: a write that no acknowledgement had followed. */
  tornTail?(file: string, bytes: number): void;
  /** Bytes in the middle that are not what was written. */
  damage?(file: string, offset: number, bytes: number): void;
  listenerFailed?(error: unknown): void;
  deleted?(file: string): void;
}

export interface FileJournalPorts {
  readonly folder: string;
  readonly options: Options;
  readonly events?: JournalEvents;
  /** Asked before each group. Left out: only the disk itself says when it is full. */
  readonly disk?: DiskRoom;
}

/** A segment that no record is added to any more. */
export interface ClosedSegment {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  readonly bytes: number;
}

const EMPTY = new Uint8Array();

export class FileJournal implements Journal {
  private readonly ports: FileJournalPorts;
  private readonly events: JournalEvents;
  private readonly listeners = new Set<(records: readonly JournalRecord[]) => void>();
  private appender: Appender | null = null;
  private readonly places = new Places();
  private readonly recent: RecentGroups;
  private oldest = 1;
  private holders = 0;
  /** Deleting and replacing files, one after another. */
  private filing: Promise<unknown> = Promise.resolve();
  private openSince: number | null = null;

  constructor(ports: FileJournalPorts) {
    this.ports = ports;
    this.recent = new RecentGroups(ports.options.lookupBytes);
    this.events = ports.events ?? {};
  }

  async start(): Promise<void> {
    const { folder, disk } = this.ports;
    try {
      await mkdir(folder, { recursive: true });
    } catch (cause) {
      throw new CodedError('hub.storage', `The folder ${folder} cannot be made: ${(cause as Error).message}`, {
        cause,
      });
    }
    for (const name of await readdir(folder)) if (name.endsWith(UNFINISHED)) await unlink(join(folder, name));
    const segments = await listSegments(folder);
    this.oldest = segments[0]?.first ?? 1;
    const position = await this.openEnd(segments);
    this.appender = new Appender(
      { folder, ...this.ports.options, ...(disk === undefined ? {} : { disk }) },
      this.appenderEvents(),
      position,
    );
  }

  async stop(): Promise<void> {
    await this.appender?.close();
  }

  append(kind: number, body: Uint8Array, at: number, done: (error: Error | null, number: number) => void): number {
    return this.running().append(kind, body, at, done);
  }

  get last(): number {
    return this.running().last;
  }

  get first(): number {
    return this.oldest;
  }

  /** Why the disk takes no data at the moment; null: it does. */
  get stall(): Error | null {
    return this.appender?.stall ?? null;
  }

  /** Do records wait for the disk? */
  get busy(): boolean {
    return this.appender?.busy ?? false;
  }

  get pendingBytes(): number {
    return this.appender?.pendingBytes ?? 0;
  }

  onCommit(listener: (records: readonly JournalRecord[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async *read(from: number, to = Number.POSITIVE_INFINITY): AsyncGenerator<readonly JournalRecord[]> {
    let next = Math.max(from, this.oldest);
    // segments that begin while we read are seen by listing again at the end of each
    for (;;) {
      const limit = Math.min(to, this.last);
      if (next > limit) return;
      const segments = await listSegments(this.ports.folder);
      let index = segments.findLastIndex((segment) => segment.first <= next);
      if (index === -1) index = 0;
      const segment = segments[index];
      if (segment === undefined) return;
      const end = Math.min(limit + 1, segments[index + 1]?.first ?? Number.POSITIVE_INFINITY);
      for await (const records of this.readSegment(segment, next, end)) {
        next = (records[records.length - 1] as JournalRecord).number + 1;
        yield records;
      }
      // a hole (damage, or the segment's end) must not be read for ever
      next = Math.max(next, Math.min(end, limit + 1));
    }
  }

  async get(number: number): Promise<JournalRecord | null> {
    if (number < this.oldest || number > this.last) return null;
    const known = this.recent.get(number);
    if (known !== null) return known;
    const segments = await listSegments(this.ports.folder);
    const segment = segments.findLast(({ first }) => first <= number);
    if (segment === undefined) return null;
    for await (const { piece, edition } of this.pieces(segment.file, number, 2 * SPACING)) {
      if (piece.kind === 'damage') continue;
      const { first, records, rawBytes } = piece.header;
      if (first > number) return null;
      this.places.note(segment.file, first, piece.offset, edition);
      if (first + records <= number) continue;
      // a copy: what is kept must not hold the window that it was read with
      const group = recordsOf({ ...piece, payload: Buffer.from(piece.payload) });
      if (edition === this.places.edition(segment.file)) this.recent.put(group, rawBytes);
      return group[number - first] ?? null;
    }
    return null;
  }

  /** Is somebody copying it? Then nothing of it is deleted or rewritten. */
  get held(): boolean {
    return this.holders > 0;
  }

  /** Keeps every record that is there now until the returned function is called. */
  hold(): () => void {
    this.holders += 1;
    let released = false;
    return () => {
      if (!released) this.holders -= 1;
      released = true;
    };
  }

  /** Deletes segments whose records are all below `needed`, while the journal is too large or they are too old. */
  prune(needed: number, now: number): Promise<void> {
    return this.file(() => this.deleteOld(needed, now));
  }

  /** Segments that are complete, the oldest first: records from `first` to `end` (exclusive), and their bytes on disk. */
  async closedSegments(): Promise<ClosedSegment[]> {
    const segments = await listSegments(this.ports.folder);
    const closed: ClosedSegment[] = [];
    for (let i = 0; i + 1 < segments.length; i++) {
      const { file, first } = segments[i] as Segment;
      const { size } = await stat(file);
      closed.push({ first, end: (segments[i + 1] as Segment).first, bytes: size });
    }
    return closed;
  }

  /** Looks at all records of a closed segment, in turns. Damaged ones are passed over. */
  async look(first: number, each: (record: JournalRecord) => void): Promise<void> {
    const segment = (await this.closedSegments()).find((one) => one.first === first);
    if (segment === undefined) return;
    const turns = new Turns();
    for await (const { piece } of this.pieces(segmentFile(this.ports.folder, first), first)) {
      if (piece.kind === 'damage') continue;
      if (piece.header.first >= segment.end) return;
      for (const record of await unpacked(piece)) {
        each(record);
        await turns.next();
      }
    }
  }

  /**
   * Takes the content of records out of a closed segment; their numbers stay. The old file is in place until the new one is
   * on disk. null: not now (somebody copies the journal, or the disk is nearly full), or there is no such
   * segment any more: nothing has changed.
   */
  async scrub(first: number, due: (record: JournalRecord) => Verdict, dropDamage = false): Promise<ScrubReport | null> {
    const { folder, options } = this.ports;
    const segment = (await this.closedSegments()).find((one) => one.first === first);
    // for a while there are two of it: a disk that is nearly full has no room for that
    const full = this.ports.disk?.lack('files') ?? null;
    if (segment === undefined || this.held || full !== null) return null;
    const file = segmentFile(folder, first);
    return scrubSegment({
      file,
      folder,
      end: segment.end,
      due,
      dropDamage,
      compressionLevel: options.compressionLevel,
      replace: (rename) =>
        this.file(async () => {
          if (this.held || first < this.oldest) return false;
          this.places.change(file);
          try {
            await rename();
          } finally {
            this.recent.forget(first, segment.end);
            this.places.changed(file);
          }
          return true;
        }),
    });
  }

  /**
   * Ends the open segment, so that its records can lose their content. Resolves when the next one is on disk (it begins with a
   * record of kind `gone`), with a number: all records up to it stand in closed segments.
   */
  async endSegment(now: number): Promise<number> {
    const appender = this.running();
    const { last } = appender;
    const { first } = (await listSegments(this.ports.folder)).at(-1) ?? { first: last + 1 };
    // nothing but the record that an earlier call began it with
    if (last < first || (last === first && (await this.get(first))?.kind === RECORD.gone)) return last;
    appender.endSegment();
    await new Promise<void>((resolve, reject) => {
      appender.append(RECORD.gone, EMPTY, now, (error) => (error === null ? resolve() : reject(error)));
    });
    this.openSince = now;
    return last;
  }

  /** The same, where the open segment is older than `journal.segmentHours`. */
  async endOldSegment(now: number): Promise<void> {
    this.openSince ??= await this.beginOfOpen(now);
    if (now - this.openSince >= this.ports.options.segmentHours * 3_600_000) await this.endSegment(now);
  }

  private async beginOfOpen(now: number): Promise<number> {
    const { first } = (await listSegments(this.ports.folder)).at(-1) ?? { first: 0 };
    return (await this.get(first))?.at ?? now;
  }

  private file<T>(work: () => Promise<T>): Promise<T> {
    const next = this.filing.then(work);
    this.filing = next.catch(() => undefined);
    return next;
  }

  private async deleteOld(needed: number, now: number): Promise<void> {
    const { keepBytes, keepDays } = this.ports.options;
    const segments = await listSegments(this.ports.folder);
    const sizes = await Promise.all(segments.map((segment) => stat(segment.file)));
    let total = sizes.reduce((sum, file) => sum + file.size, 0);
    for (let i = 0; i + 1 < segments.length; i++) {
      const segment = segments[i] as Segment;
      const file = sizes[i] as (typeof sizes)[number];
      const following = (segments[i + 1] as Segment).first;
      const old = now - file.mtimeMs > keepDays * 86_400_000;
      if (this.held || following > needed || !(old || total > keepBytes)) return;
      await unlink(segment.file);
      this.places.forget(segment.file);
      total -= file.size;
      this.oldest = following;
      this.events.deleted?.(segment.file);
    }
  }

  private running(): Appender {
    if (this.appender === null) throw new Error('the journal is not started');
    return this.appender;
  }

  /** From the nearest known place at or before a record on. */
  private async *pieces(
    file: string,
    record: number,
    windowBytes?: number,
  ): AsyncGenerator<{ readonly piece: Piece; readonly edition: number }> {
    for (;;) {
      const edition = this.places.edition(file);
      const from = this.places.before(file, record);
      const handle = await open(file, 'r');
      // another file may have taken its place meanwhile, and `from` means nothing there
      if (this.places.edition(file) !== edition) {
        await handle.close();
        continue;
      }
      for await (const piece of piecesOf(handle, from, windowBytes)) yield { piece, edition };
      return;
    }
  }

  private async *readSegment(segment: Segment, from: number, end: number): AsyncGenerator<JournalRecord[]> {
    let expected = segment.first;
    let damaged: { offset: number; bytes: number } | null = null;
    const report = () => {
      if (damaged !== null) this.events.damage?.(segment.file, damaged.offset, damaged.bytes);
      damaged = null;
    };
    for await (const { piece, edition } of this.pieces(segment.file, from)) {
      if (piece.kind === 'damage') {
        damaged = piece;
        continue;
      }
      const { first, records: count } = piece.header;
      report();
      if (first >= end) return;
      this.places.note(segment.file, first, piece.offset, edition);
      expected = first + count;
      if (expected <= from) continue;
      const records = recordsOf(piece).filter((record) => record.number >= from && record.number < end);
      if (records.length > 0) yield records;
    }
    // behind the durable end a group may be in the middle of being written: that is no damage
    if (expected < end) report();
  }

  /** Finds where the next group goes, and cuts a torn tail. Only the last segment can have one. */
  private async openEnd(segments: readonly Segment[]): Promise<{ file: string; size: number; next: number }> {
    const { folder } = this.ports;
    const last = segments.at(-1);
    if (last === undefined) return { file: segmentFile(folder, 1), size: 0, next: 1 };
    let next = last.first;
    let end = 0;
    let damaged: { offset: number; bytes: number } | null = null;
    for await (const piece of readPieces(last.file)) {
      if (piece.kind === 'damage') {
        damaged = piece;
        continue;
      }
      // damage before a group that holds is no torn tail
      if (damaged !== null) this.events.damage?.(last.file, damaged.offset, damaged.bytes);
      damaged = null;
      this.places.note(last.file, piece.header.first, piece.offset);
      next = piece.header.first + piece.header.records;
      end = piece.offset + GROUP_HEADER + piece.header.storedBytes;
    }
    if (damaged !== null) {
      this.events.tornTail?.(last.file, damaged.bytes);
      await truncate(last.file, end);
    }
    return { file: last.file, size: end, next };
  }

  private appenderEvents() {
    return {
      committed: (records: readonly JournalRecord[], storedBytes: number, milliseconds: number) => {
        let rawBytes = 0;
        for (const record of records) rawBytes += record.body.length;
        this.events.committed?.(records.length, rawBytes, storedBytes, milliseconds);
        for (const listener of this.listeners) listener(records);
      },
      stalled: (error: Error, waitMs: number) => this.events.stalled?.(error, waitMs),
      listenerFailed: (error: unknown) => this.events.listenerFailed?.(error),
    };
  }
}
