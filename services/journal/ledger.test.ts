import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    expect(second.deadLetters({ limit: 10 })).toEqual([letter(9, null, 'envelope.json'), letter(7)]);
    expect(second.deadLetterCounts()).toEqual({ 'device.unknown': 1, 'envelope.json': 1 });
  });

  it('keeps one letter per record, filters by code and device, and forgets what was decoded', () => {
    const ledger = start();
    for (const record of [1, 2, 3, 2]) ledger.addDeadLetter(letter(record, record === 3 ? 'b' : 'a'));
    expect(ledger.recordsOf('a')).toEqual([1, 2]);
    expect(ledger.waitingDevices('device.unknown')).toEqual(['a', 'b']);
    expect(ledger.deadLetters({ device: 'b', limit: 5 }).map((one) => one.record)).toEqual([3]);
    expect(ledger.deadLetters({ code: 'envelope.json', limit: 5 })).toEqual([]);
    ledger.forget([1, 2]);
    expect(ledger.deadLetterCounts()).toEqual({ 'device.unknown': 1 });
  });

  it('pushes out the oldest beyond the limit and says how many', () => {
    const evicted: number[] = [];
    const ledger = start(10, (count) => evicted.push(count));
    for (let record = 1; record <= 25; record++) ledger.addDeadLetter(letter(record));
    ledger.flush();
    expect(evicted).toEqual([15]);
    expect(ledger.recordsOf('a')[0]).toBe(16);
  });

  it('keeps a second hub out of the data folder', () => {
    start();
    expect(() => start()).toThrow(/in use by another hub/);
  });

  it('says which file is damaged', () => {
    writeFileSync(
      join(folder, 'ledger.db'),
      'this is no database at all, but longer than a header would be'.repeat(20),
    );
    expect(() => start()).toThrow(/ledger\.db/);
  });
});
