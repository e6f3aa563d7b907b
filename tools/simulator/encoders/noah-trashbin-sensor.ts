/** NOAH: temperature, battery and the free share, two of them as short floats. */
import { Bytes } from './bytes.ts';
import { type Encoder, number } from './encoder.ts';

/** A share of −1 … 1 as sign, four bits of exponent and eleven of mantissa without a hidden one (MCCI's sflt16). */
export function shortFloat(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.min(Math.abs(value), 2047 / 2048);
  // the smallest exponent whose mantissa still fits keeps the most digits
  let exponent = 0;
  while (exponent < 15 && Math.round(size * 2 ** (26 - exponent)) > 0x7ff) exponent++;
  return sign | (exponent << 11) | Math.min(0x7ff, Math.round(size * 2 ** (26 - exponent)));
}

export const noahTrashbinSensor: Encoder = {
  model: 'noah/trashbin-sensor',
  encode: (values) => ({
    fPort: 1,
    bytes: new Bytes()
      .u16le(shortFloat(number(values, 'temperature') / 100))
      .u16le(number(values, 'batteryVoltage') * 10_000)
      .u16le(shortFloat((100 - number(values, 'fillLevel')) / 100))
      .done(),
  }),
};
