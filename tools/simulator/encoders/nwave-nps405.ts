/** NPS405: FPort 1 a change with the duration of the state before, FPort 2 a heartbeat. */
import { Bytes } from './bytes.ts';
import { type Encoder, number, truth } from './encoder.ts';

/** Seven bits: minutes below 90, steps of five minutes below four hours, then hours; 127: eleven hours or more. */
function durationCode(minutes: number): number {
  if (minutes < 90) return Math.floor(minutes);
  if (minutes < 240) return 90 + Math.floor((minutes - 90) / 5);
  return Math.min(127, 120 + Math.floor((minutes - 240) / 60));
}

export const nwaveNps405: Encoder = {
  model: 'nwave/nps405',
  encode(values) {
    const occupied = truth(values, 'occupied');
    const state = occupied ? 0x80 : 0;
    if ('temperature' in values) {
      const bytes = new Bytes()
        .u8(state | (values.fault === true ? 1 : 0))
        .u8((number(values, 'batteryVoltage') * 1000 - 2500) / 4)
        .i8((number(values, 'temperature') - 10) * 2);
      return { fPort: 2, bytes: bytes.done() };
    }
    // a bay that becomes free was occupied before
    const minutes = number(values, occupied ? 'vacancyDuration' : 'parkingDuration');
    return { fPort: 1, bytes: new Bytes().u8(state | durationCode(minutes)).done() };
  },
};
