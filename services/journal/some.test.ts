import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileJournal, journalOptions, RECORD, readSome } from './index.ts';

test('some records are those that a look-up finds, each once, ascending, however near they are to each other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'some-'));
  const journal = new FileJournal({ folder, options: journalOptions.parse({ segmentBytes: 65_536 }) });
  await journal.start();
  for (let k = 0; k < 3000; k++) {
    const durable = new Promise<void>((resolve) =>
      journal.append(RECORD.message, Buffer.from(`record ${k + 1} ${'x'.repeat(k % 90)}`), k, () => resolve()),
    );
    // groups of different sizes
    if (k % 37 === 0) await durable;
  }
  await journal.stop();
  await journal.start();
  const asked = [2999, 1, 2, 4, 4, 700, 1900, 1910, 2350, 0, 3001, 99_999];
  const found: [number, string][] = [];
  for await (const { number, body } of readSome(journal, asked)) found.push([number, Buffer.from(body).toString()]);
  const expected = [1, 2, 4, 700, 1900, 1910, 2350, 2999];
  expect(found.map(([number]) => number)).toEqual(expected);
  for (const [number, body] of found) expect(body).toBe(`record ${number} ${'x'.repeat((number - 1) % 90)}`);
  await journal.stop();
  rmSync(folder, { recursive: true });
});
