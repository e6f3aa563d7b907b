import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeadLetter, Ledger } from './index.ts';

let folder: string;
const open: Ledger[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'));
});
afterEach(() => {
  for (const ledger of open.splice(0)) ledger.stop();
  rmSync(folder, { recursive: true, force: true });
});

function start(maxDeadLetters = 1000, evicted?: (count: number) => void): Ledger {
  const ledger = new Ledger({ folder, maxDeadLetters, ...(evicted === undefined ? {} : { evicted }) });
  ledger.start();
  open.push(ledger);
  return ledger;
}

const letter = (
  record: number,
  device: string | null = 'a',
  code: DeadLetter['code'] = 'device.unknown',
): DeadLetter => ({
  record,
  at: record,
  source: 'chirpstack',
  device,
  code,
  detail: `letter ${record}`,
});

const recordsOf = (ledger: Ledger, device: string) =>
  ledger.deadLetters({ device }, 100, 'up').letters.map(({ record }) => record);

describe('the ledger', () => {
  it('remembers checkpoints and dead letters over a restart', () => {
    const first = start();
    first.setCheckpoint('store', 42);
    first.addDeadLetter(letter(7));
    first.addDeadLetter(letter(9, null, 'envelope.json'));
    first.stop();
    open.length = 0;
    const second = start();
    expect(second.checkpoint('store')).toBe(42);
    expect(second.checkpoint('other')).toBe(0);
    expect(second.deadLetters({}, 10).letters).toEqual([letter(9, null, 'envelope.json'), letter(7)]);
    expect(second.deadLetterCounts()).toEqual({ 'device.unknown': 1, 'envelope.json': 1 });
  });

  it('keeps one letter per record, filters by code and device, and forgets what was decoded', () => {
    const ledger = start();
    for (const record of [1, 2, 3, 2]) ledger.addDeadLetter(letter(record, record === 3 ? 'b' : 'a'));
    expect(recordsOf(ledger, 'a')).toEqual([1, 2]);
    expect(ledger.lettersOf('a')).toBe(2);
    expect(ledger.waitingDevices('device.unknown')).toEqual(['a', 'b']);
    expect(recordsOf(ledger, 'b')).toEqual([3]);
    expect(ledger.deadLetters({ code: 'envelope.json' }, 5)).toEqual({ letters: [], next: null });
    expect(ledger.forget([1, 2, 99])).toBe(2);
    expect(ledger.deadLetterCounts()).toEqual({ 'device.unknown': 1 });
  });

  it('what was dismissed stays away when it is said again, also after a restart; its number may be given to another message', () => {
    const first = start(3);
    for (let record = 1; record <= 3; record++) first.addDeadLetter(letter(record));
    expect(first.dismiss([2, 3, 99])).toBe(2);
    const isDismissed = (record: number) => first.isDismissed(record, 'device.unknown');
    expect([1, 2, 3, 99].map(isDismissed)).toEqual([false, true, true, false]);
    // for another reason it is news, and so it is when it was understood in between
    first.addDeadLetter(letter(3, 'b', 'decode.port'));
    expect(recordsOf(first, 'b')).toEqual([3]);
    first.undismiss([2]);
    first.addDeadLetter(letter(2, 'b'));
    expect(recordsOf(first, 'b')).toEqual([2, 3]);
    for (const record of [2, 3]) first.addDeadLetter(letter(record, 'b'));
    expect(first.dismiss([2, 3])).toBe(2);
    for (const record of [2, 3, 4]) first.addDeadLetter(letter(record));
    expect(recordsOf(first, 'a')).toEqual([1, 4]);
    first.stop();
    open.length = 0;
    const second = start(3);
    for (const record of [2, 3]) second.addDeadLetter(letter(record));
    expect(recordsOf(second, 'a')).toEqual([1, 4]);
    // the journal lost its end
    second.lowerCheckpoints('store', 2);
    for (const record of [2, 3]) second.addDeadLetter(letter(record));
    expect(recordsOf(second, 'a')).toEqual([1, 3, 4]);
    // as many are remembered as are kept
    for (let record = 5; record <= 8; record++) {
      second.addDeadLetter(letter(record));
      expect(second.dismiss([record])).toBe(1);
    }
    for (let record = 2; record <= 8; record++) second.addDeadLetter(letter(record, 'b'));
    expect([...recordsOf(second, 'a'), ...recordsOf(second, 'b')].filter((record) => record > 5)).toEqual([]);
    expect(recordsOf(second, 'b')).toContain(5);
  });

  it('gives pages in both directions, with a next one until all were looked at', () => {
    const ledger = start();
    for (let record = 1; record <= 7; record++) ledger.addDeadLetter(letter(record, record % 2 === 0 ? 'even' : 'odd'));
    const first = ledger.deadLetters({ device: 'odd' }, 3);
    expect([first.letters.map(({ record }) => record), first.next]).toEqual([[7, 5, 3], 3]);
    const second = ledger.deadLetters({ device: 'odd' }, 3, 'down', first.next);
    expect([second.letters.map(({ record }) => record), second.next]).toEqual([[1], null]);
    const between = ledger.deadLetters({ from: 3, to: 5, source: 'chirpstack' }, 10, 'up');
    expect(between.letters.map(({ record }) => record)).toEqual([3, 4]);
    expect(ledger.deadLetters({ source: 'other' }, 10)).toEqual({ letters: [], next: null });
  });

  it('counts by code and by device, whatever comes, changes, goes or is pushed out', () => {
    const ledger = start(20);
    for (let record = 1; record <= 20; record++)
      ledger.addDeadLetter(letter(record, record % 4 === 0 ? null : `d${record % 4}`));
    ledger.flush();
    ledger.addDeadLetter(letter(1, 'd1', 'decode.port'));
    ledger.addDeadLetter(letter(2, 'd1', 'decode.port'));
    ledger.forget([3]);
    ledger.addDeadLetter(letter(21, 'd2'));
    ledger.addDeadLetter(letter(22, 'd2'));
    ledger.flush();
    // 1 was pushed out
    expect(ledger.deadLetterCounts()).toEqual({ 'decode.port': 1, 'device.unknown': 19 });
    expect(ledger.deadLetterDevices(2)).toEqual([
      { device: 'd2', count: 6 },
      { device: 'd1', count: 5 },
    ]);
    expect(ledger.lettersOf('d3')).toBe(4);
    expect(ledger.lettersOf('nobody')).toBe(0);
  });

  it('counts what a file of an earlier version holds', () => {
    const old = new DatabaseSync(join(folder, 'ledger.db'));
    old.exec(`CREATE TABLE dead (record INTEGER PRIMARY KEY, at INTEGER NOT NULL, source TEXT NOT NULL, device TEXT,
      code TEXT NOT NULL, detail TEXT NOT NULL);
      INSERT INTO dead VALUES (4, 4, 's', 'a', 'decode.port', ''), (5, 5, 's', NULL, 'envelope.json', '')`);
    old.close();
    const ledger = start();
    expect(ledger.deadLetterCounts()).toEqual({ 'decode.port': 1, 'envelope.json': 1 });
    expect(ledger.deadLetterDevices(5)).toEqual([{ device: 'a', count: 1 }]);
  });

  it('looks at a bounded number of letters at a time: a page may be empty and have a next one', () => {
    const ledger = start(5000);
    for (let record = 1; record <= 2500; record++) ledger.addDeadLetter(letter(record, record === 1 ? 'rare' : 'a'));
    let pages = 0;
    let next: number | null = null;
    const found: number[] = [];
    do {
      const page = ledger.deadLetters({ code: 'device.unknown', from: 0, to: 2 }, 10, 'down', next);
      found.push(...page.letters.map(({ record }) => record));
      next = page.next;
      pages += 1;
    } while (next !== null);
    expect([found, pages]).toEqual([[1], 6]);
  });

  it('pushes out the oldest beyond the limit and says how many [limit journal.maxDeadLetters]', () => {
    const evicted: number[] = [];
    const ledger = start(10, (count) => evicted.push(count));
    for (let record = 1; record <= 25; record++) ledger.addDeadLetter(letter(record));
    ledger.flush();
    expect(evicted).toEqual([15]);
    expect(recordsOf(ledger, 'a')[0]).toBe(16);
    expect(ledger.deadLetterCounts()).toEqual({ 'device.unknown': 10 });
  });

  it('keeps a second hub out of the data folder', () => {
    start();
    expect(() => start()).toThrow(/in use by another hub/);
  });

  it('keeps notes by topic and number, together with the checkpoints', () => {
    const first = start();
    first.note('hours', 7, '[1,2]');
    first.note('hours', 3, '[5]');
    first.note('others', 7, 'x');
    first.setCheckpoint('store', 42);
    first.flush();
    first.note('hours', 7, null);
    first.note('hours', 3, '[6]');
    first.stop();
    open.length = 0;
    const second = start();
    expect(second.notesOf('hours')).toEqual([[3, '[6]']]);
    expect(second.notesOf('others')).toEqual([[7, 'x']]);
    expect(second.notesOf('none')).toEqual([]);
    expect(second.checkpoint('store')).toBe(42);
  });

  it('says which file is damaged', () => {
    writeFileSync(
      join(folder, 'ledger.db'),
      'this is no database at all, but longer than a header would be'.repeat(20),
    );
    expect(() => start()).toThrow(/ledger\.db/);
  });
});
