import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileJournal, type JournalRecord, journalOptions } from './index.ts';
import { Places, RecentGroups } from './places.ts';

const record = (number: number): JournalRecord => ({ number, kind: 1, at: 0, body: new Uint8Array(1) });

describe('the places of records', () => {
  test('lead to at most one spacing before a record, whoever walked there first', () => {
    const places = new Places();
    expect(places.before('a', 5)).toBe(0);
    // groups of 10 records in 1000 bytes; a second walk over the same ground changes nothing
    for (let walk = 0; walk < 2; walk++) for (let i = 0; i < 1000; i++) places.note('a', 1 + i * 10, i * 1000);
    let visited = 0;
    for (let number = 1; number <= 10_000; number += 7) {
      const own = Math.floor((number - 1) / 10) * 1000;
      const before = places.before('a', number);
      expect(before).toBeLessThanOrEqual(own);
      expect(own - before).toBeLessThanOrEqual(66_000);
      visited++;
    }
    expect(visited).toBeGreaterThan(1000);
    expect(places.before('b', 5000)).toBe(0);
    places.forget('a');
    expect(places.before('a', 5000)).toBe(0);
  });
});

describe('the groups read last', () => {
  test('give their records, and the one unused for longest goes first', () => {
    const recent = new RecentGroups(100);
    recent.put([record(1), record(2)], 40);
    recent.put([record(3)], 40);
    expect(recent.get(2)?.number).toBe(2);
    recent.put([record(4)], 40);
    expect(recent.get(3)).toBeNull();
    expect(recent.get(1)?.number).toBe(1);
    expect(recent.get(4)?.number).toBe(4);
    recent.put([record(5)], 101);
    expect(recent.get(5)).toBeNull();
  });
});

describe('a single record', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is found in whatever order records are asked for, over several segments, also after a restart [limit journal.lookupBytes]', async () => {
    const options = journalOptions.parse({ segmentBytes: 65_536, compressionLevel: 0, lookupBytes: 20_000 });
    const first = new FileJournal({ folder, options });
    await first.start();
    const body = (i: number) => Buffer.from(`${i} ${'x'.repeat(500)}`);
    for (let group = 0; group < 100; group++) {
      await Promise.all(
        Array.from(
          { length: 5 },
          (_, i) =>
            new Promise<void>((resolve, reject) =>
              first.append(1, body(group * 5 + i + 1), 7, (error) => (error === null ? resolve() : reject(error))),
            ),
        ),
      );
    }
    const check = async (journal: FileJournal) => {
      let found = 0;
      for (let i = 0; i < 500; i++) {
        const number = ((i * 211) % 500) + 1;
        const got = await journal.get(number);
        expect(got?.number).toBe(number);
        expect(Buffer.from(got?.body ?? []).equals(body(number))).toBe(true);
        found++;
      }
      expect(found).toBe(500);
      expect(await journal.get(0)).toBeNull();
      expect(await journal.get(501)).toBeNull();
    };
    await check(first);
    await first.stop();
    const second = new FileJournal({ folder, options });
    await second.start();
    await check(second);
    await second.stop();
  });
});
