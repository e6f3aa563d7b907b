import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileJournal, journalOptions, Ledger } from './index.ts';

test.skipIf(process.platform === 'win32')('what the journal writes is readable for its own user only', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'journal-rights-'));
  const journal = new FileJournal({ folder: join(folder, 'journal'), options: journalOptions.parse({}) });
  const ledger = new Ledger({ folder, maxDeadLetters: 10 });
  try {
    ledger.start();
    await journal.start();
    await new Promise<void>((resolve, reject) => {
      journal.append(1, Buffer.from('x'), 1000, (error) => (error === null ? resolve() : reject(error)));
    });
    ledger.setCheckpoint('store', 1);
    expect(ledger.flush()).toBe(true);
    const files = [
      ...readdirSync(folder).filter((name) => name.startsWith('ledger')),
      ...readdirSync(join(folder, 'journal')).map((name) => join('journal', name)),
    ];
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const file of files) expect([file, statSync(join(folder, file)).mode & 0o077]).toEqual([file, 0]);
  } finally {
    await journal.stop();
    ledger.stop();
    rmSync(folder, { recursive: true });
  }
});
