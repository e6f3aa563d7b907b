import { describe, expect, test } from 'vitest';
import { catalogue, devicesOf, YEAR_STREAM } from './api-catalogue.ts';
import { beginOf, isSilent, planOf, RARE, rowsOf, silentOnes, silentSince, YEAR_ROWS } from './api-rows.ts';

describe('the Observations of the bench', () => {
  const plan = planOf(1000, 150_000, Date.UTC(2026, 5, 1, 12, 7));

  test('are as many as planned, each at an instant of its own, in the year before now, the silent ones in time', () => {
    const found = { rare: 0 };
    const seen = new Set<string>();
    let rows = 0;
    let ofTheYear = 0;
    let rare = 0;
    for (const batch of rowsOf(plan, 40_000, found)) {
      for (let i = 0; i < batch.length; i++) {
        const [ds, t] = [batch.ds[i] as number, batch.t[i] as number];
        seen.add(`${ds} ${t}`);
        if (t < beginOf(plan) || t >= plan.end || (isSilent(ds) && t >= silentSince(plan)))
          throw new Error(`${ds} at ${t}`);
        if (ds === YEAR_STREAM) ofTheYear++;
        const r = batch.r[i] as number;
        if (r > RARE.above && r < RARE.below) rare++;
      }
      rows += batch.length;
    }
    expect([rows, seen.size, ofTheYear, found.rare]).toEqual([plan.observations, plan.observations, YEAR_ROWS, rare]);
    expect(rare).toBeGreaterThan(0);
    expect(silentOnes(plan)).toBe(10);
  });

  test('belong to Datastreams that devices feed, but for the one with the long series', () => {
    const fed = new Set<number>();
    let streams = 0;
    for (const [set, entity] of catalogue(1000, beginOf(plan))) {
      if (set === 'Datastreams') streams++;
      if (set === 'Devices') for (const id of Object.values(entity.datastreams)) fed.add(id);
    }
    expect([streams, fed.size, fed.has(YEAR_STREAM)]).toEqual([1000, devicesOf(1000) * 3, false]);
  });
});
