/**
 * Seven faults that real networks have, planted so that a hub has something to find. Each names the device that it sits on.
 */
import { HOUR, localTime, MINUTE } from './local-time.ts';
import { hashText, unit } from './random.ts';

/** The only gateway in the valley of the reservoir. */
export const RESERVOIR_GATEWAY = '5a50070000000107';
/** The only one that hears the gauge on the Iller. */
export const WIBLINGEN_GATEWAY = '5a50070000000205';

export interface Fault {
  readonly id: string;
  readonly title: string;
  /** Keys of the Things that show it; empty: the whole network does. */
  readonly things: readonly string[];
  readonly gateway?: string;
}

/** Its sensor is stuck: heartbeats come, the bay never changes. */
export const FROZEN_BAY = 'solingen/parking/rathaus/5';
/** A spider has made its web in front of the ultrasonic sensor: single readings far too near, so a level far too high. */
export const SPIDER = 'ulm/water/blau/1';
/** Hangs on a south wall without a radiation shield. */
export const IN_THE_SUN = 'ulm/climate/karlsplatz/2';
/** Mixed up when they were mounted. */
export const SWAPPED = ['solingen/climate/neumarkt/1', 'solingen/climate/suedpark/1'] as const;
/** Heard by one gateway only, whose clock is six minutes ahead. */
export const CLOCK_AHEAD = {
  thing: 'solingen/water/sengbachtalsperre/1',
  gateway: RESERVOIR_GATEWAY,
  by: 6 * MINUTE,
} as const;
/** Out from 14:20 for 40 minutes a day, and with it the gauge that nobody else hears. */
export const OUTAGE = {
  thing: 'ulm/water/iller-wiblingen/1',
  gateway: WIBLINGEN_GATEWAY,
  fromHour: 14 + 20 / 60,
  minutes: 40,
} as const;
/** Uplinks that no gateway heard, and network events that come twice. */
export const LOSS = { lost: 0.02, duplicated: 0.003 } as const;

export const FAULTS: readonly Fault[] = [
  { id: 'frozenBay', title: 'Eingefrorener Stellplatz', things: [FROZEN_BAY] },
  { id: 'spiderWeb', title: 'Spinnennetz vor dem Pegelsensor', things: [SPIDER] },
  { id: 'stationInTheSun', title: 'Messstation in der Sonne', things: [IN_THE_SUN] },
  { id: 'swappedDevices', title: 'Zwei vertauschte Geräte', things: SWAPPED },
  { id: 'clockAhead', title: 'Uhr geht sechs Minuten vor', things: [CLOCK_AHEAD.thing], gateway: CLOCK_AHEAD.gateway },
  { id: 'gatewayOutage', title: 'Gateway täglich 40 Minuten aus', things: [OUTAGE.thing], gateway: OUTAGE.gateway },
  { id: 'lossAndDuplicates', title: '2 % Verlust, 0,3 % doppelt', things: [] },
];

/** Is this gateway out at this city time? */
export function gatewayOut(gateway: string, at: number): boolean {
  if (gateway !== OUTAGE.gateway) return false;
  const { hour } = localTime(at);
  return hour >= OUTAGE.fromHour && hour < OUTAGE.fromHour + OUTAGE.minutes / 60;
}

/** How much too warm the sunlit thermometer is, °C: up to 9 at full sun. */
export function sunError(sun: number): number {
  return (9 * sun) / 900;
}

/** Distance that the spider's web gives instead of the water, millimetres; null: the sensor sees the water. */
export function spiderEcho(at: number, seed: number): number | null {
  const own = hashText(SPIDER, seed);
  const slot = Math.floor(at / (15 * MINUTE));
  return unit(own, slot) < (15 * MINUTE) / (7 * HOUR) ? 310 + 60 * unit(own, slot, 1) : null;
}
