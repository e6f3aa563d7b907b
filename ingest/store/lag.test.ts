import { expect, it } from 'vitest';
import { Ages } from './ages.ts';
import { Pace } from './pace.ts';

it('knows about how old the oldest record is that waits, with little memory however many wait', () => {
  const ages = new Ages();
  for (let record = 1; record <= 1_000_000; record++) ages.note(record, record * 10);
  for (const stored of [0, 1, 500, 250_000, 999_000]) {
    const behind = ages.behind(stored) as number;
    expect(behind).toBeGreaterThan(stored * 10);
    expect(behind - stored * 10).toBeLessThan(1_000_000 * 10 * 0.005);
  }
  expect(ages.behind(1_000_000)).toBeNull();
});

it('takes records that are read again between those that it knows', () => {
  const ages = new Ages();
  ages.note(100, 1000);
  ages.note(5, 50);
  ages.note(40, 400);
  expect(ages.behind(0)).toBe(50);
  expect(ages.behind(5)).toBe(400);
  expect(ages.behind(40)).toBe(1000);
});

it('measures a pace over the last seconds, and anew when the count falls', () => {
  const pace = new Pace();
  for (let second = 0; second <= 20; second++) pace.note(second * 1000, second < 10 ? 0 : (second - 10) * 500);
  expect(pace.perSecond(20_000, 5000)).toBeCloseTo(500);
  pace.note(21_000, 0);
  pace.note(22_000, 100);
  expect(pace.perSecond(23_000, 200)).toBeCloseTo(100);
  expect(pace.perSecond(60_000, 200)).toBeLessThan(10);
});
