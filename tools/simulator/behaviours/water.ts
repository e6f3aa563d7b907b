/** Gauges and storm drains. */
import type { CityDevice, Role } from '../city/index.ts';
import { SPIDER, spiderEcho } from '../faults.ts';
import { conductivity, drainFill, waterLevel, waterTemperature } from '../processes/index.ts';
import { hashText } from '../random.ts';
import type { Behaviour, Surroundings, Values } from './behaviour.ts';
import { cell } from './cell.ts';
import { periodic } from './periodic.ts';

type GaugeRole = Extract<Role, { kind: 'gauge' }>;
type DrainRole = Extract<Role, { kind: 'drain' }>;

export function gauge(
  device: CityDevice,
  { water, mounting }: GaugeRole,
  own: number,
  surroundings: Surroundings,
): Behaviour {
  const weather = surroundings.weather[device.town];
  // gauges of one place see the same water
  const place = hashText(device.thing.replace(/\/\d+$/, ''), surroundings.seed);
  return periodic(
    own,
    surroundings,
    () => 15,
    (at): Values => {
      const level = waterLevel(water, weather, at, place);
      if (device.model === 'dragino/ldds75') {
        const echo = device.thing === SPIDER ? spiderEcho(at, surroundings.seed) : null;
        return { batteryVoltage: cell(own, at, 3.6), distance: (echo ?? mounting - level * 1000) / 1000 };
      }
      return {
        waterDepth: level,
        waterTemperature: waterTemperature(weather, at),
        electricalConductivity: conductivity(water, weather, at, place),
        freezing: false,
        batteryVoltage: cell(own, at, 3.1),
      };
    },
  );
}

/** A drain reports every half hour, and every five minutes while water stands in it. */
export function drain(device: CityDevice, role: DrainRole, own: number, surroundings: Surroundings): Behaviour {
  const weather = surroundings.weather[device.town];
  const fill = (at: number) => drainFill(weather, at, role);
  return periodic(
    own,
    surroundings,
    (at) => (fill(at) > 25 ? 5 : 30),
    (at) => ({
      distance: (role.depth * (1 - fill(at) / 100)) / 1000,
      full: fill(at) > 80,
      moved: false,
      batteryLow: false,
      tilt: 0,
      temperature: waterTemperature(weather, at),
    }),
  );
}
