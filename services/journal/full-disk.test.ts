/** The journal on a disk that is nearly full, by an injected guard; a disk that is really full is in test/e2e/full-disk.test.ts. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CodedError } from '../model/index.ts';
import { FileJournal, type JournalRecord, journalOptions } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-full-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FULL = new CodedError('hub.storage', 'The disk has 3 MiB left.');

async function open(given: Record<string, number> = {}) {
  const disk = { lack: null as CodedError | null };
  const journal = new FileJournal({
    folder,
    options: journalOptions.parse({ compressionLevel: 0, ...given }),
    disk: { lack: (reserve) => (reserve === 'messages' ? disk.lack : null) },
  });
  await journal.start();
  return { journal, disk };
}

/** What became of each: its number, or the code of its error. */
function put(journal: FileJournal, bytes: number, answers: (number | string)[]): number {
  return journal.append(1, Buffer.alloc(bytes, 'x'), 1000, (error, number) =>
    answers.push(error === null ? number : error instanceof CodedError ? error.code : String(error)),
  );
}

async function until(what: string, look: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!look()) {
    if (performance.now() > deadline) throw new Error(`in vain waited for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function all(journal: FileJournal): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const group of journal.read(1)) records.push(...group);
  return records;
}

describe('the journal on a disk that is nearly full', () => {
  test('acknowledges nothing, and everything in its order when there is room again, by itself', async () => {
    const { journal, disk } = await open();
    const answers: (number | string)[] = [];
    put(journal, 10, answers);
    await until('the first', () => answers.length === 1);
    disk.lack = FULL;
    for (let i = 0; i < 100; i++) put(journal, 1000, answers);
    await until('the stall', () => journal.stall !== null);
    expect(journal.stall).toBe(FULL);
    expect(journal.last).toBe(1);
    expect(answers).toEqual([1]);
    disk.lack = null;
    await until('the others', () => answers.length === 101);
    expect(answers).toEqual(Array.from({ length: 101 }, (_, i) => i + 1));
    expect(journal.stall).toBeNull();
    expect(journal.pendingBytes).toBe(0);
    await journal.stop();
  });

  test('keeps at most so much in memory and refuses what comes beyond it [limit journal.maxPendingBytes]', async () => {
    const { journal, disk } = await open({ maxPendingBytes: 65_536 });
    const answers: (number | string)[] = [];
    disk.lack = FULL;
    for (let i = 0; i < 100; i++) put(journal, 10_000, answers);
    await until('the refusals', () => answers.length > 0);
    const refused = answers.length;
    expect(new Set(answers)).toEqual(new Set(['hub.storage']));
    expect(journal.pendingBytes).toBeLessThanOrEqual(65_536 + 100);
    disk.lack = null;
    await until('all others', () => answers.length === 100);
    // what was refused has no number: those that were taken stand without a gap
    expect((await all(journal)).map(({ number }) => number)).toEqual(
      Array.from({ length: 100 - refused }, (_, i) => i + 1),
    );
    await journal.stop();
  });

  test('writes what has gathered in groups of the allowed size [limit journal.groupBytes]', async () => {
    const { journal, disk } = await open({ groupBytes: 50_000 });
    const groups: number[] = [];
    journal.onCommit((records) => groups.push(records.reduce((sum, { body }) => sum + body.length, 0)));
    const answers: (number | string)[] = [];
    disk.lack = FULL;
    for (let i = 0; i < 40; i++) put(journal, 10_000, answers);
    put(journal, 200_000, answers);
    put(journal, 10, answers);
    disk.lack = null;
    await until('all', () => answers.length === 42);
    expect(Math.max(...groups.filter((bytes) => bytes !== 200_000))).toBeLessThanOrEqual(50_000);
    // one that is larger stands alone
    expect(groups).toContain(200_000);
    expect(groups.length).toBeGreaterThan(8);
    expect(answers).toEqual(Array.from({ length: 42 }, (_, i) => i + 1));
    expect((await all(journal)).length).toBe(42);
    await journal.stop();
  });

  test('does not hold up a stop: what waits is refused, and the next start has none of it [limit journal.stopSeconds]', async () => {
    const { journal, disk } = await open({ stopSeconds: 0.1, groupBytes: 5000 });
    const answers: (number | string)[] = [];
    put(journal, 10, answers);
    await until('the first', () => answers.length === 1);
    disk.lack = FULL;
    journal.append(1, Buffer.from('y'), 1000, () => {
      // there is room again just after the first was refused: what stands behind it must not be written without it
      disk.lack = null;
      answers.push('hub.storage');
    });
    for (let i = 0; i < 19; i++) put(journal, 1000, answers);
    const began = performance.now();
    await journal.stop();
    expect(performance.now() - began).toBeLessThan(5000);
    expect(answers).toEqual([1, ...Array.from({ length: 20 }, () => 'hub.storage')]);
    const again = await open();
    expect(again.journal.last).toBe(1);
    const more: (number | string)[] = [];
    put(again.journal, 10, more);
    await until('the next', () => more.length === 1);
    expect(more).toEqual([2]);
    await again.journal.stop();
  });

  test('begins a new segment at its size, also after a wait [limit journal.segmentBytes]', async () => {
    const { journal, disk } = await open({ segmentBytes: 65_536, groupBytes: 20_000 });
    const answers: (number | string)[] = [];
    disk.lack = FULL;
    for (let i = 0; i < 30; i++) put(journal, 9000, answers);
    disk.lack = null;
    await until('all', () => answers.length === 30);
    const records = await all(journal);
    expect(records).toHaveLength(30);
    const first = statSync(join(folder, `${'1'.padStart(16, '0')}.segment`));
    expect(first.size).toBeGreaterThanOrEqual(65_536);
    expect(first.size).toBeLessThan(65_536 + 20_000 + 100);
    await journal.stop();
  });
});
