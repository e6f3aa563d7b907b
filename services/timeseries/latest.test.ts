import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
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

let record = 0;
function offer(
  latest: LatestValues,
  ds: number,
  t: number,
  type: number,
  r: number,
  value: Parameters<LatestValues['offer']>[4],
  { q = 0, receivedAt = t, rec = ++record } = {},
): boolean {
  return latest.offer(ds, t, type, r, value, q, receivedAt, rec);
}
function offerNumber(latest: LatestValues, ds: number, t: number, r: number, receivedAt = t): boolean {
  return offer(latest, ds, t, RESULT.number, r, r, { receivedAt });
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
  offer(latest, 1, T, RESULT.number, 1, 1);
  expect(latest.get(1)!.result).toBe(1);
  offer(latest, 1, T + 1, RESULT.boolean, 1, true, { receivedAt: T });
  expect(latest.get(1)).toMatchObject({ result: true, changedAt: T + 1 });
  offer(latest, 1, T + 2, RESULT.text, Number.NaN, '1', { receivedAt: T });
  expect(latest.get(1)).toMatchObject({ result: '1', changedAt: T + 2 });
  offer(latest, 1, T + 3, RESULT.none, Number.NaN, null, { receivedAt: T });
  expect(latest.get(1)).toMatchObject({ result: null, changedAt: T + 3 });
});

test('texts and objects of the same content confirm', () => {
  const latest = new LatestValues();
  for (const t of [T, T + MINUTE]) {
    offer(latest, 1, t, RESULT.text, Number.NaN, 'occupied');
    offer(latest, 2, t, RESULT.object, Number.NaN, { lat: 51, lon: 7 });
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
    offer(latest, ds, T + ds, RESULT.number, ds / 8, ds / 8, { q: QUALITY.implausible });
  offerNumber(latest, 9, T + MINUTE, 9 / 8);
  offer(latest, 4000, T, RESULT.text, Number.NaN, 'Öl');
  offer(latest, 4001, T, RESULT.boolean, 0, false);
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
  offer(latest, 2, T, RESULT.text, Number.NaN, 'x');
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

test('a reading from the future is the newest row and counts for the extent, but is not the latest', () => {
  const latest = new LatestValues();
  offerNumber(latest, 1, T, 1);
  offerNumber(latest, 1, T + 60 * MINUTE, 2, T);
  expect(latest.get(1)).toMatchObject({ t: T, result: 1 });
  expect(latest.newest(1)).toMatchObject({ t: T + 60 * MINUTE, n: 0, id: 0, r: 2, x: null });
  expect(latest.extent(1)).toEqual({ first: T, last: T + 60 * MINUTE });
});

test('what was taken while the clock of the hub was years ahead is not the latest once the clock is right again', () => {
  const latest = new LatestValues();
  offerNumber(latest, 1, T, 1);
  const ahead = T + 5_256_000 * MINUTE;
  expect(offerNumber(latest, 1, ahead, 2, ahead)).toBe(true);
  expect(offerNumber(latest, 1, T + MINUTE, 3, T + MINUTE)).toBe(true);
  expect(latest.get(1)).toMatchObject({ t: T + MINUTE, result: 3, changedAt: T + MINUTE });
  // the row of the wrong clock stands in the store, and is the newest there
  expect(latest.newest(1)).toMatchObject({ t: ahead, r: 2 });
  expect(latest.extent(1)).toEqual({ first: T, last: ahead });
});

test('an old message that is decoded after all takes the place of no later reading', () => {
  const latest = new LatestValues();
  offer(latest, 1, T + 60 * MINUTE, RESULT.number, 2, 2, { rec: 20 });
  expect(offer(latest, 1, T, RESULT.number, 1, 1, { rec: 10 })).toBe(false);
  expect(latest.get(1)).toMatchObject({ t: T + 60 * MINUTE, result: 2 });
});

test('the newest row holds text and objects as the store does', () => {
  const latest = new LatestValues();
  offer(latest, 1, T, RESULT.text, Number.NaN, 'voll', {});
  expect(latest.newest(1)).toMatchObject({ type: RESULT.text, x: '{"v":"voll"}' });
});

test('a Datastream without a row is known to have none, one beyond the limit is not known', () => {
  const latest = new LatestValues({ maxDatastream: 5000 });
  expect([latest.newest(7), latest.extent(7), latest.isFree(7, T)]).toEqual([null, null, true]);
  expect([latest.newest(5001), latest.extent(5001), latest.isFree(5001, T)]).toEqual([undefined, undefined, false]);
});

test('a second record at the newest time is in doubt until the store has it and tells', () => {
  const latest = new LatestValues();
  offer(latest, 1, T, RESULT.number, 1, 1, { rec: 10 });
  offer(latest, 1, T, RESULT.number, 1, 1, { rec: 10 });
  expect(latest.newest(1)).toMatchObject({ t: T, n: 0 });
  offer(latest, 1, T, RESULT.number, 2, 2, { rec: 11 });
  expect(latest.newest(1)).toBeUndefined();
  expect(latest.extent(1)).toEqual({ first: T, last: T });
  expect(latest.doubts(10, 5)).toEqual([]);
  const [doubt] = latest.doubts(11, 5);
  const tie = { t: T, n: 1, id: 5, type: RESULT.number, r: 2, q: 0, x: null, rec: 11 };
  latest.told(doubt!, { newest: tie, reading: tie, extent: { first: T, last: T } });
  expect(latest.newest(1)).toEqual(tie);
  expect(latest.doubts(11, 5)).toEqual([]);
});

test('a reading beyond all times ends a doubt by itself', () => {
  const latest = new LatestValues();
  offerNumber(latest, 1, T, 1);
  offerNumber(latest, 1, T, 2);
  expect(latest.newest(1)).toBeUndefined();
  offerNumber(latest, 1, T + 1, 3);
  expect(latest.newest(1)).toMatchObject({ t: T + 1, r: 3 });
  expect(latest.doubts(Number.POSITIVE_INFINITY, 5)).toEqual([]);
});

test('an answer to an older question is not taken', () => {
  const latest = new LatestValues();
  offer(latest, 1, T, RESULT.number, 1, 1, { rec: 10 });
  offer(latest, 1, T + 1, RESULT.number, 2, 2, { rec: 11 });
  latest.edit({ rec: 12, edits: [{ op: 'remove', ds: 1, t: T + 1, rec: 11 }] }, T);
  const [old] = latest.doubts(99, 5);
  latest.edit({ rec: 13, edits: [{ op: 'remove', ds: 1, t: T, rec: 10 }] }, T);
  const row = { t: T, n: 0, id: 0, type: RESULT.number, r: 1, q: 0, x: null, rec: 10 };
  latest.told(old!, { newest: row, reading: row, extent: { first: T, last: T } });
  expect([latest.newest(1), latest.extent(1), latest.get(1)]).toEqual([undefined, undefined, null]);
  const [doubt] = latest.doubts(99, 5);
  latest.told(doubt!, { newest: null, reading: null, extent: null });
  expect([latest.newest(1), latest.extent(1), latest.get(1)]).toEqual([null, null, null]);
});

test('doubts outlast a start', async () => {
  const latest = new LatestValues();
  offer(latest, 1, T, RESULT.number, 1, 1, { rec: 10 });
  latest.edit({ rec: 12, edits: [{ op: 'remove', ds: 1, t: T, rec: 10 }] }, T);
  await latest.save(file, 12);
  const again = new LatestValues();
  await again.load(file);
  expect(again.doubts(12, 5).map(({ ds }) => ds)).toEqual([1]);
  expect([again.newest(1), again.get(1), again.isFree(1, T)]).toEqual([undefined, null, false]);
});

test('a file of an older version counts as none', async () => {
  const latest = new LatestValues();
  offerNumber(latest, 1, T, 1);
  await latest.save(file, 5);
  const bytes = await readFile(file);
  bytes.writeUInt32LE(1, 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  await writeFile(file, bytes);
  expect(await new LatestValues().load(file)).toBeNull();
});

test('edits that the store refused are forgotten, and what stands is asked for when it has their record', () => {
  const latest = new LatestValues();
  offerNumber(latest, 7, T, 1);
  const row = { ds: 7, t: T + MINUTE, n: 0, id: 0, type: RESULT.number, r: 9, q: 0, x: null };
  const rec = ++record;
  const batch = { rec, edits: [{ op: 'put', row } as const, { op: 'put', row: { ...row, t: T - MINUTE } } as const] };
  latest.edit(batch, T + MINUTE);
  expect(latest.get(7)).toMatchObject({ t: T + MINUTE, result: 9 });
  latest.refusedEdits(batch);
  expect([latest.get(7), latest.newest(7), latest.extent(7)]).toEqual([null, undefined, undefined]);
  // the overlay shows them until then
  expect(latest.doubts(rec - 1, 10)).toEqual([]);
  const [doubt] = latest.doubts(rec, 10);
  const stands = { t: T, n: 0, id: 0, type: RESULT.number, r: 1, q: 0, x: null, rec: rec - 1 };
  latest.told(doubt!, { newest: stands, reading: stands, extent: { first: T, last: T } });
  expect(latest.get(7)).toMatchObject({ t: T, result: 1 });
  expect(latest.newest(7)).toMatchObject({ t: T, r: 1 });
  expect(latest.extent(7)).toEqual({ first: T, last: T });
});
