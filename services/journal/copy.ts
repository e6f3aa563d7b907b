/** What a copy of the journal consists of: whole segments that nobody writes to any more, and the last one up to a record. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { GROUP_HEADER } from './format.ts';
import { listSegments, readPieces } from './segments.ts';

export interface SegmentPart {
  readonly file: string;
  /** File name. */
  readonly name: string;
  /** Bytes from its begin that belong to the copy. */
  readonly bytes: number;
  /** Nobody appends to it any more: it may be shared with the copy instead of copied. */
  readonly closed: boolean;
}

/** The parts that hold the records up to `last`, ascending. The caller holds the journal, see `FileJournal.hold`. */
export async function segmentParts(folder: string, last: number): Promise<SegmentPart[]> {
  const segments = (await listSegments(folder)).filter(({ first }) => first <= last);
  const parts: SegmentPart[] = [];
  for (const [i, { file, first }] of segments.entries()) {
    const next = segments[i + 1];
    const name = basename(file);
    if (next !== undefined && next.first > first)
      parts.push({ file, name, bytes: (await stat(file)).size, closed: true });
    else parts.push({ file, name, bytes: await bytesUpTo(file, last), closed: false });
  }
  return parts;
}

/** End of the last group of a segment that holds records up to `last`. */
async function bytesUpTo(file: string, last: number): Promise<number> {
  let bytes = 0;
  for await (const piece of readPieces(file)) {
    if (piece.kind === 'damage') continue;
    if (piece.header.first > last) break;
    bytes = piece.offset + GROUP_HEADER + piece.header.storedBytes;
  }
  return bytes;
}
