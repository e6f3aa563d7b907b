/** Identify: from a device's key to its decoder and to the Datastream of each channel. Made once per device and revision. */
import { type Quantity, quantityOf } from '../../services/model/index.ts';
import type { CatalogueReader } from '../../services/registry/index.ts';
import { type DeviceModel, models } from '../decoders/index.ts';

export interface Target {
  readonly datastream: number;
  readonly kind: Quantity['kind'];
  /** Plausible range; infinite where there is none. */
  readonly min: number;
  readonly max: number;
}

export interface Binding {
  readonly device: string;
  /** null: the source brings mapped values. undefined: the registry names a model that the hub does not have. */
  readonly model: DeviceModel | null | undefined;
  readonly targets: ReadonlyMap<string, Target>;
}

export class Bindings {
  private readonly catalogue: CatalogueReader;
  private readonly known = new Map<string, Binding>();
  private revision = -1;

  constructor(catalogue: CatalogueReader) {
    this.catalogue = catalogue;
  }

  /** undefined: the device is not registered. */
  of(device: string): Binding | undefined {
    if (this.revision !== this.catalogue.revision) {
      this.known.clear();
      this.revision = this.catalogue.revision;
    }
    const known = this.known.get(device);
    return known ?? this.make(device);
  }

  private make(key: string): Binding | undefined {
    const device = this.catalogue.devices.get(key);
    if (device === undefined) return undefined;
    const targets = new Map<string, Target>();
    const streams = this.catalogue.set('Datastreams');
    for (const [channel, datastream] of Object.entries(device.datastreams)) {
      const quantity = quantityOf(String(streams.get(datastream)?.properties.quantity));
      targets.set(channel, {
        datastream,
        kind: quantity?.kind ?? 'number',
        min: quantity?.range?.[0] ?? Number.NEGATIVE_INFINITY,
        max: quantity?.range?.[1] ?? Number.POSITIVE_INFINITY,
      });
    }
    const binding = { device: key, model: device.model === null ? null : models.get(device.model), targets };
    this.known.set(key, binding);
    return binding;
  }
}
