/**
 * The bytes of a segment file. A file is a run of groups; a group is what one fdatasync made durable:
 *
 *     offset size
 *      0     4   magic "SPG1"
 *      4     4   bytes of the payload as stored
 *      8     4   bytes of the payload uncompressed
 *     12     4   number of records
 *     16     8   number of the first record (uint64)
 *     24     4   crc32 of the payload as stored
 *     28     4   crc32 of the 28 bytes before
 *     32     …   payload: zstd where stored ≠ uncompressed size, else plain
 *
 * The payload is a run of records: uint32 bytes of the body, uint8 kind, float64 milliseconds, body. All little-endian.
 * Header and payload have checksums of their own: a flipped bit in a payload costs that group, and one in a header is
 * survived by searching for the next header.
 */
import { crc32, zstdDecompressSync } from 'node:zlib';
import type { JournalRecord } from './port.ts';

export const GROUP_HEADER = 32;
export const RECORD_HEADER = 13;
const MAGIC = 0x31475053; // "SPG1", little-endian

export interface GroupHeader {
  readonly storedBytes: number;
  readonly rawBytes: number;
  readonly records: number;
  readonly first: number;
  readonly payloadCrc: number;
}

export function writeGroupHeader(target: Buffer, group: Omit<GroupHeader, 'payloadCrc'>, payload: Buffer): void {
  target.writeUInt32LE(MAGIC, 0);
  target.writeUInt32LE(group.storedBytes, 4);
  target.writeUInt32LE(group.rawBytes, 8);
  target.writeUInt32LE(group.records, 12);
  target.writeBigUInt64LE(BigInt(group.first), 16);
  target.writeUInt32LE(crc32(payload), 24);
  target.writeUInt32LE(crc32(target.subarray(0, 28)), 28);
}

/** The header at `offset`, or null where there is none that holds. */
export function readGroupHeader(bytes: Buffer, offset: number): GroupHeader | null {
  if (offset + GROUP_HEADER > bytes.length || bytes.readUInt32LE(offset) !== MAGIC) return null;
  if (bytes.readUInt32LE(offset + 28) !== crc32(bytes.subarray(offset, offset + 28))) return null;
  return {
    storedBytes: bytes.readUInt32LE(offset + 4),
    rawBytes: bytes.readUInt32LE(offset + 8),
    records: bytes.readUInt32LE(offset + 12),
    first: Number(bytes.readBigUInt64LE(offset + 16)),
    payloadCrc: bytes.readUInt32LE(offset + 24),
  };
}

/** Offset of the next header that holds, at or after `offset`; −1: none. */
export function findGroupHeader(bytes: Buffer, offset: number): number {
  const magic = Buffer.from('SPG1', 'latin1');
  for (let at = bytes.indexOf(magic, offset); at !== -1; at = bytes.indexOf(magic, at + 1)) {
    if (readGroupHeader(bytes, at) !== null) return at;
  }
  return -1;
}

/** True when the payload is the one that was written. */
export function payloadHolds(header: GroupHeader, payload: Buffer): boolean {
  return payload.length === header.storedBytes && crc32(payload) === header.payloadCrc;
}

/** The records of a payload that holds. Bodies are views of it. */
export function readRecords(header: GroupHeader, payload: Buffer): JournalRecord[] {
  const raw =
    header.storedBytes === header.rawBytes
      ? payload
      : zstdDecompressSync(payload, { maxOutputLength: header.rawBytes });
  return splitRecords(raw, header.first, header.records);
}

/** Cuts an uncompressed payload into its records. */
export function splitRecords(raw: Buffer, first: number, count: number): JournalRecord[] {
  const records = new Array<JournalRecord>(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const length = raw.readUInt32LE(at);
    const body = at + RECORD_HEADER;
    records[i] = {
      number: first + i,
      kind: raw[at + 4] as number,
      at: raw.readDoubleLE(at + 5),
      body: raw.subarray(body, body + length),
    };
    at = body + length;
  }
  return records;
}
