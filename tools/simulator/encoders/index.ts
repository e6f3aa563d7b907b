/** One file per device model: values ▸ bytes, the other way round than `ingest/decoders`. Start with `encoder.ts`. */
import { boschTps110 } from './bosch-tps110-0292.ts';
import { browanTbsl100 } from './browan-tbsl100.ts';
import { decentlabDlAtm41 } from './decentlab-dl-atm41.ts';
import { decentlabDlCtd10 } from './decentlab-dl-ctd10.ts';
import { decentlabDlPm } from './decentlab-dl-pm.ts';
import { dingtekDc410 } from './dingtek-dc410.ts';
import { dingtekDf702 } from './dingtek-df702.ts';
import { draginoLdds75 } from './dragino-ldds75.ts';
import { draginoLht65 } from './dragino-lht65.ts';
import type { Encoder } from './encoder.ts';
import { milesightEm300Th } from './milesight-em300-th.ts';
import { noahTrashbinSensor } from './noah-trashbin-sensor.ts';
import { nwaveNps405 } from './nwave-nps405.ts';
import { tekzitelTekzipark } from './tekzitel-tekzipark.ts';
import { teneoFillingDegreeSensor } from './teneo-iot-filling-degree-sensor.ts';

export type { EncodedFrame, Encoder } from './encoder.ts';

export const ENCODERS: readonly Encoder[] = [
  boschTps110,
  nwaveNps405,
  tekzitelTekzipark,
  decentlabDlCtd10,
  draginoLdds75,
  dingtekDc410,
  decentlabDlAtm41,
  milesightEm300Th,
  draginoLht65,
  dingtekDf702,
  noahTrashbinSensor,
  teneoFillingDegreeSensor,
  decentlabDlPm,
  browanTbsl100,
];

/** Throws for a model that nobody wrote an encoder for, which is a mistake in the city. */
export function encoderOf(model: string): Encoder {
  const found = ENCODERS.find((encoder) => encoder.model === model);
  if (found === undefined) throw new RangeError(`no encoder for the device model ${model}`);
  return found;
}
