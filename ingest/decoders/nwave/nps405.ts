import {
  byPort,
  computed,
  defineDevice,
  flag,
  i8,
  layout,
  layoutThenMore,
  overlay,
  silent,
  skip,
  u8,
} from '../codec/index.ts';

/**
 * How long the state before lasted, in seven bits: minutes up to 89, then steps of five minutes, then of an hour. 127 says
 * only "eleven hours or more", which is no number.
 */
function minutes(code: number): number | undefined {
  if (code < 90) return code;
  if (code < 120) return 90 + (code - 90) * 5;
  if (code < 127) return 240 + (code - 120) * 60;
  return undefined;
}

/** A bay that becomes free was occupied before: that is the parking duration; the other way round it was vacant. */
const parked = computed('parkingDuration', 1, (b, at) => (b[at]! < 0x80 ? minutes(b[at]! & 0x7f) : undefined));
const vacant = computed('vacancyDuration', 1, (b, at) => (b[at]! < 0x80 ? undefined : minutes(b[at]! & 0x7f)));

export const nps405 = defineDevice({
  id: 'nwave/nps405',
  name: 'Nwave Parking Sensor NPS405',
  summary: 'Parking bay sensor, surface or flush mounted. Reports each change with the duration of the state before.',
  domain: 'parking',
  revision: 1,
  source: {
    title: 'Nwave LoRaWAN Parking Sensor – Getting Started, §4.2 Uplink messages',
    url: 'https://nwaveio.atlassian.net/wiki/spaces/ND/pages/1654784042/Nwave+LoRaWAN+Parking+Sensor+-+Getting+Started',
    revision: 'page 1654784042',
  },
  channels: {
    occupied: { quantity: 'occupied' },
    parkingDuration: { quantity: 'parkingDuration', resolution: 1 },
    vacancyDuration: { quantity: 'vacancyDuration', resolution: 1 },
    batteryVoltage: { quantity: 'batteryVoltage', resolution: 0.004 },
    temperature: { quantity: 'deviceTemperature', resolution: 0.5 },
    fault: { quantity: 'fault' },
  },
  uplink: byPort({
    1: layout(overlay(flag('occupied', 0x80), parked, vacant)),
    // (2500 + 4n) mV, and half degrees from +10 °C. Newer firmware appends bytes that the description leaves open.
    2: layoutThenMore(
      overlay(flag('occupied', 0x80), flag('fault', 0x7f)),
      u8('batteryVoltage', 250, { plus: 625 }),
      i8('temperature', 2, { plus: 20 }),
    ),
    3: layout(skip(4), flag('occupied', 0x01)), // start-up: firmware version, cause of the reset, state
    6: silent(), // debug
    // A tag was held to the sensor. Bit 7 clear: the state is not known. The tag's number is somebody's and is not read.
    10: layout(
      overlay(
        computed('occupied', 1, (b, at) => (b[at]! < 0x80 ? undefined : true)),
        vacant,
      ),
      skip(4),
    ),
  }),
  vectors: [
    {
      name: 'free again after 45 minutes',
      from: 'hand-worked, parking status',
      fPort: 1,
      hex: '2d',
      expect: { occupied: false, parkingDuration: 45 },
    },
    {
      name: 'free after 100 minutes, in steps of five',
      from: 'hand-worked: 0x5c = 92 = 90 + 2 × 5',
      fPort: 1,
      hex: '5c',
      expect: { occupied: false, parkingDuration: 100 },
    },
    {
      name: 'occupied after five hours of vacancy',
      from: 'hand-worked: 0x79 = 121 = 240 + 60',
      fPort: 1,
      hex: 'f9',
      expect: { occupied: true, vacancyDuration: 300 },
    },
    { name: 'longer than can be said', from: 'hand-worked', fPort: 1, hex: '7f', expect: { occupied: false } },
    {
      name: 'heartbeat',
      from: 'hand-worked: 2500 + 4 × 200 mV, −30 / 2 + 10 °C',
      fPort: 2,
      hex: '80c8e2',
      expect: { occupied: true, fault: false, batteryVoltage: 3.3, temperature: -5 },
    },
    { name: 'start-up', from: 'hand-worked', fPort: 3, hex: '0204090201', expect: { occupied: true } },
    { name: 'tag at a bay of unknown state', from: 'hand-worked', fPort: 10, hex: '0512345678', expect: {} },
    { name: 'cut heartbeat', from: 'hand-worked', fPort: 2, hex: '80c8', fails: 'truncated' },
    { name: 'port without meaning', from: 'hand-worked', fPort: 9, hex: '00', fails: 'port' },
  ],
});
