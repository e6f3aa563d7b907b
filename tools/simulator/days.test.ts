import { describe, expect, it } from 'vitest';
import { buildCity } from './city/index.ts';
import { FROZEN_BAY } from './faults.ts';
import type { IncidentName } from './incidents.ts';
import { DAY, HOUR, localTime, MINUTE } from './local-time.ts';
import { type NetworkMessage, World } from './world.ts';

const city = buildCity();

/** Shares of occupied bays of a kind of place at hours of a day, as an operator sees them in the events. */
function shares(seed: number, weekday: number, use: string, hours: readonly number[]): number[] {
  // Monday 2026-06-15, midnight in Germany
  const midnight = Date.UTC(2026, 5, 14, 22) + weekday * DAY;
  const bays = city.devices.filter((d) => d.role.kind === 'bay' && d.role.place.use === use && d.thing !== FROZEN_BAY);
  const occupied = new Map<string, boolean>();
  const found: number[] = [];
  const wanted = hours.map((hour) => midnight + hour * HOUR);
  const world = new World({
    city: { ...city, devices: bays },
    seed,
    speed: 1,
    start: midnight + DAY,
    from: midnight - 2 * HOUR,
  });
  for (const message of world.advance(midnight + DAY)) {
    while (found.length < wanted.length && message.eventTime > wanted[found.length]!) {
      found.push([...occupied.values()].filter(Boolean).length / bays.length);
    }
    if (message.kind === 'up') occupied.set(message.device.thing, message.values!.occupied as boolean);
  }
  return found;
}

/** Mean over three seeds: chance evens out. */
function meanShares(weekday: number, use: string, hours: readonly number[]): number[] {
  const runs = [1, 2, 3].map((seed) => shares(seed, weekday, use, hours));
  return hours.map((_, i) => runs.reduce((sum, run) => sum + run[i]!, 0) / runs.length);
}

function incident(name: IncidentName, minutes: number): { messages: NetworkMessage[]; world: World } {
  const start = Date.UTC(2026, 10, 21, 8, 17);
  const world = new World({ city, seed: 1, speed: 20, start, from: start - HOUR });
  for (const _ of world.advance(start)) {
    // the hour before
  }
  if (!world.startIncident(name, start)) throw new Error('the incident did not start');
  return { messages: [...world.advance(start + minutes * MINUTE)].filter((message) => message.kind === 'up'), world };
}

const hourOf = (message: NetworkMessage) => localTime(message.cityTime).hour;
const near = (messages: readonly NetworkMessage[], thing: string, hour: number) =>
  messages
    .filter((message) => message.device.thing === thing)
    .reduce((a, b) => (Math.abs(hourOf(b) - hour) < Math.abs(hourOf(a) - hour) ? b : a)).values!;

describe('days of the simulated city', () => {
  it('garages are at 15 % at 7 h, 70 % at 11:30 and 20 % at 20 h', () => {
    const [morning, noon, evening] = meanShares(1, 'garage', [7, 11.5, 20]);
    expect(Math.abs(morning! - 0.15)).toBeLessThan(0.07);
    expect(Math.abs(noon! - 0.7)).toBeLessThan(0.08);
    expect(Math.abs(evening! - 0.2)).toBeLessThan(0.07);
  });

  it('on Saturday garages are at 95–100 % from 12:30 to 15 h', () => {
    for (const share of meanShares(5, 'garage', [12.5, 13.5, 15])) expect(share).toBeGreaterThanOrEqual(0.95);
  });

  it('park and ride is full at 8:15', () => {
    const [early, full] = meanShares(2, 'parkAndRide', [5, 8.25]);
    expect(early).toBeLessThan(0.25);
    expect(full).toBeGreaterThanOrEqual(0.93);
  });

  it('cars stay 45 minutes in the street, 70 on disabled bays, 100 at chargers, where a fifth overstays', () => {
    const start = Date.UTC(2026, 5, 14, 22);
    const street = city.devices.filter((d) => d.role.kind === 'bay' && d.role.place.use === 'street');
    const since = new Map<string, number>();
    const stays: Record<string, number[]> = { standard: [], disabled: [], charging: [] };
    const world = new World({
      city: { ...city, devices: street },
      seed: 5,
      speed: 1,
      start: start + 20 * DAY,
      from: start,
    });
    for (const { kind, device, values, cityTime } of world.advance(start + 20 * DAY)) {
      if (kind !== 'up' || device.role.kind !== 'bay') continue;
      const from = since.get(device.thing);
      if (values!.occupied === true) {
        if (from === undefined) since.set(device.thing, cityTime);
        continue;
      }
      since.delete(device.thing);
      if (from === undefined) continue;
      const { hour } = localTime(from);
      if (hour > 8 && hour < 15) stays[device.role.bay]!.push((cityTime - from) / MINUTE);
    }
    const mean = (kind: string) => stays[kind]!.reduce((a, b) => a + b, 0) / stays[kind]!.length;
    expect(stays.standard!.length).toBeGreaterThan(500);
    expect(Math.abs(mean('standard') - 45)).toBeLessThan(8);
    expect(Math.abs(mean('disabled') - 70)).toBeLessThan(16);
    // 0.8 × 100 + 0.2 × 250 minutes
    expect(Math.abs(mean('charging') - 130)).toBeLessThan(30);
  });
});

describe('incidents', () => {
  it('heavy rain: nine drains over 80 %, the Eschbach up 38 cm in half an hour, the Wupper past 2.55 m at 16:10', () => {
    const { messages } = incident('heavyRain', 6);
    const over = new Set<string>();
    for (const { device, values } of messages) {
      if (device.role.kind !== 'drain') continue;
      if (1 - ((values!.distance as number) * 1000) / device.role.depth > 0.8) over.add(device.thing);
    }
    expect(over.size).toBe(9);
    expect([...over].every((thing) => thing.startsWith('solingen/'))).toBe(true);
    const series = (thing: string) => messages.filter((message) => message.device.thing === thing);
    const brook = series('solingen/water/eschbach-kellershammer/1');
    const rise = Math.max(
      ...brook.flatMap((a) =>
        brook
          .filter((b) => b.cityTime > a.cityTime && b.cityTime - a.cityTime <= 32 * MINUTE)
          .map((b) => (b.values!.waterDepth as number) - (a.values!.waterDepth as number)),
      ),
    );
    expect(Math.abs(rise - 0.38)).toBeLessThan(0.06);
    const passed = series('solingen/water/wupper-unterburg/1').find((m) => (m.values!.waterDepth as number) > 2.55)!;
    expect(Math.abs(hourOf(passed) - 16.17)).toBeLessThan(0.3);
  });

  it('a heat day: 37 °C in Ulm, and Münsterplatz 4 K over Friedrichsau at 22 h', () => {
    const { messages } = incident('heatDay', 11);
    const square = 'ulm/climate/muensterplatz/wetter-1';
    const hottest = Math.max(
      ...messages.filter((m) => m.device.thing === square).map((m) => m.values!.airTemperature as number),
    );
    expect(Math.abs(hottest - 37)).toBeLessThan(0.4);
    const meadow = near(messages, 'ulm/climate/friedrichsau/wetter-1', 22).airTemperature as number;
    const difference = (near(messages, square, 22).airTemperature as number) - meadow;
    expect(Math.abs(difference - 4)).toBeLessThan(0.6);
  });

  it('the Christmas market: bins on Münsterplatz fill, and the last disabled bay in the centre is taken', () => {
    const { messages } = incident('christmasMarket', 7);
    const bins = city.devices.filter((d) => d.thing.startsWith('ulm/waste/muensterplatz/papierkorb'));
    for (const bin of bins) expect(near(messages, bin.thing, 20.5).fillLevel as number).toBeGreaterThan(95);
    const disabled = city.devices.filter(
      (d) => d.role.kind === 'bay' && d.role.bay === 'disabled' && d.role.place.marketOrder !== null,
    );
    expect(disabled).toHaveLength(8);
    const state = new Map<string, boolean>();
    let most = 0;
    for (const { device, values } of messages) {
      if (!disabled.includes(device)) continue;
      state.set(device.thing, values!.occupied as boolean);
      most = Math.max(most, [...state.values()].filter(Boolean).length);
    }
    expect(most).toBe(8);
  });

  it('one at a time; it passes at sixty times the speed, and then the city goes on at its own', () => {
    const { world } = incident('heavyRain', 1);
    const start = Date.UTC(2026, 10, 21, 8, 17);
    expect(world.speed).toBe(60);
    expect(world.startIncident('heatDay', start + MINUTE)).toBe(false);
    expect(localTime(world.cityTime(start + 1)).hour).toBeCloseTo(12.5, 3);
    expect(world.cityTime(start + 2 * MINUTE) - world.cityTime(start + MINUTE)).toBe(HOUR);
    const after = [...world.advance(start + 7 * MINUTE)];
    expect(world.speed).toBe(20);
    expect(world.incidentAt(start + 7 * MINUTE)).toBe(null);
    expect(after.at(-1)!.eventTime).toBeGreaterThan(start + 6.9 * MINUTE);
    expect(world.startIncident('heatDay', start + 7 * MINUTE)).toBe(true);
  });
});
