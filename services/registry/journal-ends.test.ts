/** The snapshot and a journal that does not reach as far: neither is read as if the other had the rest. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileJournal, journalOptions } from '../journal/index.ts';
import { JournaledRegistry } from './index.ts';
import { type TestRegistry, testRegistry } from './testing/registry.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'registry-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const organisation = ({ registry }: TestRegistry, id: string) =>
  registry.import({ organisations: [{ id, name: id }], things: [], devices: [] }, 'test');
const organisations = ({ registry }: TestRegistry) => [...registry.catalogue.organisations.keys()].sort();

it('refuses to start where the snapshot was lost and the oldest segment is gone', async () => {
  const first = await testRegistry(folder);
  await organisation(first, 'city');
  await first.journal.endSegment(1000);
  await organisation(first, 'county');
  await first.stop();
  const journal = new FileJournal({ folder: join(folder, 'journal'), options: journalOptions.parse({ keepDays: 0 }) });
  await journal.start();
  await journal.prune(journal.last, Date.now() + 1000);
  expect(journal.first).toBeGreaterThan(1);
  const snapshot = join(folder, 'registry.db');
  const beside = join(folder, 'kept.db');
  cpSync(snapshot, beside);
  for (const end of ['', '-wal', '-shm']) rmSync(`${snapshot}${end}`, { force: true });
  const clock = { now: () => 1000 };
  const lost = new JournaledRegistry({ folder, journal, models: { get: () => undefined, keys: () => [] }, clock });
  await expect(lost.start()).rejects.toMatchObject({
    code: 'hub.storage',
    message: expect.stringMatching(
      /registry\.db holds nothing, but the journal begins with record \d+: .* last backup/,
    ),
  });
  await lost.stop();
  await journal.stop();
  // with the file back it is as it was
  for (const end of ['', '-wal', '-shm']) rmSync(`${snapshot}${end}`, { force: true });
  cpSync(beside, snapshot);
  const mended = await testRegistry(folder);
  expect(organisations(mended)).toEqual(['city', 'county']);
  await mended.stop();
});

it('reads changes again whose numbers a journal that lost its end gives a second time, also after a crash', async () => {
  const first = await testRegistry(folder);
  for (let i = 0; i < 5; i++) await organisation(first, `before-${i}`);
  await first.stop();
  rmSync(join(folder, 'journal'), { recursive: true });
  const second = await testRegistry(folder);
  for (let i = 0; i < 8; i++) await organisation(second, `after-${i}`);
  await second.crash();
  const third = await testRegistry(folder);
  expect(organisations(third)).toHaveLength(13);
  await third.stop();
});
