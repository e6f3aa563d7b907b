/** How much history to send: what was asked for, within the limit of events. */
import type { City, Role } from './city/index.ts';

/** Events per hour of one device: regular ones (they can be spread), and changes (they can't). Measured over a day. */
const PER_HOUR: Readonly<Record<Role['kind'], readonly [number, number]>> = {
  bay: [0, 1.6],
  gauge: [4, 0.04],
  drain: [2, 0.1],
  station: [6, 0.04],
  thermometer: [3.6, 0.04],
  bin: [0.75, 0.04],
  air: [4, 0.04],
  noise: [6, 0.04],
};

/** Expected events per hour of history. */
export function eventsPerHour(city: City, spacing: number): number {
  let sum = 0;
  for (const { role } of city.devices) {
    const [regular, changes] = PER_HOUR[role.kind];
    sum += regular / spacing + changes;
  }
  return sum;
}

/** Hours of history that fit. */
export function hoursOfHistory(city: City, asked: number, spacing: number, events: number): number {
  return Math.min(asked, events / eventsPerHour(city, spacing));
}
