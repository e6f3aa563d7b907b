/**
 * Rewrites a closed segment without what is due: records keep their numbers and their groups, the content of some is gone.
 * The new file is complete and on disk before it takes the place of the old one, so a crash leaves one of the two.
 */
import { type FileHandle, open, rename, stat, unlink, utimes } from 'node:fs/promises';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { Compressor } from './compressor.ts';
import { syncFolder } from './folder.ts';
import { GROUP_HEADER, type GroupHeader, RECORD_HEADER, splitRecords, writeGroupHeader } from './format.ts';
import { type JournalRecord, RECORD } from './port.ts';
import { type Piece, readPieces } from './segments.ts';

const unpack = promisify(zstdDecompress);

/** What becomes of a record: `keep`, or its content goes and this (hashes, or a smaller change) stands there. */
export type Verdict = 'keep' | { readonly kind: number; readonly body: Uint8Array };

export interface ScrubReport {
  /** Records whose content went, or became smaller. */
  readonly records: number;
  /** Bytes of content that went, uncompressed. */
  readonly contentBytes: number;
  /** By how many bytes the file is smaller. */
  readonly fileBytes: number;
  /** Bytes that nobody can read any more, and that were left out because they may hold what is due. */
  readonly damagedBytes: number;
}

export interface ScrubRequest {
  readonly file: string;
  readonly folder: string;
  /** Records from this number on stand in the next segment. */
  readonly end: number;
  readonly due: (record: JournalRecord) => Verdict;
  /** Are bytes that don't hold left out? Else they stay as they are. */
  readonly dropDamage: boolean;
  readonly compressionLevel: number;
  /** Puts the new file in the place of the old one; false: not now, and nothing has changed. */
  readonly replace: (rename: () => Promise<void>) => Promise<boolean>;
}

/** Name of a file that is being written; one that a crash left is worth nothing. */
export const UNFINISHED = '.scrub';
/** The main thread is for others after so long. */
const TURN_MS = 2;

/** null: somebody copies the journal, or the segment is gone: nothing has changed. */
export async function scrubSegment(request: ScrubRequest): Promise<ScrubReport | null> {
  const { file, folder, compressionLevel } = request;
  const unfinished = `${file}${UNFINISHED}`;
  const target = await open(unfinished, 'w', 0o600);
  const compressor = compressionLevel > 0 ? new Compressor(compressionLevel) : null;
  try {
    const writing = new Rewriting(request, target, compressor);
    for await (const piece of readPieces(file)) if (!(await writing.take(piece))) break;
    if (writing.records === 0 && writing.damagedBytes === 0)
      return { records: 0, contentBytes: 0, fileBytes: 0, damagedBytes: 0 };
    await target.sync();
    const before = await stat(file);
    // its age is that of its records
    await utimes(unfinished, before.atime, before.mtime);
    const replaced = await request.replace(async () => {
      await rename(unfinished, file);
      await syncFolder(folder);
    });
    if (!replaced) return null;
    const { records, contentBytes, damagedBytes } = writing;
    return { records, contentBytes, fileBytes: before.size - writing.size, damagedBytes };
  } finally {
    compressor?.close();
    await target.close();
    await unlink(unfinished).catch(() => undefined);
  }
}

/** The records of a group, without holding up others while they are unpacked. */
export async function unpacked({ header, payload }: Extract<Piece, { kind: 'group' }>): Promise<JournalRecord[]> {
  const plain = header.storedBytes === header.rawBytes;
  const raw = plain ? payload : await unpack(payload, { maxOutputLength: header.rawBytes });
  return splitRecords(raw, header.first, header.records);
}

/** Works through records in turns, so that acknowledgements don't wait. */
export class Turns {
  private since = performance.now();

  /** Awaited now and then. */
  async next(): Promise<void> {
    if (performance.now() - this.since < TURN_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.since = performance.now();
  }
}

class Rewriting {
  size = 0;
  records = 0;
  contentBytes = 0;
  damagedBytes = 0;
  private readonly request: ScrubRequest;
  private readonly target: FileHandle;
  private readonly compressor: Compressor | null;
  private readonly turns = new Turns();

  constructor(request: ScrubRequest, target: FileHandle, compressor: Compressor | null) {
    this.request = request;
    this.target = target;
    this.compressor = compressor;
  }

  /** False: what follows stands in the next segment. */
  async take(piece: Piece): Promise<boolean> {
    if (piece.kind === 'damage') {
      if (this.request.dropDamage) this.damagedBytes += piece.bytes;
      else await this.copy(piece.offset, piece.bytes);
      return true;
    }
    const { header } = piece;
    if (header.first >= this.request.end) return false;
    const verdicts: Verdict[] = [];
    const records = await unpacked(piece);
    let changed = 0;
    for (const record of records) {
      const verdict = record.kind === RECORD.gone && record.body.length === 0 ? 'keep' : this.request.due(record);
      verdicts.push(verdict);
      if (verdict !== 'keep') changed++;
      await this.turns.next();
    }
    if (changed === 0) await this.write(header, piece.payload);
    else await this.rewrite(records, verdicts);
    this.records += changed;
    return true;
  }

  private async rewrite(records: readonly JournalRecord[], verdicts: readonly Verdict[]): Promise<void> {
    const parts: Uint8Array[] = [];
    records.forEach((record, i) => {
      const verdict = verdicts[i] as Verdict;
      const { kind, body } = verdict === 'keep' ? record : verdict;
      const head = Buffer.allocUnsafe(RECORD_HEADER);
      head.writeUInt32LE(body.length, 0);
      head[4] = kind;
      head.writeDoubleLE(record.at, 5);
      parts.push(head, body);
      this.contentBytes += record.body.length - body.length;
    });
    const raw = Buffer.concat(parts);
    const packed = this.compressor === null ? raw : await this.compressor.compress(raw);
    const payload = packed.length < raw.length ? packed : raw;
    const first = (records[0] as JournalRecord).number;
    await this.write({ storedBytes: payload.length, rawBytes: raw.length, records: records.length, first }, payload);
  }

  private async write(group: Omit<GroupHeader, 'payloadCrc'>, payload: Buffer): Promise<void> {
    const header = Buffer.alloc(GROUP_HEADER);
    writeGroupHeader(header, group, payload);
    await this.append([header, payload]);
  }

  private async copy(offset: number, bytes: number): Promise<void> {
    const source = await open(this.request.file, 'r');
    try {
      const buffer = Buffer.alloc(bytes);
      await source.read(buffer, 0, bytes, offset);
      await this.append([buffer]);
    } finally {
      await source.close();
    }
  }

  private async append(parts: readonly Buffer[]): Promise<void> {
    const want = parts.reduce((sum, part) => sum + part.length, 0);
    const { bytesWritten } = await this.target.writev([...parts], this.size);
    if (bytesWritten !== want) throw new Error(`the disk took ${bytesWritten} of ${want} bytes`);
    this.size += want;
  }
}
