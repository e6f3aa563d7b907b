import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileJournal, type JournalEvents, type JournalRecord, journalOptions } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function open(options: Record<string, number> = {}, events: JournalEvents = {}): Promise<FileJournal> {
  const journal = new FileJournal({ folder, options: journalOptions.parse(options), events });
  await journal.start();
  return journal;
}

function put(journal: FileJournal, text: string, at = 1000): Promise<number> {
  return new Promise((resolve, reject) => {
    journal.append(1, Buffer.from(text), at, (error, number) => (error === null ? resolve(number) : reject(error)));
  });
}

async function all(journal: FileJournal, from = 1): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const group of journal.read(from)) records.push(...group);
  return records;
}

const text = (record: JournalRecord) => Buffer.from(record.body).toString();
const segments = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.segment'))
    .sort();

describe('the journal', () => {
  it('gives back what it took, in order, with numbers from 1 without gaps, also after a restart', async () => {
    const first = await open();
    const numbers = await Promise.all(
      Array.from({ length: 500 }, (_, i) => put(first, `message ${i} ${'x'.repeat(i)}`, i)),
    );
    expect(numbers).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
    await first.stop();
    const second = await open();
    expect(second.last).toBe(500);
    expect(await put(second, 'after')).toBe(501);
    const records = await all(second);
    expect(records.map((record) => record.number)).toEqual(Array.from({ length: 501 }, (_, i) => i + 1));
    expect(text(records[499] as JournalRecord)).toBe(`message 499 ${'x'.repeat(499)}`);
    expect(records[499]?.at).toBe(499);
    expect(text(records[500] as JournalRecord)).toBe('after');
    await second.stop();
  });

  it('calls the commit listeners before the acknowledgements, and both in order', async () => {
    const journal = await open();
    const seen: string[] = [];
    journal.onCommit((records) => seen.push(...records.map((record) => `commit ${record.number}`)));
    await Promise.all([1, 2, 3].map((n) => put(journal, String(n)).then((number) => seen.push(`done ${number}`))));
    expect(seen).toEqual(['commit 1', 'commit 2', 'commit 3', 'done 1', 'done 2', 'done 3']);
    await journal.stop();
  });

  it('goes on with a new segment when one is full, and reads over the border from any number', async () => {
    const journal = await open({ segmentBytes: 65_536, compressionLevel: 0 });
    for (let i = 0; i < 40; i++) await put(journal, `${i} ${'y'.repeat(8000)}`);
    expect(segments().length).toBeGreaterThan(3);
    for (const from of [1, 7, 9, 40]) {
      const records = await all(journal, from);
      expect(records.map((record) => record.number)).toEqual(Array.from({ length: 41 - from }, (_, i) => from + i));
    }
    expect(text((await journal.get(23)) as JournalRecord)).toMatch(/^22 y/);
    expect(await journal.get(41)).toBeNull();
    await journal.stop();
  });

  it('cuts a torn tail of any length and keeps every whole group before it', async () => {
    const journal = await open({ compressionLevel: 0 });
    const sizes: number[] = [];
    const file = join(folder, segmentsAfter(await put(journal, 'one'), sizes));
    await put(journal, 'two');
    sizes.push(statSync(file).size);
    await put(journal, 'three');
    sizes.push(statSync(file).size);
    await journal.stop();
    const whole = readFileSync(file);
    let visited = 0;
    for (let size = sizes[1] as number; size < (sizes[2] as number); size++) {
      writeFileSync(file, whole.subarray(0, size));
      const torn: number[] = [];
      const again = await open({}, { tornTail: (_, bytes) => torn.push(bytes) });
      expect((await all(again)).map(text)).toEqual(['one', 'two']);
      expect(torn).toEqual(size === sizes[1] ? [] : [size - (sizes[1] as number)]);
      expect(await put(again, 'three again')).toBe(3);
      await again.stop();
      visited += 1;
    }
    expect(visited).toBe((sizes[2] as number) - (sizes[1] as number));
  });

  it('finds any flipped bit in the middle, loses only that group, and says so', async () => {
    const journal = await open({ compressionLevel: 0 });
    for (const word of ['one', 'two', 'three']) await put(journal, word);
    await journal.stop();
    const file = join(folder, segments()[0] as string);
    const whole = readFileSync(file);
    const size = whole.length / 3; // "three" is longer, so this lies inside the second group
    const secondStart = 32 + 13 + 3;
    const secondEnd = secondStart * 2;
    expect(size).toBeGreaterThan(secondStart);
    let visited = 0;
    for (let at = secondStart; at < secondEnd; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] as number) ^ (1 << (at % 8));
      writeFileSync(file, damaged);
      const damage: number[] = [];
      const again = await open({}, { damage: (_, offset) => damage.push(offset) });
      expect((await all(again)).map(text)).toEqual(['one', 'three']);
      expect(damage).toContain(secondStart);
      expect(again.last).toBe(3);
      await again.stop();
      visited += 1;
    }
    expect(visited).toBe(48);
  });

  it('reads the later segment where an interrupted write left the same numbers in two', async () => {
    const journal = await open({ compressionLevel: 0 });
    for (const word of ['one', 'two']) await put(journal, word);
    await journal.stop();
    const file = join(folder, segments()[0] as string);
    copyFileSync(file, join(folder, '0000000000000002.segment'));
    const whole = readFileSync(file);
    writeFileSync(join(folder, '0000000000000002.segment'), whole.subarray(48));
    const again = await open();
    expect((await all(again)).map((record) => record.number)).toEqual([1, 2]);
    await again.stop();
  });

  it('refuses a record beyond the limit and takes the next one [limit journal.maxRecordBytes]', async () => {
    const journal = await open({ maxRecordBytes: 2048 });
    await expect(put(journal, 'x'.repeat(3000))).rejects.toMatchObject({ code: 'request.tooLarge' });
    expect(await put(journal, 'small')).toBe(1);
    await journal.stop();
  });

  it('writes what waits before it stops', async () => {
    const journal = await open();
    const waiting = Promise.all(Array.from({ length: 100 }, (_, i) => put(journal, `${i}`)));
    await journal.stop();
    expect(await waiting).toHaveLength(100);
    const again = await open();
    expect(again.last).toBe(100);
    await again.stop();
  });

  it('deletes old segments only up to what is still needed [limit journal.keepBytes]', async () => {
    const journal = await open({ segmentBytes: 65_536, compressionLevel: 0, keepBytes: 0 });
    for (let i = 0; i < 40; i++) await put(journal, 'z'.repeat(8000));
    const before = segments().length;
    await journal.prune(20, Date.now());
    expect(segments().length).toBeLessThan(before);
    expect(journal.first).toBeLessThanOrEqual(20);
    expect(await journal.get(20)).not.toBeNull();
    expect((await all(journal))[0]?.number).toBe(journal.first);
    await journal.stop();
  });

  it('deletes old segments when their time is over, if nobody needs them [limit journal.keepDays]', async () => {
    const journal = await open({ segmentBytes: 65_536, compressionLevel: 0, keepDays: 2 });
    for (let i = 0; i < 40; i++) await put(journal, 'z'.repeat(8000));
    const before = segments().length;
    await journal.prune(40, Date.now() + 1.9 * 86_400_000);
    expect(segments().length).toBe(before);
    await journal.prune(40, Date.now() + 2.1 * 86_400_000);
    expect(segments().length).toBe(1);
    await journal.stop();
  });

  it('starts on a last segment of nothing but zeros, as a lost write leaves it', async () => {
    const journal = await open();
    await put(journal, 'one');
    await journal.stop();
    const file = join(folder, segments()[0] as string);
    const size = statSync(file).size;
    truncateSync(file, size + 4096);
    const again = await open();
    expect((await all(again)).map(text)).toEqual(['one']);
    expect(statSync(file).size).toBe(size);
    await again.stop();
  });
});

function segmentsAfter(_number: number, sizes: number[]): string {
  const name = segments()[0] as string;
  sizes.push(statSync(join(folder, name)).size);
  return name;
}
