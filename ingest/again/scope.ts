/** Whose messages are decoded again: devices, and the Datastreams that any of their mountings fed. */
import { CodedError } from '../../services/model/index.ts';
import type { CatalogueReader, FormerMounting } from '../../services/registry/index.ts';
import type { DeviceModel } from '../decoders/index.ts';
import type { Pace } from './pace.ts';

/** One of device, model and datastream. */
export interface Selection {
  readonly device?: string | undefined;
  readonly model?: string | undefined;
  readonly datastream?: number | undefined;
  /** Receipt of the messages, milliseconds: inclusive, exclusive. Left out: as far as the journal goes. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface Scope {
  readonly devices: ReadonlySet<string>;
  /** Ascending; deleted ones are left out. */
  readonly datastreams: readonly number[];
  readonly holds: ReadonlySet<number>;
}

export interface ScopePorts {
  readonly catalogue: CatalogueReader;
  readonly models: ReadonlyMap<string, DeviceModel>;
}

/** Throws notFound where nobody ever fed or was what is named. */
export async function scopeOf({ catalogue, models }: ScopePorts, selection: Selection, pace: Pace): Promise<Scope> {
  const { device, model, datastream } = selection;
  if (datastream !== undefined && !catalogue.set('Datastreams').has(datastream))
    throw new CodedError('notFound', `there is no Datastream ${datastream}`);
  const devices = new Set<string>();
  const streams = new Set<number>();
  const keys = device === undefined ? [...catalogue.devices.keys()] : [device];
  for (const [i, key] of keys.entries()) {
    if (i % 500 === 499) await pace.step();
    const mountings = mountingsOf(catalogue, key);
    const isMeant =
      (device !== undefined && mountings.length > 0) ||
      mountings.some((one) => model !== undefined && one.model === model) ||
      mountings.some(({ datastreams }) => datastream !== undefined && Object.values(datastreams).includes(datastream));
    if (!isMeant) continue;
    devices.add(key);
    for (const { datastreams } of mountings) for (const id of Object.values(datastreams)) streams.add(id);
  }
  if (devices.size === 0 && device !== undefined) throw new CodedError('notFound', `there is no device ${device}`);
  if (model !== undefined && devices.size === 0 && !models.has(model))
    throw new CodedError('notFound', `there is no device model ${model}`);
  const known = catalogue.set('Datastreams');
  const wanted = datastream === undefined ? [...streams] : [datastream];
  const datastreams = wanted.filter((id) => known.has(id)).sort((a, b) => a - b);
  return { devices, datastreams, holds: new Set(datastreams) };
}

/** Where a device is and was mounted. */
export function mountingsOf(catalogue: CatalogueReader, key: string): readonly Omit<FormerMounting, 'until'>[] {
  const now = catalogue.devices.get(key);
  const former = catalogue.formerMountings(key);
  return now === undefined ? former : [...former, now];
}
