/** Weather stations and thermometers. */
import type { CityDevice, Role } from '../city/index.ts';
import { IN_THE_SUN, sunError } from '../faults.ts';
import { HOUR } from '../local-time.ts';
import { smoothNoise, unit } from '../random.ts';
import type { Behaviour, Surroundings, Values } from './behaviour.ts';
import { cell } from './cell.ts';
import { periodic } from './periodic.ts';

type StationRole = Extract<Role, { kind: 'station' }>;
type ThermometerRole = Extract<Role, { kind: 'thermometer' }>;

/** kPa of water vapour in saturated air at °C (Magnus). */
const saturation = (t: number) => 0.6112 * Math.exp((17.62 * t) / (243.12 + t));

export function station(
  device: CityDevice,
  { urban }: StationRole,
  own: number,
  surroundings: Surroundings,
): Behaviour {
  const weather = surroundings.weather[device.town];
  return periodic(
    own,
    surroundings,
    () => 10,
    (at, since) => {
      const temperature = weather.temperature(at, urban) + 0.1 * smoothNoise(own, at / HOUR);
      const humidity = weather.humidity(at, urban);
      const wind = weather.wind(at) * (1 - 0.4 * urban);
      const direction = weather.windDirection(at);
      const radians = (direction * Math.PI) / 180;
      return {
        solarRadiation: weather.sun(at),
        precipitation: weather.rainSum(since, at),
        lightningStrikes: 0,
        lightningDistance: 0,
        windSpeed: wind,
        windDirection: direction,
        windGust: wind * (1.4 + 0.4 * unit(own, Math.floor(at / HOUR), 12)),
        airTemperature: temperature,
        vapourPressure: (saturation(temperature) * humidity) / 100,
        airPressure: weather.pressure(at),
        relativeHumidity: humidity,
        sensorTemperature: temperature + 0.3 + weather.sun(at) / 400,
        tiltX: 0.4 * (unit(own, 13) - 0.5),
        tiltY: 0.4 * (unit(own, 14) - 0.5),
        heading: Math.floor(unit(own, 15) * 360),
        // a wind from the north blows to the south: components say where it goes to
        windSpeedNorth: -wind * Math.cos(radians),
        windSpeedEast: -wind * Math.sin(radians),
        batteryVoltage: cell(own, at, 3.1),
      };
    },
  );
}

export function thermometer(
  device: CityDevice,
  { urban }: ThermometerRole,
  own: number,
  surroundings: Surroundings,
): Behaviour {
  const weather = surroundings.weather[device.town];
  const milesight = device.model === 'milesight/em300-th';
  let count = 0;
  return periodic(
    own,
    surroundings,
    () => (milesight ? 15 : 20),
    (at): Values => {
      const error = device.thing === IN_THE_SUN ? sunError(weather.sun(at)) : 0;
      const temperature =
        weather.temperature(at, urban) + error + 0.3 * (unit(own, 16) - 0.5) + 0.1 * smoothNoise(own, at / HOUR);
      const humidity = Math.max(5, weather.humidity(at, urban) - 4 * error);
      if (!milesight) return { temperature, humidity, batteryVoltage: cell(own, at, 3.05) };
      // the battery comes with every twelfth report
      const battery: Values = count++ % 12 === 0 ? { battery: Math.round(60 + 40 * unit(own, 17)) } : {};
      return { temperature, humidity, ...battery };
    },
  );
}
