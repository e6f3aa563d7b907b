import { describe, expect, it } from 'vitest';
import { Incidents } from '../incidents.ts';
import { DAY, HOUR, localTime, MINUTE } from '../local-time.ts';
import { type Bin, binFill, createWeather, demand, lastEmptied, type ParkingPlaceUse, waterLevel } from './index.ts';

/** Monday 2026-06-15, midnight in Germany. */
const MONDAY = Date.UTC(2026, 5, 14, 22);
const none = new Incidents();
const at = (weekday: number, hour: number) => MONDAY + weekday * DAY + hour * HOUR;
const place = (use: ParkingPlaceUse['use']): ParkingPlaceUse => ({ use, town: 'ulm', marketOrder: null });
const weather = (town: 'solingen' | 'ulm', incidents = none) =>
  createWeather({ seed: 3, town, latitude: 50, height: 250, incidents });

describe('parking', () => {
  it.each([
    ['garage', 1, 7, 0.15],
    ['garage', 1, 11.5, 0.7],
    ['garage', 1, 20, 0.2],
    ['garage', 5, 13.5, 0.99],
    ['parkAndRide', 1, 8.25, 0.98],
    ['parkAndRide', 6, 8.25, 0.1],
  ] as const)('%s on weekday %i at %f h wants %f', (use, weekday, hour, share) => {
    expect(demand(place(use), 'standard', at(weekday, hour), none)).toBeCloseTo(share, 1);
  });

  it('on the market the garages fill in order', () => {
    const incidents = new Incidents();
    incidents.begin('christmasMarket', at(4, 15));
    const fullAt = [1, 2, 3, 8].map((marketOrder) => {
      for (let m = 0; m < 600; m++) {
        const share = demand(
          { use: 'garage', town: 'ulm', marketOrder },
          'disabled',
          at(4, 15) + m * MINUTE,
          incidents,
        );
        if (share > 0.98) return m;
      }
      return Number.NaN;
    });
    expect(fullAt).toEqual([...fullAt].sort((a, b) => a - b));
    expect(fullAt[0]).toBeLessThan(30);
    expect(fullAt[3]).toBeLessThan(180);
  });
});

describe('bins', () => {
  const bin = (perDay: number, everyNthTour: number): Bin => ({ perDay, everyNthTour, tourHour: 8, seed: 12_345 });

  it('are emptied on Tuesdays and Fridays only, at the hour of the tour', () => {
    let visited = 0;
    for (const nth of [1, 4, 8]) {
      for (let t = MONDAY; t < MONDAY + 60 * DAY; t += 5 * HOUR) {
        const emptied = localTime(lastEmptied(bin(30, nth), t));
        expect([1, 4]).toContain(emptied.weekday);
        expect(emptied.hour).toBeCloseTo(8, 6);
        expect(lastEmptied(bin(30, nth), t)).toBeLessThanOrEqual(t);
        visited++;
      }
    }
    expect(visited).toBeGreaterThan(800);
  });

  it('fill by their rate per day, to the brim and no further', () => {
    const street = bin(40, 1);
    const friday = lastEmptied(street, at(6, 12));
    expect(localTime(friday).weekday).toBe(4);
    expect(binFill(street, friday + MINUTE, 0)).toBeLessThan(6);
    expect(binFill(street, at(6, 12), 0) - binFill(street, at(5, 12), 0)).toBeCloseTo(40, 0);
    expect(binFill(street, at(8, 6), 0)).toBe(100);
    const glass = bin(3, 8);
    const emptied = lastEmptied(glass, MONDAY);
    expect(binFill(glass, emptied + 27 * DAY, 0)).toBeGreaterThan(75);
    expect(binFill(glass, emptied + 27 * DAY, 0)).toBeLessThan(92);
  });

  it('never jump down but at an emptying', () => {
    const street = bin(40, 1);
    for (let t = MONDAY; t < MONDAY + 14 * DAY; t += 10 * MINUTE) {
      if (lastEmptied(street, t) !== lastEmptied(street, t - 10 * MINUTE)) continue;
      expect(binFill(street, t, 0)).toBeGreaterThanOrEqual(binFill(street, t - 10 * MINUTE, 0) - 1e-9);
    }
  });
});

describe('weather', () => {
  it('keeps squares 2–4 K warmer than meadows at night, and about the same by day', () => {
    const town = weather('ulm');
    for (let day = 0; day < 30; day++) {
      const difference = (hour: number) => town.temperature(at(day, hour), 1) - town.temperature(at(day, hour), 0);
      expect(difference(23)).toBeGreaterThanOrEqual(2);
      expect(difference(23)).toBeLessThanOrEqual(4);
      expect(difference(13)).toBeLessThan(0.5);
    }
  });

  it('is what the climate of the country allows over a year', () => {
    const town = weather('solingen');
    const strange: string[] = [];
    let sum = 0;
    let n = 0;
    for (let t = MONDAY; t < MONDAY + 365 * DAY; t += 3 * HOUR, n++) {
      const temperature = town.temperature(t, 0);
      const wrong = temperature < -16 || temperature > 38 || town.humidity(t, 0.5) >= 100 || town.wind(t) <= 0;
      if (wrong || !(town.sun(t) >= 0 && town.sun(t) < 1200)) strange.push(new Date(t).toISOString());
      sum += temperature;
    }
    expect(n).toBe(2920);
    expect(strange).toEqual([]);
    expect(sum / n).toBeGreaterThan(8);
    expect(sum / n).toBeLessThan(12.5);
    const year = yearOfRain(town);
    expect(year).toBeGreaterThan(500);
    expect(year).toBeLessThan(1500);
    expect(town.sun(at(0, 1))).toBe(0);
  });
});

describe('a cloudburst', () => {
  const incidents = new Incidents();
  const start = at(2, 12.5);
  incidents.begin('heavyRain', start);
  const wet = weather('solingen', incidents);

  it('rains 42 mm/h on Solingen and not on Ulm', () => {
    const peak = (town: 'solingen' | 'ulm') =>
      Math.max(...Array.from({ length: 60 }, (_, m) => weather(town, incidents).rain(start + m * MINUTE)));
    expect(peak('solingen')).toBeGreaterThanOrEqual(42);
    expect(peak('solingen')).toBeLessThan(48);
    expect(peak('ulm')).toBeLessThan(6);
  });

  it('brings a brook 40–60 minutes behind the rain and the Wupper three to four hours', () => {
    const crest = (lag: number, shape: number) => {
      const water = { base: 0, wander: 0, lag, shape, gain: 1 };
      let best = 0;
      for (let m = 0; m < 480; m += 5) {
        const level = (minute: number) => waterLevel(water, wet, start + minute * MINUTE, 1);
        if (level(m) > level(best)) best = m;
      }
      // the middle of the rain is half an hour after its start
      return best - 30;
    };
    expect(crest(50, 5)).toBeGreaterThanOrEqual(40);
    expect(crest(50, 5)).toBeLessThanOrEqual(60);
    expect(crest(215, 9)).toBeGreaterThanOrEqual(180);
    expect(crest(215, 9)).toBeLessThanOrEqual(240);
  });
});

function yearOfRain(town: { rainSum(from: number, to: number): number }): number {
  let sum = 0;
  for (let t = MONDAY; t < MONDAY + 365 * DAY; t += 4 * HOUR) sum += town.rainSum(t, t + 4 * HOUR);
  return sum;
}
