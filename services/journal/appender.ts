/**
 * Group commit. Records gather in one group while the group before is compressed, written and synced, all off the event
 * loop. While the disk is nearly full no group is begun, and one that takes no data (full, gone) is tried again until it
 * does: nothing is acknowledged meanwhile, and nothing that waits is dropped.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { DiskRoom } from '../disk/index.ts';
import { CodedError } from '../model/index.ts';
import { Compressor } from './compressor.ts';
import { syncFolder } from './folder.ts';
import { GROUP_HEADER, RECORD_HEADER, splitRecords, writeGroupHeader } from './format.ts';
import { type Done, Group } from './group.ts';
import type { JournalRecord } from './port.ts';
import { segmentFile } from './segments.ts';

const KEEP_BUFFER = 1 << 20;
const SMALLEST_COMPRESSED = 256;
/** How soon a group that is held by a nearly full disk is looked at again. */
const HELD_MS = 50;

export interface AppenderOptions {
  readonly folder: string;
  readonly segmentBytes: number;
  readonly groupBytes: number;
  readonly maxRecordBytes: number;
  readonly maxPendingBytes: number;
  readonly compressionLevel: number;
  readonly stopSeconds: number;
  /** Left out: only the disk itself says when it is full. */
  readonly disk?: DiskRoom;
}

export interface AppenderEvents {
  /** A group is durable. */
  committed(records: readonly JournalRecord[], storedBytes: number, milliseconds: number): void;
  /** The disk refused a group; it will be tried again after `waitMs`. */
  stalled(error: Error, waitMs: number): void;
  /** A listener or a `done` callback threw: a defect elsewhere that must not stop the journal. */
  listenerFailed(error: unknown): void;
}

export class Appender {
  private readonly options: AppenderOptions;
  private readonly events: AppenderEvents;
  private readonly compressor: Compressor | null;
  private handle: FileHandle | null = null;
  private file: string;
  private size: number;
  private next: number;
  private filling: Group;
  private spare: Group | null;
  /** Full ones, in their order, behind the one under way and before the one that fills. */
  private readonly full: Group[] = [];
  /** Bytes of the full ones and of the one under way. */
  private sealedBytes = 0;
  private running: Promise<void> | null = null;
  private scheduled = false;
  private closed = false;
  /** `performance.now()` at which a stop gives up on a disk that takes nothing. */
  private giveUpAt = Number.POSITIVE_INFINITY;
  private gaveUp = false;
  private wake: (() => void) | null = null;
  /** The next group begins a segment. */
  private isOver = false;
  private readonly header = Buffer.alloc(GROUP_HEADER);
  /** Number of the last durable record. */
  last: number;
  /** Set while the disk takes no data. */
  stall: Error | null = null;

  constructor(
    options: AppenderOptions,
    events: AppenderEvents,
    position: { file: string; size: number; next: number },
  ) {
    this.options = options;
    this.events = events;
    this.compressor = options.compressionLevel > 0 ? new Compressor(options.compressionLevel) : null;
    this.file = position.file;
    this.size = position.size;
    this.next = position.next;
    this.last = position.next - 1;
    this.filling = new Group(KEEP_BUFFER);
    this.spare = new Group(KEEP_BUFFER);
    this.filling.first = this.next;
  }

  append(kind: number, body: Uint8Array, at: number, done: Done): number {
    const refusal = this.refusal(body.length);
    if (refusal !== null) {
      queueMicrotask(() => done(refusal, 0));
      return 0;
    }
    const { count, length } = this.filling;
    if (count > 0 && length + RECORD_HEADER + body.length > this.options.groupBytes) this.full.push(this.seal());
    const number = this.next++;
    this.filling.add(kind, body, at, done);
    if (!this.scheduled && this.running === null) {
      // everything that this turn of the event loop brings goes into one group
      this.scheduled = true;
      setImmediate(() => {
        this.scheduled = false;
        this.run();
      });
    }
    return number;
  }

  /** The segment ends with what is under way: the next group begins another one. */
  endSegment(): void {
    this.isOver = true;
  }

  /** Does somebody wait for an acknowledgement? */
  get busy(): boolean {
    return this.running !== null || this.filling.count > 0;
  }

  /** Bytes that wait for the disk, the group under way among them. */
  get pendingBytes(): number {
    return this.sealedBytes + this.filling.length;
  }

  /** Writes what waits. What a disk does not take within `stopSeconds` ends with hub.storage: its senders keep it. */
  async close(): Promise<void> {
    this.closed = true;
    this.giveUpAt = performance.now() + this.options.stopSeconds * 1000;
    this.wake?.();
    this.run();
    await this.running;
    this.compressor?.close();
    await this.handle?.close();
    this.handle = null;
  }

  private refusal(bytes: number): CodedError | null {
    if (this.closed) return new CodedError('hub.storage', 'The journal is closed.');
    if (bytes > this.options.maxRecordBytes) {
      return new CodedError(
        'request.tooLarge',
        `A record of ${bytes} bytes; journal.maxRecordBytes is ${this.options.maxRecordBytes}.`,
      );
    }
    if (this.pendingBytes + bytes > this.options.maxPendingBytes) {
      const why = this.stall === null ? 'The disk is too slow' : this.stall.message;
      return new CodedError('hub.storage', `${why} (journal.maxPendingBytes is used up; send this again later)`);
    }
    return null;
  }

  private run(): void {
    if (this.running !== null || this.filling.count === 0) return;
    this.running = this.writeGroups().finally(() => {
      this.running = null;
      this.run();
    });
  }

  /** Takes the group that fills, and begins the next one. */
  private seal(): Group {
    const group = this.filling;
    this.filling = this.spare ?? new Group(KEEP_BUFFER);
    this.spare = null;
    this.filling.reset(this.next, KEEP_BUFFER);
    this.sealedBytes += group.length;
    return group;
  }

  private async writeGroups(): Promise<void> {
    while (this.full.length > 0 || this.filling.count > 0) {
      const group = this.full.shift() ?? this.seal();
      const began = performance.now();
      const storedBytes = await this.writeUntilDurable(group);
      this.sealedBytes -= group.length;
      // none may be written behind one that is not: the numbers have no gaps
      this.gaveUp ||= storedBytes === null;
      if (storedBytes === null) this.refuse(group);
      else this.acknowledge(group, storedBytes, performance.now() - began);
      this.spare = group;
    }
  }

  private acknowledge(group: Group, storedBytes: number, milliseconds: number): void {
    this.last = group.first + group.count - 1;
    const records = splitRecords(group.bytes(), group.first, group.count);
    this.tell(() => this.events.committed(records, storedBytes, milliseconds));
    for (let i = 0; i < group.count; i++) {
      const done = group.done[i] as Done;
      this.tell(() => done(null, group.first + i));
    }
  }

  /** At a stop only: the numbers of these records are never used by this appender again. */
  private refuse(group: Group): void {
    const error = new CodedError('hub.storage', 'The hub stops and its disk takes no data; send this again later.');
    for (const done of group.done) this.tell(() => done(error, 0));
  }

  private tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.events.listenerFailed(error);
    }
  }

  /** Returns the bytes on disk; null: given up, because the hub stops. */
  private async writeUntilDurable(group: Group): Promise<number | null> {
    if (this.gaveUp) return null;
    const raw = group.bytes();
    let payload: Buffer = raw;
    if (this.compressor !== null && raw.length >= SMALLEST_COMPRESSED) {
      const packed = await this.compressor.compress(raw);
      if (packed.length < raw.length) payload = packed;
    }
    writeGroupHeader(
      this.header,
      { storedBytes: payload.length, rawBytes: raw.length, records: group.count, first: group.first },
      payload,
    );
    for (let attempt = 0; ; ) {
      const lack = this.options.disk?.lack('messages') ?? null;
      if (lack !== null) {
        this.stall = lack;
        if (await this.wait(HELD_MS)) continue;
        return null;
      }
      try {
        await this.writeOnce(group, payload);
        this.stall = null;
        return GROUP_HEADER + payload.length;
      } catch (error) {
        this.stall = error as Error;
        const waitMs = Math.min(100 * 2 ** attempt++, 5000);
        this.events.stalled(this.stall, waitMs);
        await this.abandon();
        if (!(await this.wait(waitMs))) return null;
      }
    }
  }

  /** Until it is time to try again, or a stop asks for it. False: a stop gives up. */
  private async wait(milliseconds: number): Promise<boolean> {
    const left = this.giveUpAt - performance.now();
    if (left <= 0) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(milliseconds, left));
    this.wake = resolve;
    await promise;
    this.wake = null;
    clearTimeout(timer);
    return true;
  }

  private async writeOnce(group: Group, payload: Buffer): Promise<void> {
    const full = this.size >= this.options.segmentBytes || this.isOver;
    if (this.size > 0 && full && (this.handle !== null || this.isOver)) {
      await this.handle?.close();
      this.handle = null;
      this.file = segmentFile(this.options.folder, group.first);
      this.size = 0;
    }
    this.isOver = false;
    this.handle ??= await open(this.file, this.size === 0 ? 'w' : 'r+', 0o600);
    const { bytesWritten } = await this.handle.writev([this.header, payload], this.size);
    // a file system that is nearly full writes a part and says so only here
    if (bytesWritten !== GROUP_HEADER + payload.length)
      throw new Error(`the disk took ${bytesWritten} of ${GROUP_HEADER + payload.length} bytes`);
    await this.handle.datasync();
    if (this.size === 0) await syncFolder(this.options.folder);
    this.size += bytesWritten;
  }

  /** After a failed write or sync: cut the attempt off and never trust the file's cached pages again. */
  private async abandon(): Promise<void> {
    const handle = this.handle;
    this.handle = null;
    if (handle === null) return;
    try {
      await handle.truncate(this.size);
      await handle.close();
    } catch {
      await handle.close().catch(() => undefined);
    }
    // the next attempt goes to a file of its own; a reader takes the later file for numbers that stand in both
    if (this.size > 0) {
      this.file = segmentFile(this.options.folder, this.last + 1);
      this.size = 0;
    }
  }
}
