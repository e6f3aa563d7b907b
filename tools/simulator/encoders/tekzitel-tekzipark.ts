/** TekziPark: flags, temperature, number of the bay. */
import { Bytes } from './bytes.ts';
import { type Encoder, number, truth } from './encoder.ts';

const OCCUPIED = 0x80;
const GOOD_BATTERY = 0x20;
const RADAR = 0x08;

export const tekzitelTekzipark: Encoder = {
  model: 'tekzitel/tekzipark',
  encode(values) {
    const flags = (truth(values, 'occupied') ? OCCUPIED : 0) | (truth(values, 'batteryLow') ? 0 : GOOD_BATTERY) | RADAR;
    // the third byte is the number painted on the bay, which the hub knows anyhow
    return { fPort: 1, bytes: new Bytes().u8(flags).i8(number(values, 'temperature')).u8(0).done() };
  },
};
