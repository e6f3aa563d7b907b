import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileJournal, type JournalEvents, type JournalRecord, journalOptions, RECORD } from './index.ts';

const PROCESS = fileURLToPath(new URL('./scrub-process.ts', import.meta.url));
const GONE = { kind: RECORD.gone, body: new Uint8Array() };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-scrub-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function open(options: Record<string, number> = {}, events: JournalEvents = {}): Promise<FileJournal> {
  const journal = new FileJournal({
    folder,
    options: journalOptions.parse({ segmentBytes: 65_536, ...options }),
    events,
  });
  await journal.start();
  return journal;
}

function put(journal: FileJournal, text: string, at = 1000, kind: number = RECORD.message): Promise<number> {
  return new Promise((resolve, reject) => {
    journal.append(kind, Buffer.from(text), at, (error, number) => (error === null ? resolve(number) : reject(error)));
  });
}

/** Not to be compressed away: segments have their size. */
const content = (i: number) => Array.from({ length: 60 }, (_, k) => ((i + 1) * (k + 7) * 7919).toString(36)).join(':');

async function filled(records = 1500, options: Record<string, number> = {}): Promise<FileJournal> {
  const journal = await open(options);
  for (let i = 0; i < records; i += 50)
    await Promise.all(Array.from({ length: 50 }, (_, k) => put(journal, content(i + k + 1), 5000 + i + k)));
  return journal;
}

async function all(journal: FileJournal, from = 1): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const group of journal.read(from)) records.push(...group);
  return records;
}

const text = (record: JournalRecord | null) => Buffer.from(record?.body ?? '').toString();
const segments = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.segment'))
    .sort();
const even = ({ number }: { number: number }) => (number % 2 === 0 ? GONE : ('keep' as const));

async function scrubAll(journal: FileJournal, due = even) {
  const closed = await journal.closedSegments();
  expect(closed.length).toBeGreaterThan(0);
  const reports = [];
  for (const { first } of closed) reports.push(await journal.scrub(first, due));
  return { closed, reports };
}

function isScrubbed(records: readonly JournalRecord[], closedEnd: number): void {
  records.forEach((record, i) => {
    expect(record.number).toBe(i + 1);
    const gone = record.number % 2 === 0 && record.number < closedEnd;
    expect([record.number, record.kind, text(record)]).toEqual([
      i + 1,
      gone ? RECORD.gone : RECORD.message,
      gone ? '' : content(i + 1),
    ]);
    expect(record.at).toBe(5000 + i);
  });
}

describe('scrubbing the journal', () => {
  it('takes content away; numbers, times, kinds and the content of the others stay, also after a restart', async () => {
    const journal = await filled();
    const before = segments().map((name) => statSync(join(folder, name)).size);
    const { closed, reports } = await scrubAll(journal);
    const end = closed.at(-1)!.end;
    expect(reports.reduce((sum, report) => sum + report!.records, 0)).toBe(Math.floor((end - 1) / 2));
    const records = await all(journal);
    expect(records).toHaveLength(1500);
    isScrubbed(records, end);
    segments().forEach((name, i) => {
      const { size } = statSync(join(folder, name));
      if (i < closed.length) {
        expect(size).toBeLessThan(0.7 * before[i]!);
        expect(before[i]! - size).toBe(reports[i]!.fileBytes);
      } else expect(size).toBe(before[i]);
    });
    await journal.stop();
    const again = await open();
    isScrubbed(await all(again), end);
    expect(await put(again, 'after')).toBe(1501);
    await again.stop();
  });

  it('leaves nothing of the content on disk or in the memory of single records', async () => {
    const journal = await filled(600, { compressionLevel: 0 });
    for (const number of [2, 4, 3]) expect(text(await journal.get(number))).toBe(content(number));
    await scrubAll(journal);
    expect(await journal.get(2)).toMatchObject({ number: 2, kind: RECORD.gone, body: { length: 0 } });
    expect(text(await journal.get(3))).toBe(content(3));
    const bytes = Buffer.concat(segments().map((name) => readFileSync(join(folder, name))));
    expect(bytes.includes(content(3))).toBe(true);
    for (const number of [2, 4, 100]) expect(bytes.includes(content(number))).toBe(false);
    await journal.stop();
  });

  it('single records are found before, between and after, in whatever order', async () => {
    const journal = await filled();
    const ask = async (scrubbed: number) => {
      const numbers = Array.from({ length: 300 }, (_, i) => 1 + ((i * 457) % 1500));
      const found = await Promise.all(numbers.map((number) => journal.get(number)));
      found.forEach((record, i) => {
        const number = numbers[i]!;
        expect(record?.number).toBe(number);
        if (number % 2 === 1 || number >= scrubbed) expect(text(record)).toBe(content(number));
      });
    };
    await ask(1);
    const { closed } = await scrubAll(journal, (record) => (record.number % 4 === 0 ? GONE : 'keep'));
    await ask(Number.POSITIVE_INFINITY);
    const asking = Promise.all(Array.from({ length: 3 }, () => ask(Number.POSITIVE_INFINITY))).catch(
      (error: unknown) => error,
    );
    for (const { first } of closed) await journal.scrub(first, even);
    expect(await asking).not.toBeInstanceOf(Error);
    await ask(Number.POSITIVE_INFINITY);
    await journal.stop();
  });

  it('a reader under way meets every number once, without damage', async () => {
    const damage: string[] = [];
    const journal = await filled();
    await journal.stop();
    const reading = await open({}, { damage: (file) => damage.push(file) });
    const readers = [1, 200, 700].map(async (from) => {
      let next = from;
      for await (const records of reading.read(from)) {
        for (const { number } of records) expect(number).toBe(next++);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return next;
    });
    await scrubAll(reading);
    expect(await Promise.all(readers)).toEqual([1501, 1501, 1501]);
    expect(damage).toEqual([]);
    await reading.stop();
  });

  it('appends go on beside it', async () => {
    const journal = await filled(600);
    const scrubbing = scrubAll(journal);
    for (let i = 601; i <= 700; i++) expect(await put(journal, content(i), 4999 + i)).toBe(i);
    const { closed } = await scrubbing;
    isScrubbed(await all(journal), closed.at(-1)!.end);
    await journal.stop();
  });

  it('a record can become smaller instead of empty, and nothing due changes nothing', async () => {
    const journal = await open();
    await put(journal, '{"edits":[1,2,3]}', 1, RECORD.change);
    expect(await journal.endSegment(2)).toBe(1);
    const smaller = { kind: RECORD.change, body: Buffer.from('{}') };
    expect(await journal.scrub(1, () => smaller)).toMatchObject({ records: 1, contentBytes: 15 });
    expect(await all(journal)).toMatchObject([{ number: 1, kind: RECORD.change, at: 1 }, { kind: RECORD.gone }]);
    const { mtimeMs, ino } = statSync(join(folder, segments()[0]!));
    expect(await journal.scrub(1, () => 'keep')).toMatchObject({ records: 0, fileBytes: 0 });
    expect(statSync(join(folder, segments()[0]!))).toMatchObject({ mtimeMs, ino });
    await journal.stop();
  });

  it('the open segment is closed on demand, and by age, but not again while nothing came', async () => {
    const journal = await open({ segmentHours: 1 });
    expect(await journal.endSegment(0)).toBe(0);
    await put(journal, 'a', 1000);
    await journal.endOldSegment(3_600_999);
    expect(await journal.closedSegments()).toEqual([]);
    await journal.endOldSegment(3_601_000);
    expect(await journal.closedSegments()).toMatchObject([{ first: 1, end: 2 }]);
    for (const hours of [2, 3]) await journal.endOldSegment(hours * 3_600_000 + 1000);
    expect(segments()).toHaveLength(2);
    await put(journal, 'b');
    expect(await journal.endSegment(9e9)).toBe(3);
    expect((await journal.closedSegments()).map(({ first }) => first)).toEqual([1, 2]);
    await journal.stop();
  });

  it('a segment keeps its age', async () => {
    const journal = await filled(600);
    const file = join(folder, segments()[0]!);
    utimesSync(file, 1_000_000, 1_000_000);
    await scrubAll(journal);
    expect(statSync(file).mtimeMs).toBe(1e9);
    await journal.stop();
  });

  it('while somebody copies the journal nothing of it is rewritten', async () => {
    const journal = await filled(600);
    const release = journal.hold();
    expect(await journal.scrub(1, even)).toBeNull();
    release();
    expect(await journal.scrub(1, even)).not.toBeNull();
    expect(await journal.scrub(77_777, even)).toBeNull();
    await journal.stop();
  });

  it('bytes that nobody can read stay as they are, or go where they may hold what is due', async () => {
    const first = await filled(600, { compressionLevel: 0 });
    await first.stop();
    const file = join(folder, segments()[0]!);
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(file, bytes);
    const journal = await open({ compressionLevel: 0 });
    const before = (await all(journal)).map(({ number }) => number);
    expect(before.length).toBeLessThan(600);
    expect(await journal.scrub(1, even)).toMatchObject({ damagedBytes: 0 });
    expect((await all(journal)).map(({ number }) => number)).toEqual(before);
    const report = await journal.scrub(1, even, true);
    expect(report!.damagedBytes).toBeGreaterThan(1000);
    expect((await all(journal)).map(({ number }) => number)).toEqual(before);
    await journal.stop();
  });

  it('kill -9 in the middle leaves the old file or the new one', async () => {
    const journal = await filled();
    await journal.stop();
    let done = 0;
    for (let kill = 0; kill < 5; kill++) {
      const lines = await scrubAndKill(kill * 11, 3 + kill * 2);
      done += lines.length;
      const next = await open();
      expect(readdirSync(folder).filter((name) => !name.endsWith('.segment'))).toEqual([]);
      const records = await all(next);
      expect(records.map(({ number }) => number)).toEqual(Array.from({ length: 1500 }, (_, i) => i + 1));
      for (const record of records) {
        if (record.kind === RECORD.gone) expect(record.body.length).toBe(0);
        else expect(text(record)).toBe(content(record.number));
      }
      const closed = await next.closedSegments();
      for (const line of lines) {
        const [k, first] = line.split(' ').map(Number) as [number, number];
        const { end } = closed.find((one) => one.first === first)!;
        for (const { number, kind } of records)
          if (number >= first && number < end && number % 97 === k) expect(kind).toBe(RECORD.gone);
      }
      await next.stop();
    }
    expect(done).toBeGreaterThan(15);
  }, 60_000);
});

/** Returns what it said it had done. */
async function scrubAndKill(start: number, after: number): Promise<string[]> {
  const flags = process.execArgv.filter((flag) => flag.startsWith('--wasm-'));
  const child = spawn(process.execPath, [...flags, PROCESS, folder, String(start)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let killed = false;
  child.stdout.setEncoding('utf8').on('data', (said: string) => {
    output += said;
    if (!killed && output.split('\n').length > after) killed = child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.once('close', resolve));
  return output.split('\n').slice(0, -1);
}
