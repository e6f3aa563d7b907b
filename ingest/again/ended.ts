/**
 * Datastreams whose device has a model that no longer knows their channel. They are ended, never deleted: what came before
 * may be of use, and a link that somebody keeps still leads somewhere. `properties.ended` says since when.
 */
import { type Device, isoTime, type Properties } from '../../services/model/index.ts';
import type { CatalogueReader, Registry } from '../../services/registry/index.ts';
import type { DeviceModel } from '../decoders/index.ts';
import type { Pace } from './pace.ts';
import { mountingsOf } from './scope.ts';

export interface EndedPorts {
  readonly catalogue: CatalogueReader;
  readonly models: ReadonlyMap<string, DeviceModel>;
  readonly pace: Pace;
}

/** A Datastream that ends, or one that has its channel again. */
export interface Ending {
  readonly datastream: number;
  readonly name: string;
  readonly channel: string;
  readonly ends: boolean;
}

const CHANGED_AT_ONCE = 200;

/** What has to be ended or taken up again, of all that these devices feed or fed. */
export async function endingsOf(ports: EndedPorts, devices: Iterable<string>): Promise<Ending[]> {
  const { catalogue, models, pace } = ports;
  const lost = new Map<number, string>();
  const fed = new Map<number, string>();
  for (const key of devices) {
    await pace.step();
    for (const { model, datastreams, wrong } of mountingsOf(catalogue, key)) {
      const known = model === null ? undefined : models.get(model);
      const lacks = (channel: string) => known !== undefined && !Object.hasOwn(known.channels, channel);
      for (const [channel, id] of Object.entries(datastreams))
        if (wrong === true || lacks(channel)) lost.set(id, channel);
    }
  }
  const isMeant = new Set(devices);
  // a swapped device may have left its Datastreams to one of another model
  for (const device of lost.size > 0 ? catalogue.devices.values() : presentOf(catalogue, devices)) {
    await pace.step();
    const known = device.model === null ? undefined : models.get(device.model);
    for (const [channel, id] of Object.entries(device.datastreams)) {
      if (known !== undefined && !Object.hasOwn(known.channels, channel)) continue;
      if (lost.has(id) || isMeant.has(device.key)) fed.set(id, channel);
    }
  }
  const streams = catalogue.set('Datastreams');
  const found: Ending[] = [];
  const note = (ids: ReadonlyMap<number, string>, ends: boolean) => {
    for (const [datastream, channel] of ids) {
      const stream = streams.get(datastream);
      if (stream === undefined || isEnded(stream.properties) === ends || (ends && fed.has(datastream))) continue;
      found.push({ datastream, name: stream.name, channel, ends });
    }
  };
  note(lost, true);
  note(fed, false);
  return found;
}

function* presentOf(catalogue: CatalogueReader, devices: Iterable<string>): Generator<Device> {
  for (const key of devices) {
    const device = catalogue.devices.get(key);
    if (device !== undefined) yield device;
  }
}

export async function end(registry: Pick<Registry, 'change'>, by: string, endings: readonly Ending[]): Promise<void> {
  for (let i = 0; i < endings.length; i += CHANGED_AT_ONCE) {
    const part = endings.slice(i, i + CHANGED_AT_ONCE);
    await registry.change(by, (plan) => {
      for (const { datastream, ends } of part) {
        const stream = plan.get('Datastreams', datastream);
        if (stream === undefined || isEnded(stream.properties) === ends) continue;
        const { ended: _, ...others } = stream.properties;
        const properties = ends ? { ...others, ended: isoTime(plan.now) } : others;
        plan.put(['Datastreams', { ...stream, properties }]);
      }
    });
  }
}

function isEnded(properties: Properties): boolean {
  return typeof properties.ended === 'string';
}
