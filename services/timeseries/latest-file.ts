/**
 * The file of the latest values: a header, the columns of the Datastreams that have a reading, the texts as JSON, a CRC-32
 * over everything before it. Little-endian. It is written beside the old one and then takes its place.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

export interface LatestColumns {
  /** phenomenonTime; NaN: no reading yet. */
  readonly t: Float64Array<ArrayBuffer>;
  readonly r: Float64Array<ArrayBuffer>;
  readonly changedAt: Float64Array<ArrayBuffer>;
  readonly confirmedAt: Float64Array<ArrayBuffer>;
  readonly type: Uint8Array<ArrayBuffer>;
  readonly q: Uint8Array<ArrayBuffer>;
}

export interface SavedLatest {
  readonly position: number;
  readonly ds: Float64Array;
  /** Row i belongs to ds[i]. */
  readonly columns: LatestColumns;
  readonly texts: readonly [number, string | object][];
}

/** "PGLV" and the version of the layout. */
const MAGIC = 0x50474c56;
const VERSION = 1;
/** magic, version: u32; position: f64; rows, bytes of text: u32. */
const HEADER = 24;
/** Five columns of eight bytes (Datastream, t, r, changedAt, confirmedAt) and two of one (type, q). */
const ROW = 42;

export async function writeLatest(
  file: string,
  position: number,
  columns: LatestColumns,
  texts: ReadonlyMap<number, string | object>,
): Promise<void> {
  // put together before the first await, so that it shows one moment
  const bytes = encode(position, columns, texts);
  await mkdir(dirname(file), { recursive: true });
  const next = `${file}.next`;
  const handle = await open(next, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(next, file);
}

/** null: there is no such file, or it is damaged. */
export async function readLatest(file: string): Promise<SavedLatest | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch {
    return null;
  }
  return decode(bytes);
}

function encode(position: number, columns: LatestColumns, texts: ReadonlyMap<number, string | object>): Buffer {
  const ids: number[] = [];
  columns.t.forEach((t, ds) => {
    if (!Number.isNaN(t)) ids.push(ds);
  });
  const text = Buffer.from(JSON.stringify([...texts]));
  const bytes = Buffer.alloc(HEADER + ids.length * ROW + text.length + 4);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt32LE(VERSION, 4);
  bytes.writeDoubleLE(position, 8);
  bytes.writeUInt32LE(ids.length, 16);
  bytes.writeUInt32LE(text.length, 20);
  let at = HEADER;
  for (const ds of ids) {
    bytes.writeDoubleLE(ds, at);
    bytes.writeDoubleLE(columns.t[ds]!, at + 8);
    bytes.writeDoubleLE(columns.r[ds]!, at + 16);
    bytes.writeDoubleLE(columns.changedAt[ds]!, at + 24);
    bytes.writeDoubleLE(columns.confirmedAt[ds]!, at + 32);
    bytes.writeUInt8(columns.type[ds]!, at + 40);
    bytes.writeUInt8(columns.q[ds]!, at + 41);
    at += ROW;
  }
  at += text.copy(bytes, at);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, at)), at);
  return bytes;
}

function decode(bytes: Buffer): SavedLatest | null {
  if (bytes.length < HEADER + 4 || bytes.readUInt32LE(0) !== MAGIC || bytes.readUInt32LE(4) !== VERSION) return null;
  const end = bytes.length - 4;
  const rows = bytes.readUInt32LE(16);
  if (HEADER + rows * ROW + bytes.readUInt32LE(20) !== end || crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end))
    return null;
  const ds = new Float64Array(rows);
  const columns = {
    t: new Float64Array(rows),
    r: new Float64Array(rows),
    changedAt: new Float64Array(rows),
    confirmedAt: new Float64Array(rows),
    type: new Uint8Array(rows),
    q: new Uint8Array(rows),
  };
  for (let i = 0, at = HEADER; i < rows; i++, at += ROW) {
    ds[i] = bytes.readDoubleLE(at);
    columns.t[i] = bytes.readDoubleLE(at + 8);
    columns.r[i] = bytes.readDoubleLE(at + 16);
    columns.changedAt[i] = bytes.readDoubleLE(at + 24);
    columns.confirmedAt[i] = bytes.readDoubleLE(at + 32);
    columns.type[i] = bytes.readUInt8(at + 40);
    columns.q[i] = bytes.readUInt8(at + 41);
  }
  const texts = JSON.parse(bytes.toString('utf8', HEADER + rows * ROW, end)) as [number, string | object][];
  return { position: bytes.readDoubleLE(8), ds, columns, texts };
}
