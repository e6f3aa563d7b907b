import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RESULT } from '../model/index.ts';
import { LatestValues } from './latest.ts';

/** Three readings of Datastream 1, at 10, 20 and 30. */
function known(): LatestValues {
  const latest = new LatestValues();
  for (const t of [10, 20, 30]) latest.offer(1, t, RESULT.text, Number.NaN, `seen at ${t}`, 0, t, t);
  return latest;
}
const tell = (latest: LatestValues, row: { t: number } | null) => {
  const [doubt] = latest.doubts(100, 10);
  const full = row === null ? null : { ...row, n: 0, id: 0, type: RESULT.number, r: 5, q: 0, x: null, rec: row.t };
  latest.told(doubt!, { newest: full, reading: full, extent: row === null ? null : { first: row.t, last: row.t } });
};

describe('latest values when old rows go', () => {
  test('the value goes with its row, and is none when nothing is left', () => {
    const latest = known();
    latest.expired(1, null, 31);
    expect([latest.get(1), latest.newest(1), latest.extent(1)]).toEqual([null, undefined, undefined]);
    tell(latest, null);
    expect([latest.get(1), latest.newest(1), latest.extent(1)]).toEqual([null, null, null]);
    expect(latest.isFree(1, 20)).toBe(true);
  });

  test('a value that stays is there all the time; only where the extent begins is asked', () => {
    const latest = known();
    latest.expired(1, null, 30);
    expect(latest.get(1)).toMatchObject({ t: 30, result: 'seen at 30' });
    expect(latest.newest(1)).toMatchObject({ t: 30 });
    expect(latest.extent(1)).toBeUndefined();
    tell(latest, { t: 30 });
    expect(latest.extent(1)).toEqual({ first: 30, last: 30 });
  });

  test('rows in the middle change nothing that is known, and other Datastreams are not asked', () => {
    const latest = known();
    latest.expired(1, 11, 30);
    latest.expired(2, null, 100);
    latest.expired(99_999_999, null, 100);
    expect(latest.doubts(100, 10)).toEqual([]);
    expect(latest.extent(1)).toEqual({ first: 10, last: 30 });
  });

  test('the newest one goes alone: the one before is asked for', () => {
    const latest = known();
    latest.expired(1, 25, 40);
    expect(latest.get(1)).toBeNull();
    tell(latest, { t: 20 });
    expect(latest.get(1)).toMatchObject({ t: 20, result: 5 });
  });

  test('what comes before the answer is the latest with it', () => {
    const latest = known();
    latest.expired(1, null, 31);
    latest.offer(1, 50, RESULT.number, 7, 7, 0, 50, 50);
    tell(latest, null);
    expect(latest.get(1)).toMatchObject({ t: 50, result: 7 });
    expect(latest.extent(1)).toEqual({ first: 50, last: 50 });
  });

  test('the file has forgotten it, too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'latest-'));
    try {
      const latest = known();
      const file = join(folder, 'latest.bin');
      await latest.save(file, 1);
      expect(readFileSync(file).includes('seen at')).toBe(true);
      latest.expired(1, null, 31);
      await latest.save(file, 1);
      expect(readFileSync(file).includes('seen at')).toBe(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
