/** The segment files of a folder: their names, and reading one from end to end. */
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findGroupHeader,
  GROUP_HEADER,
  type GroupHeader,
  payloadHolds,
  readGroupHeader,
  readRecords,
} from './format.ts';
import type { JournalRecord } from './port.ts';

export interface Segment {
  readonly file: string;
  /** Number of its first record. */
  readonly first: number;
}

const NAME = /^(\d{16})\.segment$/;

export function segmentFile(folder: string, first: number): string {
  return join(folder, `${String(first).padStart(16, '0')}.segment`);
}

/** All segments of a folder, ascending. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const found: Segment[] = [];
  for (const name of await readdir(folder)) {
    const match = NAME.exec(name);
    if (match !== null) found.push({ file: join(folder, name), first: Number(match[1]) });
  }
  return found.sort((a, b) => a.first - b.first);
}

/** What stands at one place of a segment: a group that holds, or bytes that don't. */
export type Piece =
  | { readonly kind: 'group'; readonly offset: number; readonly header: GroupHeader; readonly payload: Buffer }
  | { readonly kind: 'damage'; readonly offset: number; readonly bytes: number };

const WINDOW = 1 << 20;

/**
 * The pieces of a segment file in order, read in windows of 1 MiB (more where a group is larger). Damage at the very end is
 * a torn tail or a flipped bit; the caller knows which it can be.
 */
export async function* readPieces(file: string, from = 0): AsyncGenerator<Piece> {
  yield* piecesOf(await open(file, 'r'), from);
}

/** The same of a file that is open; it is closed at the end. `windowBytes`: how much is read at once, for who wants few pieces. */
export async function* piecesOf(handle: FileHandle, from = 0, windowBytes = WINDOW): AsyncGenerator<Piece> {
  try {
    const size = (await handle.stat()).size;
    let base = from;
    let window: Buffer = Buffer.alloc(0);
    const fill = async (bytes: number): Promise<void> => {
      const want = Math.min(Math.max(bytes, windowBytes), size - base);
      const buffer = Buffer.allocUnsafe(want);
      let got = 0;
      while (got < want) {
        const { bytesRead } = await handle.read(buffer, got, want - got, base + got);
        if (bytesRead === 0) break;
        got += bytesRead;
      }
      window = buffer.subarray(0, got);
    };
    let at = 0; // within the window
    await fill(windowBytes);
    while (base + at < size) {
      if (at + GROUP_HEADER > window.length && base + window.length < size) {
        base += at;
        at = 0;
        await fill(windowBytes);
      }
      const header = readGroupHeader(window, at);
      const end = header === null ? 0 : at + GROUP_HEADER + header.storedBytes;
      if (header !== null && base + end <= size) {
        if (end > window.length) {
          base += at;
          at = 0;
          await fill(GROUP_HEADER + header.storedBytes);
        }
        const payload = window.subarray(at + GROUP_HEADER, at + GROUP_HEADER + header.storedBytes);
        if (payloadHolds(header, payload)) yield { kind: 'group', offset: base + at, header, payload };
        else yield { kind: 'damage', offset: base + at, bytes: GROUP_HEADER + header.storedBytes };
        at += GROUP_HEADER + header.storedBytes;
        continue;
      }
      // no header that holds: search on for the next one
      const start = base + at;
      let next = findGroupHeader(window, at + 1);
      while (next === -1 && base + window.length < size) {
        base += Math.max(window.length - GROUP_HEADER, 1);
        await fill(windowBytes);
        next = findGroupHeader(window, 0);
      }
      at = next === -1 ? size - base : next;
      yield { kind: 'damage', offset: start, bytes: base + at - start };
    }
  } finally {
    await handle.close();
  }
}

/** The records of a group piece. */
export function recordsOf(piece: Extract<Piece, { kind: 'group' }>): JournalRecord[] {
  return readRecords(piece.header, piece.payload);
}
