/** Every device model of the hub. A new model is a line in its vendor's `index.ts`; a new vendor two lines here. */
import * as bosch from './bosch/index.ts';
import * as browan from './browan/index.ts';
import type { DeviceModel } from './codec/index.ts';
import * as decentlab from './decentlab/index.ts';
import * as dingtek from './dingtek/index.ts';
import * as dragino from './dragino/index.ts';
import * as elsys from './elsys/index.ts';
import * as milesight from './milesight/index.ts';
import * as noah from './noah/index.ts';
import * as nwave from './nwave/index.ts';
import * as tekzitel from './tekzitel/index.ts';
import * as teneoIot from './teneo-iot/index.ts';

const vendors: readonly Readonly<Record<string, DeviceModel>>[] = [
  bosch,
  browan,
  decentlab,
  dingtek,
  dragino,
  elsys,
  milesight,
  noah,
  nwave,
  tekzitel,
  teneoIot,
];

/** By id, `<vendor>/<model>`. */
export const models: ReadonlyMap<string, DeviceModel> = new Map(
  vendors.flatMap((vendor) => Object.values(vendor)).map((model) => [model.id, model]),
);
