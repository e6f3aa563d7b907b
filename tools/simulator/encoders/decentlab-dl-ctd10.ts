/** DL-CTD10: depth, temperature, conductivity, freezing, battery. */
import { protocolV2, shifted } from './decentlab.ts';
import { type Encoder, number, truth } from './encoder.ts';

export const decentlabDlCtd10: Encoder = {
  model: 'decentlab/dl-ctd10',
  encode(values) {
    const words = [
      shifted(number(values, 'waterDepth') * 1000),
      shifted(number(values, 'waterTemperature') * 10),
      number(values, 'electricalConductivity'),
      truth(values, 'freezing') ? 1 : 0,
      number(values, 'batteryVoltage') * 1000,
    ];
    return { fPort: 1, bytes: protocolV2(2009, 0b11, words) };
  },
};
