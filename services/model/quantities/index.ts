/**
 * What can be observed, once for the whole hub: name, unit, plausible range and domain of every quantity. Decoders name
 * quantities by id; SensorThings' ObservedProperty and unitOfMeasurement, labels and plausibility come from here. Start with
 * `quantity.ts` (the shape), then one domain, e.g. `climate.ts`.
 */
import { air } from './air.ts';
import { building } from './building.ts';
import { climate } from './climate.ts';
import { device } from './device.ts';
import { energy } from './energy.ts';
import { noise } from './noise.ts';
import { parking } from './parking.ts';
import { people } from './people.ts';
import type { Quantity } from './quantity.ts';
import { soil } from './soil.ts';
import { waste } from './waste.ts';
import { water } from './water.ts';

export { DOMAINS, type Domain } from './domains.ts';
export type { Quantity, Text, Unit } from './quantity.ts';

/** Every quantity by its id. */
export const QUANTITIES = {
  ...parking,
  ...water,
  ...climate,
  ...waste,
  ...air,
  ...noise,
  ...people,
  ...energy,
  ...soil,
  ...building,
  ...device,
} as const satisfies Record<string, Quantity>;

export type QuantityId = keyof typeof QUANTITIES;

/** The quantity of an id that came from outside; undefined if there is none. Safe against names like `constructor`. */
export function quantityOf(id: string): Quantity | undefined {
  return Object.hasOwn(QUANTITIES, id) ? QUANTITIES[id as QuantityId] : undefined;
}
