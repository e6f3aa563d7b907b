/** Devices of a change under construction, on top of the devices as they are. */
import type { Device, EntityId } from '../model/index.ts';
import { DevicePlaces } from './device-places.ts';
import type { MemoryCatalogue } from './memory-catalogue.ts';

export class PlannedDevices {
  readonly #catalogue: MemoryCatalogue;
  /** null: removed. */
  readonly #planned = new Map<string, Device | null>();
  readonly #places = new DevicePlaces();

  constructor(catalogue: MemoryCatalogue) {
    this.#catalogue = catalogue;
  }

  get(key: string): Device | undefined {
    const planned = this.#planned.get(key);
    return planned === undefined ? this.#catalogue.devices.get(key) : (planned ?? undefined);
  }

  /** null: it is removed. */
  set(key: string, device: Device | null): void {
    this.#places.move(this.#planned.get(key) ?? undefined, device ?? undefined);
    this.#planned.set(key, device);
  }

  on(thing: EntityId): Device[] {
    const keys = new Set([...this.#catalogue.devicePlaces.on(thing), ...this.#places.on(thing)]);
    return [...keys].flatMap((key) => {
      const device = this.get(key);
      return device?.thing === thing ? [device] : [];
    });
  }

  /** The device that feeds a Datastream. */
  feeding(datastream: EntityId): Device | undefined {
    const key = this.#places.feeding(datastream) ?? this.#catalogue.devicePlaces.feeding(datastream);
    const device = key === undefined ? undefined : this.get(key);
    return device !== undefined && Object.values(device.datastreams).includes(datastream) ? device : undefined;
  }

  puts(): Device[] {
    return [...this.#planned.values()].filter((device) => device !== null);
  }

  removes(): string[] {
    return [...this.#planned].flatMap(([key, device]) => (device === null ? [key] : []));
  }
}
