/** How full parking is by the hour, and how long cars stay. */
import type { Incidents } from '../incidents.ts';
import { localTime } from '../local-time.ts';

/** Way of use of a place. */
export type ParkingUse = 'garage' | 'parkAndRide' | 'street';

/** Corner points [hour, share], straight lines between them. */
type Curve = readonly (readonly [number, number])[];

const GARAGE: Curve = [
  [0, 0.08],
  [5, 0.06],
  [7, 0.15],
  [9, 0.45],
  [11.5, 0.7],
  [14, 0.72],
  [16.5, 0.66],
  [18.5, 0.38],
  [20, 0.2],
  [24, 0.08],
];
const GARAGE_SATURDAY: Curve = [
  [0, 0.1],
  [7, 0.12],
  [9.5, 0.5],
  [12.25, 0.99],
  [15, 0.99],
  [17, 0.7],
  [20, 0.35],
  [24, 0.12],
];
const GARAGE_SUNDAY: Curve = [
  [0, 0.1],
  [9, 0.08],
  [12, 0.28],
  [16, 0.34],
  [20, 0.18],
  [24, 0.08],
];
const PARK_AND_RIDE: Curve = [
  [0, 0.05],
  [5.5, 0.08],
  [7, 0.55],
  [8.25, 0.98],
  [15, 0.97],
  [17.5, 0.45],
  [19.5, 0.12],
  [24, 0.05],
];
const PARK_AND_RIDE_WEEKEND: Curve = [
  [0, 0.05],
  [10, 0.15],
  [14, 0.3],
  [18, 0.18],
  [24, 0.05],
];
const STREET: Curve = [
  [0, 0.72],
  [6, 0.75],
  [8, 0.62],
  [10, 0.82],
  [13, 0.86],
  [17, 0.88],
  [20, 0.78],
  [24, 0.72],
];

function along(curve: Curve, x: number): number {
  for (let i = 1; i < curve.length; i++) {
    const [x1, y1] = curve[i]!;
    if (x > x1) continue;
    const [x0, y0] = curve[i - 1]!;
    return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
  }
  return curve.at(-1)![1];
}

export interface ParkingPlaceUse {
  readonly use: ParkingUse;
  readonly town: 'solingen' | 'ulm';
  /** Which garage people try first during the market: 1 next to the square, …; null: not affected. */
  readonly marketOrder: number | null;
}

/** Share of the bays of one kind at a place that people want at this time, 0 … 1. */
export function demand(place: ParkingPlaceUse, kind: BayKind, at: number, incidents: Incidents): number {
  const { hour, weekday } = localTime(at);
  const plain = along(curveFor(place.use, weekday), hour) ** (1 / KIND_SHARE[kind]);
  if (place.marketOrder === null) return plain;
  const minutes = incidents.minutesSince('christmasMarket', at);
  if (minutes === null || minutes > 9 * 60) return plain;
  // each garage fills within 25 minutes, the next one starts when the one before is nearly full; people leave after 21:30
  const filled = Math.min(1, Math.max(0, (minutes - 20 * (place.marketOrder - 1)) / 25));
  const leaving = Math.min(1, Math.max(0, (9 * 60 - minutes) / 90));
  return plain + (0.995 - plain) * filled * leaving;
}

function curveFor(use: ParkingUse, weekday: number): Curve {
  if (use === 'street') return STREET;
  if (use === 'parkAndRide') return weekday < 5 ? PARK_AND_RIDE : PARK_AND_RIDE_WEEKEND;
  if (weekday === 5) return GARAGE_SATURDAY;
  return weekday === 6 ? GARAGE_SUNDAY : GARAGE;
}

/** Kind of a bay, as a citizen asks for it. */
export type BayKind = 'standard' | 'disabled' | 'charging';

/** How sought-after the special bays are beside the others while there is room; in a full garage they are taken as well. */
const KIND_SHARE: Readonly<Record<BayKind, number>> = { standard: 1, disabled: 0.6, charging: 0.8 };

/** Minutes that a car stays on average. */
export function meanStay(use: ParkingUse, kind: BayKind, hour: number): number {
  if (kind === 'charging') return 100;
  if (kind === 'disabled') return 70;
  if (use === 'parkAndRide') return 540;
  if (use === 'garage') return 95;
  return hour >= 19 || hour < 6 ? 400 : 45;
}

/** Share of cars at a charger that stay although they are full. */
export const OVERSTAY_SHARE = 0.2;
/** How much longer those stay. */
export const OVERSTAY_FACTOR = 2.5;
