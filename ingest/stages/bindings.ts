/**
 * Identify: from a device's key to its decoder and to the Datastream of each channel, as they were when a record came. Made
 * once per device and revision.
 */
import { type Quantity, quantityOf, type ReadingValue } from '../../services/model/index.ts';
import { type CatalogueReader, type FormerMounting, rightOnes } from '../../services/registry/index.ts';
import type { DeviceModel } from '../decoders/index.ts';

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
  /** null: the Datastream was deleted, and its readings with it. */
  readonly targets: ReadonlyMap<string, Target | null>;
  /** A later mounting on the same Thing: what this one cannot take is tried there. Somebody mended it since. */
  readonly later: Binding | undefined;
}

interface Known {
  /** undefined: the device is not registered now. */
  readonly now: Binding | undefined;
  /** Records from this one on belong to `now`; 0: all. */
  readonly since: number;
  /** Oldest first; each one is for the records before its `until`. */
  readonly former: readonly { readonly until: number; readonly binding: Binding }[];
}

type Mounting = Omit<FormerMounting, 'until'>;

const UNKNOWN: Known = { now: undefined, since: 0, former: [] };

export class Bindings {
  private readonly catalogue: CatalogueReader;
  private readonly models: ReadonlyMap<string, DeviceModel>;
  private readonly known = new Map<string, Known>();
  private revision = -1;

  constructor(catalogue: CatalogueReader, models: ReadonlyMap<string, DeviceModel>) {
    this.catalogue = catalogue;
    this.models = models;
  }

  /** `record`: number of the message in the journal. undefined: the device is not registered. */
  of(device: string, record: number): Binding | undefined {
    if (this.revision !== this.catalogue.revision) {
      this.known.clear();
      this.revision = this.catalogue.revision;
    }
    const { now, since, former } = this.known.get(device) ?? this.make(device);
    if (record >= since) return now;
    return former.find(({ until }) => record < until)?.binding;
  }

  private make(key: string): Known {
    const device = this.catalogue.devices.get(key);
    const mountings = rightOnes(this.catalogue.formerMountings(key));
    // not remembered: keys that nobody registered are any number
    if (device === undefined && mountings.length === 0) return UNKNOWN;
    const onThing = new Map<number, Binding>();
    const bind = (mounting: Mounting): Binding => {
      const binding = this.bind(key, mounting, onThing.get(mounting.thing));
      onThing.set(mounting.thing, binding);
      return binding;
    };
    const now = device === undefined ? undefined : bind(device);
    const former = mountings.toReversed().map((one) => ({ until: one.until, binding: bind(one) }));
    const known = { now, since: mountings.at(-1)?.until ?? 0, former: former.reverse() };
    this.known.set(key, known);
    return known;
  }

  private bind(device: string, { model, datastreams }: Mounting, later: Binding | undefined): Binding {
    const targets = new Map<string, Target | null>();
    const streams = this.catalogue.set('Datastreams');
    for (const [channel, datastream] of Object.entries(datastreams)) {
      const stream = streams.get(datastream);
      targets.set(channel, stream === undefined ? null : targetOf(datastream, stream.properties.quantity));
    }
    return { device, model: model === null ? null : this.models.get(model), targets, later };
  }
}

function targetOf(datastream: number, quantityId: unknown): Target {
  const quantity = quantityOf(String(quantityId));
  return {
    datastream,
    kind: quantity?.kind ?? 'number',
    min: quantity?.range?.[0] ?? Number.NEGATIVE_INFINITY,
    max: quantity?.range?.[1] ?? Number.POSITIVE_INFINITY,
  };
}

/**
 * Where a reading of this channel belongs: the first mounting that takes it, else the last one that has the channel. null:
 * its Datastream was deleted. undefined: no mounting has the channel.
 */
export function findTarget(binding: Binding, channel: string, value: ReadingValue): Target | null | undefined {
  if (binding.later === undefined) return binding.targets.get(channel);
  let found: Target | undefined;
  for (let at: Binding | undefined = binding; at !== undefined; at = at.later) {
    const target = at.targets.get(channel);
    if (target === undefined) continue;
    if (target === null || takes(target, value)) return target;
    found = target;
  }
  return found;
}

function takes({ kind }: Target, value: ReadingValue): boolean {
  if (kind === 'number') return typeof value === 'number' && Number.isFinite(value);
  return kind === 'boolean' ? typeof value === 'boolean' : typeof value === 'string';
}
