import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { QUALITY, RESULT } from '../model/index.ts';
import { LatestValues } from './latest.ts';

const T = Date.UTC(2026, 5, 1);
const MINUTE = 60_000;
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latest-'));
  file = join(folder, 'latest.bin');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function offerNumber(latest: LatestValues, ds: number, t: number, r: number, receivedAt = t): boolean {
  return latest.offer(ds, t, RESULT.number, r, r, 0, receivedAt);
}

test('a Datastream without a reading has no latest value', () => {
  const latest = new LatestValues();
  expect(latest.get(1)).toBeNull();
  expect(latest.get(5_000_000)).toBeNull();
  expect(latest.size).toBe(0);
});

test('the reading with the greatest time is the latest, whatever the order of arrival', () => {
  const latest = new LatestValues();
  expect(offerNumber(latest, 7, T, 1)).toBe(true);
  expect(offerNumber(latest, 7, T + MINUTE, 2)).toBe(true);
  expect(offerNumber(latest, 7, T + 1, 3, T + 5 * MINUTE)).toBe(false);
  expect(latest.get(7)).toMatchObject({ t: T + MINUTE, result: 2 });
});

test('a second reading of the same instant is the latest, as the store says too', () => {
  const latest = new LatestValues();
  offerNumber(latest, 7, T, 1);
  expect(offerNumber(latest, 7, T, 2)).toBe(true);
  expect(latest.get(7)!.result).toBe(2);
});

test('a clock that runs five minutes ahead is accepted, one a millisecond more is not', () => {
  const latest = new LatestValues();
  expect(offerNumber(latest, 1, T + 5 * MINUTE + 1, 1, T)).toBe(false);
  expect(latest.get(1)).toBeNull();
  expect(offerNumber(latest, 1, T + 5 * MINUTE, 1, T)).toBe(true);
});

test('a heartbeat confirms the value, a new value changes it', () => {
  const latest = new LatestValues();
  offerNumber(latest, 1, T, 20.5);
  offerNumber(latest, 1, T + MINUTE, 20.5);
  expect(latest.get(1)).toMatchObject({ t: T + MINUTE, changedAt: T, confirmedAt: T + MINUTE });
  offerNumber(latest, 1, T + 2 * MINUTE, 20.6);
  expect(latest.get(1)).toMatchObject({ changedAt: T + 2 * MINUTE, confirmedAt: T + 2 * MINUTE });
});

test('the number 1, true and "1" are three values', () => {
  const latest = new LatestValues();
  latest.offer(1, T, RESULT.number, 1, 1, 0, T);
  expect(latest.get(1)!.result).toBe(1);
  latest.offer(1, T + 1, RESULT.boolean, 1, true, 0, T);
  expect(latest.get(1)).toMatchObject({ result: true, changedAt: T + 1 });
  latest.offer(1, T + 2, RESULT.text, Number.NaN, '1', 0, T);
  expect(latest.get(1)).toMatchObject({ result: '1', changedAt: T + 2 });
  latest.offer(1, T + 3, RESULT.none, Number.NaN, null, 0, T);
  expect(latest.get(1)).toMatchObject({ result: null, changedAt: T + 3 });
});

test('texts and objects of the same content confirm', () => {
  const latest = new LatestValues();
  for (const t of [T, T + MINUTE]) {
    latest.offer(1, t, RESULT.text, Number.NaN, 'occupied', 0, t);
    latest.offer(2, t, RESULT.object, Number.NaN, { lat: 51, lon: 7 }, 0, t);
  }
  for (const ds of [1, 2])
    expect(latest.get(ds)).toMatchObject({ t: T + MINUTE, changedAt: T, confirmedAt: T + MINUTE });
  expect(latest.get(2)!.result).toEqual({ lat: 51, lon: 7 });
});

test('Datastreams beyond the limit are counted, not held', () => {
  const latest = new LatestValues({ maxDatastream: 5000 });
  expect(offerNumber(latest, 5000, T, 1)).toBe(true);
  expect(offerNumber(latest, 1_000_000, T, 1)).toBe(false);
  expect(latest.refused).toBe(1);
  expect(latest.size).toBe(1);
});

test('what was saved is there again after a start, with its journal position', async () => {
  const latest = new LatestValues();
  for (let ds = 1; ds <= 3000; ds++)
    latest.offer(ds, T + ds, RESULT.number, ds / 8, ds / 8, QUALITY.implausible, T + ds);
  offerNumber(latest, 9, T + MINUTE, 9 / 8);
  latest.offer(4000, T, RESULT.text, Number.NaN, 'Öl', 0, T);
  latest.offer(4001, T, RESULT.boolean, 0, false, 0, T);
  await latest.save(file, 123_456_789_012);
  const again = new LatestValues();
  expect(await again.load(file)).toBe(123_456_789_012);
  expect(again.size).toBe(3002);
  for (let ds = 0; ds <= 4002; ds++) expect(again.get(ds)).toEqual(latest.get(ds));
  expect(await readdir(folder)).toEqual(['latest.bin']);
});

test('saving shows the moment of the call, also when readings come meanwhile', async () => {
  const latest = new LatestValues();
  offerNumber(latest, 1, T, 1);
  const saving = latest.save(file, 1);
  offerNumber(latest, 1, T + 1, 2);
  await saving;
  const again = new LatestValues();
  await again.load(file);
  expect(again.get(1)!.result).toBe(1);
});

test('a missing file, every cut and every flipped bit of one are noticed, and leave the values alone', async () => {
  const latest = new LatestValues();
  offerNumber(latest, 1, T, 1);
  latest.offer(2, T, RESULT.text, Number.NaN, 'x', 0, T);
  expect(await latest.load(file)).toBeNull();
  await latest.save(file, 5);
  const good = await readFile(file);
  let visited = 0;
  for (let at = 0; at < good.length; at++, visited += 2) {
    const bad = Buffer.from(good);
    bad[at]! ^= 1 << (at % 8);
    for (const bytes of [bad, good.subarray(0, at)]) {
      await writeFile(file, bytes);
      expect(await latest.load(file)).toBeNull();
    }
  }
  expect(visited).toBe(2 * good.length);
  expect(latest.get(1)!.result).toBe(1);
});
