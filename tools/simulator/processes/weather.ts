/** The weather over one town: functions of city time, the same for everybody who asks. */
import type { Incidents } from '../incidents.ts';
import { DAY, HOUR, localTime, MINUTE } from '../local-time.ts';
import { hashText, mix, smoothNoise, unit } from '../random.ts';

export interface Weather {
  /** °C at a place; `urban` 0 (river meadow) … 1 (stone square) says how much of the heat island it gets. */
  temperature(at: number, urban: number): number;
  /** % */
  humidity(at: number, urban: number): number;
  /** hPa at the town's height. */
  pressure(at: number): number;
  /** mm/h */
  rain(at: number): number;
  /** mm between two moments. */
  rainSum(from: number, to: number): number;
  /** W/m² on the ground. */
  sun(at: number): number;
  /** m/s */
  wind(at: number): number;
  /** Degrees, where it comes from. */
  windDirection(at: number): number;
}

interface WeatherOptions {
  readonly seed: number;
  readonly town: 'solingen' | 'ulm';
  /** Degrees north. */
  readonly latitude: number;
  /** Metres above sea level. */
  readonly height: number;
  readonly incidents: Incidents;
}

/** 0 by day … 1 at night: how much of the stored heat a square gives off. Full from 22 h to 5 h. */
function nightShare(hour: number): number {
  if (hour >= 22 || hour < 5) return 1;
  if (hour < 9) return 1 - ((hour - 5) / 4) * 0.9;
  if (hour < 18) return 0.1;
  return 0.1 + ((hour - 18) / 4) * 0.9;
}

/** Heat by day (37 °C at 16 h) over a warm night (19 °C at 4 h). */
function heatCurve(hour: number): number {
  return 28 + 9 * Math.cos(((hour - 16) / 24) * 2 * Math.PI);
}

/** 0 … 1: fades in over an hour and out over the last two. */
function heatShare(minutes: number | null): number {
  if (minutes === null || minutes > 13 * 60) return 0;
  return Math.max(0, Math.min(1, minutes / 60, (13 * 60 - minutes) / 120));
}

/** The cloudburst, mm/h: ten minutes up to 42 mm/h, twenty-five minutes of it, fifteen minutes down. 25 mm in all. */
function cloudburst(minutes: number): number {
  const m = minutes - 5;
  if (m <= 0 || m >= 50) return 0;
  return 42 * Math.min(1, m / 10, (50 - m) / 15);
}

const SHOWER_BLOCK = 6 * HOUR;

export function createWeather({ seed, town, latitude, height, incidents }: WeatherOptions): Weather {
  const own = hashText(town, seed);
  const series = (name: string) => hashText(name, own);
  const [warm, cloudy, glass, windy, turning, island, showers] = [
    'warmth',
    'clouds',
    'barometer',
    'wind',
    'direction',
    'island',
    'showers',
  ].map(series) as [number, number, number, number, number, number, number];

  const clouds = (at: number) => 0.55 + 0.45 * smoothNoise(cloudy, at / (5 * HOUR));

  function openCountry(at: number): number {
    const { hour, year } = localTime(at);
    const season = 10.4 - 8.8 * Math.cos((year - 0.045) * 2 * Math.PI);
    const swing = (2.2 + 3 * Math.sin(Math.PI * year) ** 2) * (1.25 - 0.6 * clouds(at));
    const day = swing * Math.cos(((hour - 15) / 24) * 2 * Math.PI);
    return season + day + 3.5 * smoothNoise(warm, at / (1.7 * DAY)) - (height - 200) * 0.003;
  }

  function temperature(at: number, urban: number): number {
    const { day, hour } = localTime(at);
    const heat = town === 'ulm' ? heatShare(incidents.minutesSince('heatDay', at)) : 0;
    const gain = 2.2 + 1.6 * unit(island, day);
    const base = openCountry(at);
    const cooling = town === 'solingen' ? Math.min(4, rainSum(at - HOUR, at) * 0.2) : 0;
    const plain = heat === 0 ? base - cooling : base + (heatCurve(hour) - 0.4 - base) * heat;
    return plain + urban * nightShare(hour) * (gain + (4 - gain) * heat);
  }

  function rain(at: number): number {
    const minutes = town === 'solingen' ? incidents.minutesSince('heavyRain', at) : null;
    let sum = minutes === null ? 0 : cloudburst(minutes);
    const block = Math.floor(at / SHOWER_BLOCK);
    for (const b of [block, block - 1]) {
      if (unit(showers, b) > 0.28) continue;
      const start = b * SHOWER_BLOCK + unit(showers, b, 1) * SHOWER_BLOCK;
      const length = (30 + 100 * unit(showers, b, 2)) * MINUTE;
      const part = (at - start) / length;
      if (part > 0 && part < 1) sum += (0.6 + 4 * unit(showers, b, 3) ** 2) * Math.sin(Math.PI * part);
    }
    return sum;
  }

  function rainSum(from: number, to: number): number {
    const steps = Math.max(1, Math.min(120, Math.ceil((to - from) / (2 * MINUTE))));
    const step = (to - from) / steps;
    let sum = 0;
    for (let i = 0; i < steps; i++) sum += rain(from + (i + 0.5) * step);
    return (sum * step) / HOUR;
  }

  /** Dew point: a damp country's, a little below the lowest temperature of the night. */
  function dewPoint(at: number): number {
    const { year } = localTime(at);
    const season = 6.2 - 6.6 * Math.cos((year - 0.045) * 2 * Math.PI);
    return (
      season + 3 * smoothNoise(warm, at / (1.7 * DAY)) - 1.2 * (1 - clouds(at)) + Math.min(3, rainSum(at - HOUR, at))
    );
  }

  return {
    temperature,
    rain,
    rainSum,
    humidity(at, urban) {
      // Magnus formula, coefficients of the WMO guide no. 8, annex 4.B
      const vapour = (t: number) => 6.112 * Math.exp((17.62 * t) / (243.12 + t));
      return Math.min(99, Math.max(18, (100 * vapour(dewPoint(at))) / vapour(temperature(at, urban))));
    },
    pressure: (at) => (1015 + 13 * smoothNoise(glass, at / (2.3 * DAY))) * Math.exp(-height / 8400),
    sun(at) {
      const { hour, year } = localTime(at);
      const declination = -23.44 * Math.cos((year + 10 / 365) * 2 * Math.PI);
      const rad = Math.PI / 180;
      // noon is at about 12:30 by the clock in winter; half an hour more or less is not seen here
      const angle = ((hour - 12.6) / 24) * 2 * Math.PI;
      const sine =
        Math.sin(latitude * rad) * Math.sin(declination * rad) +
        Math.cos(latitude * rad) * Math.cos(declination * rad) * Math.cos(angle);
      const clear = Math.max(0, 1050 * sine ** 1.15 || 0);
      const hot = town === 'ulm' ? heatShare(incidents.minutesSince('heatDay', at)) : 0;
      return clear * (1 - 0.8 * clouds(at) * (1 - hot)) + hot * 350 * Math.max(0, Math.cos(angle));
    },
    wind(at) {
      const { hour } = localTime(at);
      const day = 0.8 + 0.4 * Math.cos(((hour - 15) / 24) * 2 * Math.PI);
      return Math.max(
        0.1,
        day * (2.6 + 1.9 * smoothNoise(windy, at / (7 * HOUR)) + smoothNoise(windy ^ 1, at / (11 * MINUTE))),
      );
    },
    windDirection: (at) =>
      (240 + 70 * smoothNoise(turning, at / (9 * HOUR)) + 20 * smoothNoise(mix(turning, 1), at / (8 * MINUTE)) + 360) %
      360,
  };
}
