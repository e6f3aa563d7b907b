/** Bins and containers. */
import type { CityDevice, Role } from '../city/index.ts';
import { MINUTE } from '../local-time.ts';
import { binFill, lastEmptied } from '../processes/index.ts';
import { gauss, unit } from '../random.ts';
import type { Behaviour, Surroundings, Values } from './behaviour.ts';
import { cell } from './cell.ts';
import { periodic } from './periodic.ts';

type BinRole = Extract<Role, { kind: 'bin' }>;

/** % per minute that the Christmas market adds; differs from bin to bin. */
const MARKET_RATE = [0.15, 0.35] as const;
const MARKET_MINUTES = 7 * 60;

export function bin(device: CityDevice, role: BinRole, own: number, surroundings: Surroundings): Behaviour {
  const weather = surroundings.weather[device.town];
  const minutes = device.model === 'noah/trashbin-sensor' ? 60 : 120;

  function marketWaste(at: number): number {
    const since = role.market ? surroundings.incidents.minutesSince('christmasMarket', at) : null;
    if (since === null || at - lastEmptied(role.bin, at) < since * MINUTE) return 0;
    return Math.min(since, MARKET_MINUTES) * (MARKET_RATE[0] + (MARKET_RATE[1] - MARKET_RATE[0]) * unit(own, 18));
  }

  return periodic(
    own,
    surroundings,
    (at) => (marketWaste(at) > 0 ? 15 : minutes),
    (at): Values => {
      const fill = binFill(role.bin, at, marketWaste(at));
      const temperature = weather.temperature(at, 0.5) + 1.5;
      // an ultrasonic beam meets the top of the heap now and a hollow then
      const uneven = 0.6 * gauss(own, Math.floor(at / MINUTE), 19);
      const distance = (role.depth * (100 - Math.min(100, Math.max(0, fill + uneven)))) / 100;
      switch (device.model) {
        case 'dingtek/df702':
          return {
            distance: distance / 10,
            full: fill > 85,
            fire: false,
            tipped: false,
            batteryLow: false,
            tilt: 0,
            temperature,
          };
        case 'teneo-iot/filling-degree-sensor':
          return {
            distance: distance / 10,
            batteryVoltage: cell(own, at, 3.4),
            temperature,
            humidity: Math.min(99, weather.humidity(at, 0.5)),
          };
        default:
          return { fillLevel: fill, temperature, batteryVoltage: cell(own, at, 3.0) };
      }
    },
  );
}
