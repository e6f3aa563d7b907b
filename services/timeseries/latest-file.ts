/**
 * The file of the latest values: a header, one column after the other as they stand in memory (index: Datastream id), the
 * texts as JSON, a CRC-32 over everything before it. Little-endian. It is written beside the old one and then takes its
 * place.
 */
import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { FACTS, type LatestFacts } from './latest-facts.ts';
import { type LatestReadings, READINGS } from './latest-readings.ts';

interface Latest {
  /** Up to which journal record it is complete. */
  readonly position: number;
  readonly readings: LatestReadings;
  readonly facts: LatestFacts;
}

/** What a file holds. Column i belongs to COLUMNS[i]; all have `length` elements. */
export interface SavedLatest {
  readonly position: number;
  readonly length: number;
  readonly columns: readonly Column[];
  readonly texts: readonly [number, string | object][];
  readonly x: readonly [number, string][];
}

type Column = Float64Array | Int32Array | Uint8Array;

/** "PGLV" and the version of the layout; a file of another version counts as none. */
export const LATEST_MAGIC = 0x50474c56;
export const LATEST_FORMAT = 2;
/** magic, version: u32; position: f64; length of the columns, bytes of text: u32. */
const HEADER = 24;
const COLUMNS = [
  ...READINGS.map((name) => ({ of: 'readings', name }) as const),
  ...FACTS.map((name) => ({ of: 'facts', name }) as const),
];

export async function writeLatest(file: string, latest: Latest): Promise<void> {
  // copied before the first await, so that it shows one moment
  const length = highest(latest) + 1;
  const columns = COLUMNS.map((column) => columnOf(latest, column).slice(0, length));
  const text = Buffer.from(JSON.stringify({ texts: [...latest.readings.texts], x: [...latest.facts.x] }));
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(LATEST_MAGIC, 0);
  header.writeUInt32LE(LATEST_FORMAT, 4);
  header.writeDoubleLE(latest.position, 8);
  header.writeUInt32LE(length, 16);
  header.writeUInt32LE(text.length, 20);
  await mkdir(dirname(file), { recursive: true });
  const next = `${file}.next`;
  const handle = await open(next, 'w', 0o600);
  try {
    let sum = 0;
    for (const part of [header, ...columns, text]) {
      const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
      sum = crc32(bytes, sum);
      await handle.writeFile(bytes);
    }
    const end = Buffer.alloc(4);
    end.writeUInt32LE(sum);
    await handle.writeFile(end);
    await handle.sync();
  } catch (error) {
    // half a file must not take the room that a full disk lacks
    await unlink(next).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
  await rename(next, file);
}

/** null: there is no such file, or it is damaged or of another version. */
export async function readLatest(file: string): Promise<SavedLatest | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch {
    return null;
  }
  return decode(bytes);
}

/** Puts what was saved into empty columns. `room`: makes room for a Datastream; false: it is not held. */
export function takeLatest(
  saved: SavedLatest,
  readings: LatestReadings,
  facts: LatestFacts,
  room: (ds: number) => boolean,
): void {
  let { length } = saved;
  while (length > 0 && !room(length - 1)) length--;
  COLUMNS.forEach((column, i) => {
    columnOf({ readings, facts }, column).set(saved.columns[i]!.subarray(0, length));
  });
  for (const [ds, text] of saved.texts) if (ds < length) readings.texts.set(ds, text);
  for (const [ds, x] of saved.x) if (ds < length) facts.x.set(ds, x);
}

function decode(bytes: Buffer): SavedLatest | null {
  if (bytes.length < HEADER + 4 || bytes.readUInt32LE(0) !== LATEST_MAGIC || bytes.readUInt32LE(4) !== LATEST_FORMAT)
    return null;
  const end = bytes.length - 4;
  const length = bytes.readUInt32LE(16);
  let at = HEADER;
  const sizes = COLUMNS.map(({ of, name }) => length * (of === 'readings' ? READING_BYTES[name] : FACT_BYTES[name]));
  const columnBytes = sizes.reduce((sum, size) => sum + size, 0);
  if (
    HEADER + columnBytes + bytes.readUInt32LE(20) !== end ||
    crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end)
  )
    return null;
  const columns = sizes.map((size) => {
    // a copy of its own begins where its elements may begin
    const part = (bytes.buffer as ArrayBuffer).slice(bytes.byteOffset + at, bytes.byteOffset + at + size);
    at += size;
    const width = length === 0 ? 1 : size / length;
    return width === 8 ? new Float64Array(part) : width === 4 ? new Int32Array(part) : new Uint8Array(part);
  });
  const { texts, x } = JSON.parse(bytes.toString('utf8', at, end)) as Pick<SavedLatest, 'texts' | 'x'>;
  return { position: bytes.readDoubleLE(8), length, columns, texts, x };
}

const READING_BYTES = { t: 8, r: 8, changedAt: 8, confirmedAt: 8, rec: 8, type: 1, q: 1 } as const;
const FACT_BYTES = { state: 1, first: 8, last: 8, t: 8, n: 4, id: 8, r: 8, rec: 8, type: 1, q: 1 } as const;

function columnOf({ readings, facts }: Omit<Latest, 'position'>, column: (typeof COLUMNS)[number]): Column {
  return column.of === 'readings' ? readings[column.name] : facts[column.name];
}

/** The highest Datastream of which something is known; −1: none. */
function highest({ readings, facts }: Latest): number {
  let ds = facts.state.length - 1;
  while (ds >= 0 && facts.state[ds] === 0 && Number.isNaN(facts.first[ds]!) && Number.isNaN(readings.t[ds]!)) ds--;
  return ds;
}
