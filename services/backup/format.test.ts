import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkFormat, FORMAT_FILE, FORMATS, hubIdentity, UPGRADES, writeFormat } from './format.ts';
import { INCOMPLETE } from './restore.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'format-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const format = (parts: object, hub = '0.0.9') =>
  writeFileSync(join(folder, FORMAT_FILE), JSON.stringify({ hub, parts }));

test('a new folder has nothing to be upgraded, and afterwards says what it is', async () => {
  expect(checkFormat(folder)).toEqual([]);
  await writeFormat(folder);
  expect(JSON.parse(readFileSync(join(folder, FORMAT_FILE), 'utf8')).parts).toEqual(FORMATS);
  expect(checkFormat(folder)).toEqual([]);
});

test('a folder is that of one hub for all time, also when the file that says so is lost', async () => {
  format(FORMATS);
  expect(hubIdentity(folder)).toBeNull();
  await writeFormat(folder);
  const identity = hubIdentity(folder);
  expect(identity).toMatch(/^[0-9a-f-]{36}$/);
  await writeFormat(folder);
  expect(hubIdentity(folder)).toBe(identity);
  rmSync(join(folder, FORMAT_FILE));
  writeFileSync(
    join(folder, 'orders.jsonl'),
    `{"kind":"lift","id":"a"}\n{"kind":"lift","id":"b","hub":"${identity}"}\n`,
  );
  await writeFormat(folder);
  expect(hubIdentity(folder)).toBe(identity);
  rmSync(join(folder, 'orders.jsonl'));
  rmSync(join(folder, FORMAT_FILE));
  await writeFormat(folder);
  expect(hubIdentity(folder)).not.toBe(identity);
});

test('from every version that there ever was a way leads to the present one', () => {
  for (const [part, version] of Object.entries(FORMATS)) {
    for (let from = 1; from <= version; from++) {
      format({ ...FORMATS, [part]: from });
      const steps = checkFormat(folder);
      expect(steps.map((step) => [step.part, step.from])).toEqual(
        Array.from({ length: version - from }, (_, k) => [part, from + k]),
      );
    }
  }
  for (const { part, from, to } of UPGRADES) expect([FORMATS[part] >= to, to - from]).toEqual([true, 1]);
});

test('a folder of a hub that knew no such file tells its versions by what is in it', () => {
  mkdirSync(join(folder, 'timeseries'));
  const meta = new DatabaseSync(join(folder, 'timeseries', 'meta.db'));
  meta.exec('PRAGMA user_version = 1; CREATE TABLE x(a)');
  meta.close();
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x50474c56, 0);
  head.writeUInt32LE(1, 4);
  writeFileSync(join(folder, 'latest.bin'), head);
  const steps = checkFormat(folder);
  expect(steps.map(({ part, from }) => `${part} ${from}`)).toEqual(['timeseries 1', 'latest 1']);
  expect(steps[0]!.back).toContain('restore a backup');
  writeFileSync(join(folder, 'latest.bin'), 'damaged, which counts as none');
  expect(checkFormat(folder).map(({ part }) => part)).toEqual(['timeseries']);
});

test.each([
  ['a newer part', { ...FORMATS, journal: 77 }, /newer hub \(0\.0\.9\): its journal has format 77/],
  ['a part that it does not know', { ...FORMATS, holograms: 1 }, /holograms has format 1.*knows no such part/],
])('%s is refused, with what to do', (_, parts, said) => {
  format(parts);
  expect(() => checkFormat(folder)).toThrow(said);
  expect(() => checkFormat(folder)).toThrow('Start the newer hub, or restore a backup');
});

test('a damaged file and an unfinished restore are refused, with what to do', () => {
  writeFileSync(join(folder, FORMAT_FILE), '{"hub":"1","parts":{"journal":0}}');
  expect(() => checkFormat(folder)).toThrow(/is damaged\. Put the one of the last backup in its place/);
  rmSync(join(folder, FORMAT_FILE));
  writeFileSync(join(folder, INCOMPLETE), '');
  expect(() => checkFormat(folder)).toThrow(/Empty it and restore the backup again/);
});
