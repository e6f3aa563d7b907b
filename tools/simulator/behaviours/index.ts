/** One device over city time: what it measures and when it sends. Start with `behaviour.ts`; `behaviourOf` picks by role. */
import type { CityDevice } from '../city/index.ts';
import { hashText } from '../random.ts';
import { bay } from './bay.ts';
import type { Behaviour, Surroundings } from './behaviour.ts';
import { station, thermometer } from './climate.ts';
import { air, noise } from './street.ts';
import { bin } from './waste.ts';
import { drain, gauge } from './water.ts';

export type { Behaviour, Step, Surroundings, Values } from './behaviour.ts';

export function behaviourOf(device: CityDevice, surroundings: Surroundings): Behaviour {
  const own = hashText(device.devEui, surroundings.seed);
  const { role } = device;
  switch (role.kind) {
    case 'bay':
      return bay(device, role, own, surroundings);
    case 'gauge':
      return gauge(device, role, own, surroundings);
    case 'drain':
      return drain(device, role, own, surroundings);
    case 'station':
      return station(device, role, own, surroundings);
    case 'thermometer':
      return thermometer(device, role, own, surroundings);
    case 'bin':
      return bin(device, role, own, surroundings);
    case 'air':
      return air(device, role, own, surroundings);
    case 'noise':
      return noise(role, own, surroundings);
  }
}
