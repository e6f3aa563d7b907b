/**
 * Group commit. Records gather in one group while the group before is compressed, written and synced, all off the event
 * loop. A disk that takes no data (full, gone) is tried again until it does: nothing is acknowledged meanwhile, and nothing
 * that waits is dropped.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { CodedError } from '../model/index.ts';
import { Compressor } from './compressor.ts';
import { GROUP_HEADER, splitRecords, writeGroupHeader } from './format.ts';
import { type Done, Group } from './group.ts';
import type { JournalRecord } from './port.ts';
import { segmentFile } from './segments.ts';

const KEEP_BUFFER = 1 << 20;
const SMALLEST_COMPRESSED = 256;

export interface AppenderOptions {
  readonly folder: string;
  readonly segmentBytes: number;
  readonly groupBytes: number;
  readonly maxRecordBytes: number;
  readonly maxPendingBytes: number;
  readonly compressionLevel: number;
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
  private spare: Group;
  private running: Promise<void> | null = null;
  private scheduled = false;
  private closed = false;
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

  /** Does somebody wait for an acknowledgement? */
  get busy(): boolean {
    return this.running !== null || this.filling.count > 0;
  }

  /** Bytes that wait for the disk. */
  get pendingBytes(): number {
    return this.filling.length;
  }

  async close(): Promise<void> {
    this.closed = true;
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
    if (this.filling.length + bytes > this.options.maxPendingBytes) {
      return new CodedError('hub.storage', 'The disk takes no data and journal.maxPendingBytes is used up.');
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

  private async writeGroups(): Promise<void> {
    while (this.filling.count > 0) {
      const group = this.filling;
      this.filling = this.spare;
      this.spare = group;
      this.filling.reset(this.next, KEEP_BUFFER);
      const began = performance.now();
      const storedBytes = await this.writeUntilDurable(group);
      this.last = group.first + group.count - 1;
      const records = splitRecords(group.bytes(), group.first, group.count);
      this.tell(() => this.events.committed(records, storedBytes, performance.now() - began));
      for (let i = 0; i < group.count; i++) {
        const done = group.done[i] as Done;
        try {
          done(null, group.first + i);
        } catch (error) {
          this.events.listenerFailed(error);
        }
      }
    }
  }

  private tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.events.listenerFailed(error);
    }
  }

  private async writeUntilDurable(group: Group): Promise<number> {
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
    for (let attempt = 0; ; attempt++) {
      try {
        await this.writeOnce(group, payload);
        this.stall = null;
        return GROUP_HEADER + payload.length;
      } catch (error) {
        this.stall = error as Error;
        const waitMs = Math.min(100 * 2 ** attempt, 5000);
        this.events.stalled(this.stall, waitMs);
        await this.abandon();
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  private async writeOnce(group: Group, payload: Buffer): Promise<void> {
    if (this.handle !== null && this.size >= this.options.segmentBytes) {
      await this.handle.close();
      this.handle = null;
      this.file = segmentFile(this.options.folder, group.first);
      this.size = 0;
    }
    this.handle ??= await open(this.file, this.size === 0 ? 'w' : 'r+');
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

/** A new file survives a loss of power only when its folder's entry is on disk too. Not every system can do this. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
