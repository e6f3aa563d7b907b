import { describe, expect, test } from 'vitest';
import { AgeClock, type AgeNote } from './age-clock.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const T = Date.UTC(2026, 10, 1);

/** Time passes for both unless the clock of the machine is set. */
function machine(known: AgeNote | null = null, newest: number | null = null) {
  let wall = T;
  let elapsed = 5000;
  const said: string[] = [];
  const make = (noted: AgeNote | null, last: number | null) => {
    const ages = new AgeClock({
      clock: { now: () => wall },
      elapsed: () => elapsed,
      doubtHours: 24,
      events: {
        doubted: (_ahead, jumped) => said.push(jumped ? 'jumped' : 'ahead at the start'),
        believed: () => said.push('believed'),
        wentBack: () => said.push('went back'),
      },
    });
    ages.open(noted, last);
    return ages;
  };
  let ages = make(known, newest);
  return {
    said,
    now: () => ages.now() - T,
    pass: (ms: number, step = 10 * 60_000) => {
      for (let left = ms; left > 0; left -= step) {
        wall += Math.min(step, left);
        elapsed += Math.min(step, left);
        ages.now();
      }
    },
    set: (by: number) => {
      wall += by;
    },
    /** The hub is away for so long; what it had noted is what it begins with. */
    restart: (away: number) => {
      const { note } = ages;
      wall += away;
      elapsed = 7;
      ages = make(JSON.parse(JSON.stringify(note)), wall);
    },
    doubt: () => ages.doubt,
  };
}

describe('the time that ages are counted from', () => {
  test('is that of the machine while nobody sets it', () => {
    const { now, pass, said, doubt } = machine();
    pass(3 * DAY);
    expect([now(), doubt(), said]).toEqual([3 * DAY, null, []]);
  });

  test('does not follow a clock that is ten years ahead for half a minute', () => {
    const { now, pass, set, said, doubt } = machine();
    set(10 * YEAR);
    pass(30_000, 1000);
    expect(now()).toBe(30_000);
    expect(doubt()).toEqual({ least: 10 * YEAR, lasted: 29_000, jumped: true });
    set(-10 * YEAR);
    pass(1000);
    expect([now(), doubt(), said]).toEqual([31_000, null, ['jumped']]);
  });

  test('nor over a restart meanwhile, although the newest records have that time', () => {
    const { now, pass, set, restart } = machine();
    set(10 * YEAR);
    pass(60_000);
    restart(0);
    pass(60_000);
    expect(now()).toBe(120_000);
  });

  test('follows when that has lasted for a day, by the least that it was ahead', () => {
    const { now, pass, set, said } = machine();
    set(5 * DAY);
    pass(DAY / 2);
    set(YEAR);
    pass(DAY / 2 + HOUR);
    expect(now()).toBe(6 * DAY + HOUR);
    pass(DAY);
    expect(now()).toBe(7 * DAY + HOUR + YEAR);
    expect(said).toEqual(['jumped', 'believed', 'believed']);
  });

  test('a clock that is ahead now and then is never believed', () => {
    const { now, pass, set } = machine();
    for (let i = 0; i < 100; i++) {
      set(YEAR);
      pass(HOUR);
      set(-YEAR);
      pass(60_000);
    }
    expect(now()).toBe(100 * (HOUR + 60_000));
  });

  test('follows at once where the clock goes back', () => {
    const { now, pass, set, said } = machine();
    set(-DAY);
    pass(HOUR);
    expect([now(), said]).toEqual([HOUR - DAY, ['went back']]);
  });

  test('a hub that was away counts from where it was, for a day of its running, also in parts', () => {
    const { now, pass, restart, said } = machine();
    restart(10 * DAY);
    pass(12 * HOUR);
    expect(now()).toBe(12 * HOUR);
    restart(HOUR);
    pass(12 * HOUR + 60_000);
    expect(now()).toBe(10 * DAY + DAY + 60_000);
    expect(said).toEqual(['ahead at the start', 'believed']);
  });

  test('without a note it begins at the newest record, or where there is none at the clock', () => {
    expect(machine(null, T - 3 * DAY).now()).toBe(-3 * DAY);
    expect(machine(null, null).now()).toBe(0);
    const unopened = new AgeClock({ clock: { now: () => T }, elapsed: () => 0, doubtHours: 24 });
    expect(unopened.now()).toBe(0);
  });
});
