import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ReadingValue } from '../../services/model/index.ts';
import { decode, models } from './index.ts';

/** Payloads with the values that the vendors' own decoders give; they live beside the project, not in it. */
const FILE = new URL('../../../shared/vectors/devices.json', import.meta.url);

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
interface CorpusVector {
  readonly description: string;
  /** Left out where the model is not asked for it. */
  readonly fPort?: number;
  readonly hex: string;
  readonly data?: { readonly [key: string]: Json };
  readonly errors?: readonly string[];
}

/** Vendor's name ▸ our channels and values. `null`: known, and not a measurement (version, setting, kind of message). */
type Mapping = Readonly<Record<string, ((value: Json, all: NonNullable<CorpusVector['data']>) => Expected) | null>>;
type Expected = Readonly<Record<string, ReadingValue | undefined>>;

/** The value as it is, under our name; numbers may come as text with a unit behind, or as `{ value, unit }`. */
const as =
  (channel: string, factor = 1) =>
  (value: Json): Expected => ({ [channel]: numberIn(value) * factor });
const truth =
  (channel: string, turned = false) =>
  (value: Json): Expected => ({ [channel]: (value === true || value === 1) !== turned });

function numberIn(value: Json): number {
  if (typeof value === 'object' && value !== null && 'value' in value) return Number(value.value);
  return Number.parseFloat(String(value)) + 0;
}

/** Every message of Decentlab carries these. */
const decentlab: Mapping = { protocol_version: null, device_id: null, battery_voltage: as('batteryVoltage') };

const MAPPINGS: Readonly<Record<string, Mapping>> = {
  'bosch/tps110-0292': {
    type: null,
    debugCodes: null,
    firmwareVersion: null,
    resetCause: null,
    occupied: truth('occupied'),
    temperature: as('temperature'),
  },
  'nwave/nps405': {
    type: null,
    firmware_version: null,
    reset_cause: null,
    tag_id: null,
    battery_health: null,
    previous_state_duration_error: null,
    previous_state_duration_overflow: null,
    occupied: truth('occupied'),
    // The state before an occupied bay was a vacant one.
    previous_state_duration: (value, { occupied }) =>
      as(occupied === true ? 'vacancyDuration' : 'parkingDuration')(value),
    battery_voltage: as('batteryVoltage'),
    temperature: as('temperature'),
    hw_health_status: (value) => ({ fault: value !== 0 }),
  },
  'tekzitel/tekzipark': {
    keepAlive: null,
    reset: null,
    No_Beacon: null,
    Radar: null,
    Obstruction: null,
    Parking_ID: null,
    Beacon_RSSI: null,
    Beacons: null,
    occupied: truth('occupied'),
    Good_Battery: truth('batteryLow', true),
    Temperature: as('temperature'),
  },
  'decentlab/dl-ctd10': {
    ...decentlab,
    water_depth: as('waterDepth', 0.001),
    temperature: as('waterTemperature'),
    electrical_conductivity: as('electricalConductivity'),
    freezing_flag: (value) => ({ freezing: numberIn(value) !== 0 }),
  },
  'decentlab/dl-atm41': {
    ...decentlab,
    solar_radiation: as('solarRadiation'),
    precipitation: as('precipitation'),
    lightning_strike_count: as('lightningStrikes'),
    lightning_average_distance: as('lightningDistance'),
    wind_speed: as('windSpeed'),
    wind_direction: as('windDirection'),
    maximum_wind_speed: as('windGust'),
    air_temperature: as('airTemperature'),
    vapor_pressure: as('vapourPressure'),
    atmospheric_pressure: as('airPressure', 10),
    relative_humidity: as('relativeHumidity'),
    sensor_temperature_internal: as('sensorTemperature'),
    x_orientation_angle: as('tiltX'),
    y_orientation_angle: as('tiltY'),
    compass_heading: as('heading'),
    north_wind_speed: as('windSpeedNorth'),
    east_wind_speed: as('windSpeedEast'),
  },
  'decentlab/dl-pm': {
    ...decentlab,
    pm1_0_mass_concentration: as('pm1'),
    pm2_5_mass_concentration: as('pm2_5'),
    pm4_mass_concentration: as('pm4'),
    pm10_mass_concentration: as('pm10'),
    typical_particle_size: as('particleSize', 0.001),
    pm0_5_number_concentration: as('particles0_5'),
    pm1_0_number_concentration: as('particles1'),
    pm2_5_number_concentration: as('particles2_5'),
    pm4_number_concentration: as('particles4'),
    pm10_number_concentration: as('particles10'),
    air_temperature: as('airTemperature'),
    air_humidity: as('relativeHumidity'),
    barometric_pressure: as('airPressure', 0.01),
  },
  'decentlab/dl-dlr2-002': {
    ...decentlab,
    pulse_interval: null,
    pulse_count: as('pulses'),
    cumulative_pulse_count: as('total'),
  },
  // The vendor's decoder gives nothing but "No Sensor" here; the battery stands in the frame all the same.
  'dragino/ldds75': {
    distance: (value) => (value === 'No Sensor' ? { batteryVoltage: 3.612 } : as('distance', 0.001)(value)),
  },
  'dragino/lht65': {
    Bat_status: null,
    Ext_sensor: null,
    BatV: as('batteryVoltage'),
    TempC_SHT: as('temperature'),
    Hum_SHT: as('humidity'),
    TempC_DS: as('probeTemperature'),
  },
  'dingtek/dc410': {
    frame_counter: null,
    periodic_upload_interval: null,
    periodic_detection_interval: null,
    full_alarm_threshold: null,
    motion_alarm_threshold: null,
    motion_alarm_enable: null,
    ultrasonic_range: null,
    level: as('distance', 0.001),
    full: truth('full'),
    motion: truth('moved'),
    battery: truth('batteryLow'),
    angle: as('tilt'),
    temperature: as('temperature'),
  },
  'dingtek/df702': {
    longitude: null,
    latitude: null,
    periodic_interval: null,
    detection_interval: null,
    full_alarm_threshold: null,
    fire_alarm_threshold: null,
    tilt_alarm_threshold: null,
    tilt_enable: null,
    ultrasonic_range: null,
    level: as('distance', 0.1),
    full: truth('full'),
    fire: truth('fire'),
    tilt: truth('tipped'),
    battery: truth('batteryLow'),
    angle: as('tilt'),
    temperature: as('temperature'),
  },
  'milesight/em300-th': { temperature: as('temperature'), humidity: as('humidity') },
  'noah/trashbin-sensor': {
    temp: as('temperature'),
    voltage: as('batteryVoltage', 0.0001),
    level: (value) => ({ fillLevel: 100 - numberIn(value) }),
  },
  'teneo-iot/filling-degree-sensor': {
    charging: null,
    sensorType: null,
    settingsAllowed: null,
    valid: null,
    errorcode: null,
    battery: as('batteryVoltage'),
    distance: (value, { valid }) => (valid === true ? as('distance')(value) : {}),
    temperature: as('temperature'),
    relativeHumidity: as('humidity'),
  },
  'browan/tbsl100': {
    status: null,
    battery: as('batteryVoltage'),
    decibel: as('soundLevel'),
    temperatureBoard: as('temperature'),
  },
  'elsys/ers-eye': {
    temperature: as('temperature'),
    humidity: as('humidity'),
    light: as('illuminance'),
    motion: as('motion'),
    // 1 is "coming or going".
    occupancy: (value) => (value === 1 ? {} : { present: value === 2 }),
  },
};

function expected(mapping: Mapping, data: NonNullable<CorpusVector['data']>): Record<string, ReadingValue> {
  const want: Record<string, ReadingValue> = {};
  for (const [name, value] of Object.entries(data)) {
    const map = mapping[name];
    if (map === undefined) throw new Error(`no mapping for the vendor's ${name}`);
    for (const [channel, v] of Object.entries(map?.(value, data) ?? {})) if (v !== undefined) want[channel] = v;
  }
  return want;
}

test('every model says what the vendors call its channels', () => {
  expect(Object.keys(MAPPINGS).sort()).toEqual([...models.keys()].sort());
});

if (!existsSync(FILE)) {
  // biome-ignore lint/suspicious/noConsole: a test over a corpus says when there is none
  console.log('vendors’ payloads: not found beside the project, none visited');
} else {
  describe('vendors’ payloads', () => {
    const corpus = JSON.parse(readFileSync(FILE, 'utf8')) as readonly {
      readonly id: string;
      readonly vectors: readonly CorpusVector[];
    }[];
    const visited = { devices: 0, vectors: 0 };

    for (const { id, vectors } of corpus) {
      const model = models.get(id);
      if (model === undefined) continue;
      test(`${id} gives the values of the vendor’s decoder`, () => {
        visited.devices++;
        for (const { description, hex, fPort, data, errors } of vectors) {
          visited.vectors++;
          const decoded = decode(model, Uint8Array.from(Buffer.from(hex, 'hex')), fPort ?? model.vectors[0]!.fPort);
          if (errors !== undefined) {
            expect(decoded.ok, description).toBe(false);
            continue;
          }
          if (!decoded.ok) throw new Error(`${description}: ${decoded.code} ${decoded.detail}`);
          const want = expected(MAPPINGS[id]!, data!);
          const got = Object.fromEntries(decoded.readings.map(({ channel, value }) => [channel, value]));
          expect(Object.keys(got).sort(), description).toEqual(Object.keys(want).sort());
          for (const [channel, value] of Object.entries(want)) {
            if (typeof value === 'number') expect(got[channel], `${description}: ${channel}`).toBeCloseTo(value, 9);
            else expect(got[channel], `${description}: ${channel}`).toBe(value);
          }
        }
      });
    }

    test('cover every model of ours', () => {
      // biome-ignore lint/suspicious/noConsole: a test over a corpus says how much it visited
      console.log(
        `vendors’ payloads: visited ${visited.devices} devices, ${visited.vectors} vectors, of ${corpus.length} devices`,
      );
      expect(visited).toEqual({ devices: models.size, vectors: 45 });
    });
  });
}
