/** Fine dust and noise. */
import type { CityDevice, Role } from '../city/index.ts';
import { crowd, noiseLevel, particles } from '../processes/index.ts';
import { unit } from '../random.ts';
import type { Behaviour, Surroundings } from './behaviour.ts';
import { cell } from './cell.ts';
import { periodic } from './periodic.ts';

type AirRole = Extract<Role, { kind: 'air' }>;
type NoiseRole = Extract<Role, { kind: 'noise' }>;

export function air(device: CityDevice, { urban }: AirRole, own: number, surroundings: Surroundings): Behaviour {
  const weather = surroundings.weather[device.town];
  return periodic(
    own,
    surroundings,
    () => 15,
    (at) => {
      const pm10 = particles(weather, at, urban, own);
      const fine = pm10 * (0.6 + 0.1 * unit(own, 21));
      return {
        batteryVoltage: cell(own, at, 3.1),
        pm1: fine * 0.75,
        pm2_5: fine,
        pm4: (fine + pm10) / 2,
        pm10,
        particleSize: 0.52 + 0.04 * unit(own, 23),
        particles0_5: fine * 6.2,
        particles1: fine * 7.2,
        particles2_5: fine * 7.4,
        particles4: fine * 7.42,
        particles10: fine * 7.43,
        airTemperature: weather.temperature(at, urban),
        relativeHumidity: weather.humidity(at, urban),
        airPressure: weather.pressure(at),
      };
    },
  );
}

export function noise(role: NoiseRole, own: number, surroundings: Surroundings): Behaviour {
  return periodic(
    own,
    surroundings,
    () => 10,
    (at) => ({
      batteryVoltage: cell(own, at, 3.6),
      temperature: 20 + 4 * unit(own, 22),
      soundLevel: noiseLevel(at, crowd(at, role.market, surroundings.incidents), own),
    }),
  );
}
