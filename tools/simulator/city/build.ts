import { SWAPPED } from '../faults.ts';
import { CityBuilder, type Group } from './builder.ts';
import { CLIMATE } from './climate.ts';
import { EXTRAS } from './extras.ts';
import { GATEWAYS } from './gateways.ts';
import { ORGANISATIONS } from './organisations.ts';
import { PARKING } from './parking.ts';
import type { City, CityDevice } from './types.ts';
import { WASTE } from './waste.ts';
import { WATER } from './water.ts';

const GROUPS: readonly Group[] = [...PARKING, ...WATER, ...CLIMATE, ...WASTE, ...EXTRAS];

/** Devices of the city when nobody asks for another number. */
export const USUAL_DEVICES = GROUPS.reduce((sum, group) => sum + group.usual, 0);

/** Shares `total` among the groups in proportion to their usual number, whole devices only (largest remainders). */
function allocate(groups: readonly Group[], total: number): number[] {
  const fixed = groups.reduce((sum, group) => sum + (group.fixed ? group.usual : 0), 0);
  const usual = groups.reduce((sum, group) => sum + (group.fixed ? 0 : group.usual), 0);
  const wanted = groups.map((group) => (group.fixed ? group.usual : (group.usual * (total - fixed)) / usual));
  const counts = groups.map((group, i) =>
    Math.max(Math.floor(wanted[i]!), group.fixed ? group.usual : (group.least ?? 1)),
  );
  let missing = total - counts.reduce((a, b) => a + b, 0);
  const byRemainder = groups
    .map((group, i) => ({ i, rest: wanted[i]! - counts[i]!, fixed: group.fixed === true }))
    .filter((entry) => !entry.fixed)
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (let k = 0; missing > 0; k = (k + 1) % byRemainder.length, missing--) counts[byRemainder[k]!.i]!++;
  // minimums may have taken more than there is: the largest groups give
  while (missing < 0) {
    const largest = byRemainder.reduce((a, b) => (counts[b.i]! > counts[a.i]! ? b : a));
    counts[largest.i]!--;
    missing++;
  }
  return counts;
}

/**
 * The city with about `devices` devices: exactly so many, but never fewer than one per group. More devices mean more bays,
 * masts and bins around the same places.
 */
export function buildCity(devices: number = USUAL_DEVICES): City {
  const builder = new CityBuilder();
  const counts = allocate(GROUPS, devices);
  GROUPS.forEach((group, i) => {
    group.build(builder, counts[i]!);
  });
  return {
    organisations: ORGANISATIONS,
    gateways: GATEWAYS,
    things: [...builder.things.values()],
    devices: swap([...builder.devices.values()]),
  };
}

/** Two devices were mixed up when they were mounted: each stands where the other is registered. */
function swap(devices: CityDevice[]): CityDevice[] {
  const [one, other] = SWAPPED.map((key) => devices.find((device) => device.thing === key));
  if (one === undefined || other === undefined) return devices;
  return devices.map((device) => {
    if (device === one) return standing(one, other);
    return device === other ? standing(other, one) : device;
  });
}

function standing(device: CityDevice, where: CityDevice): CityDevice {
  return { ...device, standsOn: where.thing, position: where.position, role: where.role };
}
