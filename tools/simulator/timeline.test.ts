import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from './local-time.ts';
import { Timeline } from './timeline.ts';

const START = Date.UTC(2026, 10, 21, 8);

describe('the two clocks', () => {
  it('are one before the start; afterwards the city runs ahead', () => {
    const line = new Timeline(START, 20);
    expect(line.cityAt(START - HOUR)).toBe(START - HOUR);
    expect(line.eventAt(START - HOUR)).toBe(START - HOUR);
    expect(line.cityAt(START + MINUTE)).toBe(START + 20 * MINUTE);
    expect(line.eventAt(START + 20 * MINUTE)).toBe(START + MINUTE);
  });

  it('jump forward for an incident and go on from there, never back', () => {
    const line = new Timeline(START, 20);
    line.change(START + MINUTE, 60, START + 5 * HOUR);
    expect(line.cityAt(START + 2 * MINUTE)).toBe(START + 6 * HOUR);
    // what would have happened in between happens at the jump
    expect(line.eventAt(START + 3 * HOUR)).toBe(START + MINUTE);
    line.change(START + 2 * MINUTE, 20, START);
    expect(line.cityAt(START + 2 * MINUTE)).toBe(START + 6 * HOUR);
    expect(line.cityAt(START + 3 * MINUTE)).toBe(START + 6 * HOUR + 20 * MINUTE);
    expect(line.speed).toBe(20);
  });

  it('agree with each other at every moment', () => {
    const line = new Timeline(START, 7);
    line.change(START + 10_000, 60, START + HOUR);
    line.change(START + 20_000, 7);
    let last = 0;
    let visited = 0;
    for (let event = START - 5000; event < START + 30_000; event += 137) {
      const city = line.cityAt(event);
      expect(city).toBeGreaterThanOrEqual(last);
      expect(Math.abs(line.eventAt(city) - event)).toBeLessThan(0.01);
      last = city;
      visited++;
    }
    expect(visited).toBe(256);
  });
});
