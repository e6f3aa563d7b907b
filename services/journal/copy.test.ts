import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { segmentParts } from './copy.ts';
import { FileJournal } from './file-journal.ts';
import { options } from './options.ts';
import { RECORD } from './port.ts';

let folder: string;
let journal: FileJournal;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'journal-copy-'));
  journal = new FileJournal({ folder, options: options.parse({ segmentBytes: 65_536, compressionLevel: 0 }) });
  await journal.start();
});
afterEach(async () => {
  await journal.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function append(count: number): Promise<void> {
  for (let k = 0; k < count; k++) {
    await new Promise<void>((resolve, reject) => {
      journal.append(RECORD.message, Buffer.alloc(30_000, k), k, (error) =>
        error === null ? resolve() : reject(error),
      );
    });
  }
}

it('an empty journal has nothing to copy', async () => {
  expect((await segmentParts(folder, journal.last)).reduce((sum, { bytes }) => sum + bytes, 0)).toBe(0);
});

it('whole segments may be shared, the last one is copied up to a record and not beyond', async () => {
  await append(10);
  const all = await segmentParts(folder, 10);
  expect(all.map(({ name }) => name)).toEqual(readdirSync(folder).sort());
  expect(all.map(({ closed }) => closed)).toEqual([...Array(all.length - 1).fill(true), false]);
  // what is being written behind the last durable record is left out
  appendFileSync(all.at(-1)!.file, Buffer.alloc(500, 1));
  expect(await segmentParts(folder, 10)).toEqual(all);
  const some = await segmentParts(folder, 4);
  expect(some.length).toBeLessThan(all.length);
  expect(some.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(4 * (30_000 + 13 + 32));
});
