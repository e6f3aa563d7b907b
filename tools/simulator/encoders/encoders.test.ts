import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decode, models } from '../../../ingest/decoders/index.ts';
import { buildCity } from '../city/index.ts';
import { ENCODERS, encoderOf } from './index.ts';
import { shortFloat } from './noah-trashbin-sensor.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const valuesOf = (readings: readonly { channel: string; value: unknown }[]) =>
  Object.fromEntries(readings.map((r) => [r.channel, r.value])) as Record<string, number | boolean | string>;

/** Per model: a frame with everything that its process gives, and what the hub must make of it. */
const SAMPLES: Readonly<Record<string, readonly Record<string, number | boolean>[]>> = {
  'bosch/tps110-0292': [{ occupied: true }, { occupied: false }, { occupied: true, temperature: -12 }],
  'nwave/nps405': [
    { occupied: false, parkingDuration: 45 },
    { occupied: true, vacancyDuration: 100 },
    { occupied: false, parkingDuration: 540 },
    { occupied: true, fault: false, batteryVoltage: 3.32, temperature: -5.5 },
  ],
  'tekzitel/tekzipark': [
    { occupied: true, batteryLow: false, temperature: -4 },
    { occupied: false, batteryLow: true, temperature: 21 },
  ],
  'decentlab/dl-ctd10': [
    { waterDepth: 2.551, waterTemperature: -0.5, electricalConductivity: 431, freezing: true, batteryVoltage: 3.021 },
  ],
  'dragino/ldds75': [{ batteryVoltage: 3.612, distance: 3.26 }],
  'dingtek/dc410': [
    { distance: 0.29, temperature: -3, tilt: -12, full: true, moved: true, batteryLow: false },
    { distance: 1.5, temperature: 9, tilt: 4, full: false, moved: false, batteryLow: true },
  ],
  'decentlab/dl-atm41': [
    {
      solarRadiation: 282,
      precipitation: 3.5,
      lightningStrikes: 7,
      lightningDistance: 15,
      windSpeed: 5.26,
      windDirection: 212,
      windGust: 14.32,
      airTemperature: -23.3,
      vapourPressure: 1.5,
      airPressure: 958.7,
      relativeHumidity: 89.6,
      sensorTemperature: 23.6,
      tiltX: -0.9,
      tiltY: 1.2,
      heading: 90,
      windSpeedNorth: -2.78,
      windSpeedEast: 2.63,
      batteryVoltage: 3.2,
    },
  ],
  'milesight/em300-th': [
    { battery: 92, temperature: -6.1, humidity: 77.5 },
    { temperature: 20.7, humidity: 50.5 },
  ],
  'dragino/lht65': [{ batteryVoltage: 3.062, temperature: -5.55, humidity: 88.6 }],
  'dingtek/df702': [
    { distance: 25.5, temperature: 76, tilt: 2, full: true, fire: true, tipped: false, batteryLow: false },
    { distance: 120, temperature: -6, tilt: -90, full: false, fire: false, tipped: true, batteryLow: true },
  ],
  'noah/trashbin-sensor': [
    { temperature: 25, batteryVoltage: 3, fillLevel: 75 },
    { temperature: -6.25, batteryVoltage: 3, fillLevel: 50 },
  ],
  'teneo-iot/filling-degree-sensor': [
    { batteryVoltage: 3.4, distance: 85, temperature: -3.5, humidity: 71.2 },
    { batteryVoltage: 3.1, distance: 30 },
  ],
  'decentlab/dl-pm': [
    {
      batteryVoltage: 3.3,
      pm1: 12.5,
      pm2_5: 19,
      pm4: 20,
      pm10: 21,
      particleSize: 0.59,
      particles0_5: 80,
      particles1: 90,
      particles2_5: 93,
      particles4: 94,
      particles10: 95,
      airTemperature: 41.01,
      relativeHumidity: 56.5,
      airPressure: 1011.6,
    },
  ],
  'browan/tbsl100': [{ batteryVoltage: 3.4, temperature: -5, soundLevel: 78 }],
};

describe('the encoders of the simulated devices', () => {
  for (const encoder of ENCODERS) {
    it(`${encoder.model}: the hub's decoder gives the values back`, () => {
      const samples = SAMPLES[encoder.model] ?? [];
      expect(samples.length).toBeGreaterThan(0);
      for (const sample of samples) {
        const { bytes, fPort } = encoder.encode(sample);
        const decoded = decode(models.get(encoder.model)!, bytes, fPort);
        if (!decoded.ok) throw new Error(`${decoded.code}: ${decoded.detail}`);
        const values = valuesOf(decoded.readings);
        expect(Object.keys(values).sort()).toEqual(Object.keys(sample).sort());
        for (const [channel, value] of Object.entries(sample)) {
          if (typeof value === 'number') expect(values[channel], channel).toBeCloseTo(value, 1);
          else expect(values[channel], channel).toBe(value);
        }
      }
    });
  }

  it('there is one for every model of the city, and no other', () => {
    const used = new Set(buildCity().devices.map((device) => device.model));
    expect([...used].sort()).toEqual(ENCODERS.map((encoder) => encoder.model).sort());
    expect(() => encoderOf('acme/unknown')).toThrow(/no encoder/);
  });

  it('a process that gives no number is a mistake that is seen', () => {
    expect(() => encoderOf('dragino/ldds75').encode({ batteryVoltage: 3.6 })).toThrow(/distance/);
    expect(() => encoderOf('bosch/tps110-0292').encode({ occupied: 1 })).toThrow(/occupied/);
  });

  it('numbers beyond the range of their bits are cut, never wrapped', () => {
    const { bytes } = encoderOf('dragino/lht65').encode({ batteryVoltage: 3, temperature: 900, humidity: 50 });
    expect(hex(bytes.subarray(2, 4))).toBe('7fff');
  });

  it('short floats of all sizes come back within a thousandth of themselves', () => {
    let visited = 0;
    for (let value = -0.99; value < 1; value += 0.0137) {
      const raw = shortFloat(value);
      const back = ((raw & 0x7ff) / 2 ** (26 - ((raw >> 11) & 15))) * (raw & 0x8000 ? -1 : 1);
      expect(Math.abs(back - value)).toBeLessThanOrEqual(Math.abs(value) / 1000 + 2e-8);
      visited++;
    }
    expect(visited).toBe(146);
  });

  it('published frames, decoded and encoded again, say the same, and most are the same bytes', (context) => {
    const file = new URL('../../../../shared/vectors/devices.json', import.meta.url);
    if (!existsSync(file)) return context.skip('the corpus ../shared/vectors is not on this machine');
    type Corpus = { id: string; vectors: { fPort?: number; hex: string }[] }[];
    const corpus = JSON.parse(readFileSync(file, 'utf8')) as Corpus;
    const count = { same: 0, equal: 0, partial: 0 };
    for (const encoder of ENCODERS) {
      const model = models.get(encoder.model)!;
      for (const { fPort = 85, hex: published } of corpus.find((c) => c.id === encoder.model)?.vectors ?? []) {
        const decoded = decode(model, Buffer.from(published, 'hex'), fPort);
        if (!decoded.ok || decoded.readings.length === 0) continue;
        let again: { fPort: number; bytes: Uint8Array };
        try {
          again = encoder.encode(valuesOf(decoded.readings));
        } catch (error) {
          // battery alone, a start-up: our devices send whole reports only
          expect(error).toBeInstanceOf(TypeError);
          count.partial++;
          continue;
        }
        if (hex(again.bytes) === published) count.same++;
        count.equal++;
        const back = decode(model, again.bytes, again.fPort);
        const expected = valuesOf(decoded.readings);
        for (const { channel, value } of back.ok ? back.readings : [])
          expect(value, encoder.model).toEqual(expected[channel]);
        expect(back.ok && back.readings.length, encoder.model).toBeTruthy();
      }
    }
    console.log(`corpus: ${JSON.stringify(count)}`);
    expect(count.equal).toBeGreaterThanOrEqual(20);
    expect(count.same).toBeGreaterThanOrEqual(12);
  });
});
