import { describe, expect, it } from 'vitest';
import { HOUR, localTime, nextLocalHour } from './local-time.ts';

describe("the town hall's clock", () => {
  it('shows what the time zone database says, over eleven years', () => {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Berlin',
      hour: '2-digit',
      minute: '2-digit',
      weekday: 'short',
      hourCycle: 'h23',
    });
    let visited = 0;
    for (let t = Date.UTC(2020, 0, 1); t < Date.UTC(2031, 0, 1); t += 3.5 * HOUR) {
      const parts = Object.fromEntries(format.formatToParts(t).map((part) => [part.type, part.value]));
      const local = localTime(t);
      expect(local.hour).toBeCloseTo(Number(parts.hour) + Number(parts.minute) / 60, 6);
      expect(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][local.weekday]).toBe(parts.weekday);
      expect(local.year).toBeGreaterThanOrEqual(0);
      expect(local.year).toBeLessThan(1.003);
      visited++;
    }
    expect(visited).toBeGreaterThan(27_000);
  });

  it('finds the next time that it shows an hour', () => {
    const now = Date.UTC(2026, 10, 21, 8, 17);
    for (const hour of [0, 7.5, 9.2, 9.3, 12.5, 23.9]) {
      const next = nextLocalHour(now, hour);
      expect(localTime(next).hour).toBeCloseTo(hour, 6);
      expect(next - now).toBeGreaterThanOrEqual(0);
      expect(next - now).toBeLessThan(24 * HOUR);
    }
  });
});
