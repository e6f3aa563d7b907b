import { describe, expect, it } from 'vitest';
import { Ages } from './ages.ts';
import { Episode } from './episode.ts';
import { Lag } from './lag.ts';
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

it('measures the pace of a store that takes large pieces rarely', () => {
  const pace = new Pace();
  pace.note(0, 0);
  pace.note(50_000, 60_000);
  expect(pace.perSecond(55_000, 60_000)).toBeCloseTo(60_000 / 55, 0);
});

describe('a store that lags behind', () => {
  const world = () => {
    const now = { at: 1000, last: 0, stored: 0, isCaughtUp: true };
    // biome-ignore lint/suspicious/noExplicitAny: what the link says of itself
    const link = { trouble: null as any, lastError: null };
    const lag = new Lag({
      clock: { now: () => now.at },
      link,
      last: () => now.last,
      stored: () => now.stored,
      isCaughtUp: () => now.isCaughtUp,
      lateMs: 10_000,
    });
    lag.changed();
    return { now, link, lag };
  };

  it('is behind when what it lacks is old, though it never failed', () => {
    const { now, lag } = world();
    now.last = 60_000;
    lag.note(1, 1000);
    now.at = 11_000;
    expect(lag.report()).toMatchObject({ state: 'works', since: 1000, oldestMs: 10_000 });
    now.at = 12_000;
    expect(lag.report()).toMatchObject({ state: 'catching up', since: 12_000, behindRecords: 60_000 });
    now.stored = 60_000;
    now.at = 50_000;
    lag.changed();
    expect(lag.report()).toMatchObject({ state: 'works', since: 50_000, oldestMs: 0 });
  });

  it('catches up since it takes something again, not since it failed', () => {
    const { now, link, lag } = world();
    now.isCaughtUp = false;
    link.trouble = { state: 'waits', since: 2000, error: new Error('away'), code: null, failures: 1 };
    now.at = 2000;
    lag.changed();
    now.at = 90_000;
    expect(lag.report()).toMatchObject({ state: 'waits', since: 2000 });
    link.trouble = null;
    lag.works();
    lag.changed();
    now.at = 95_000;
    expect(lag.report()).toMatchObject({ state: 'catching up', since: 90_000 });
  });

  it('says how many records it has got, also where another store began with nothing', () => {
    let stored = 26_411;
    const told: number[] = [];
    const episode = new Episode({ stored: () => stored, ended: (records) => told.push(records) });
    episode.begin();
    stored = 0;
    episode.begin();
    episode.nearer(26_810);
    stored = 26_810;
    episode.nearer(26_810);
    expect(told).toEqual([26_810]);
  });
});
