/** From what a person names (a device, a Thing, Datastreams, an organisation) to what an order covers. */
import { setImmediate as turn } from 'node:timers/promises';
import { CodedError } from '../model/index.ts';
import type { CatalogueReader } from '../registry/index.ts';
import type { Scope } from './order-line.ts';

/** Devices that are looked at before others get their turn. */
const AT_ONCE = 2000;

/** Exactly one of them. */
export interface Named {
  readonly device?: string | undefined;
  /** The device is none of the catalogue, and that is meant: its raw messages may be in the journal. */
  readonly unregistered?: true | undefined;
  /** Id, or key. */
  readonly thing?: number | string | undefined;
  readonly datastreams?: readonly number[] | undefined;
  readonly organisation?: string | undefined;
  readonly all?: true | undefined;
}

type Covered = Pick<Scope, 'datastreams' | 'devices'>;
type Catalogue = Pick<
  CatalogueReader,
  'set' | 'devices' | 'organisations' | 'formerMountings' | 'thingByKey' | 'indexes'
>;

/** Throws CodedError notFound, request.body. */
export function covered(catalogue: Catalogue, named: Named, most: number): Covered {
  const scope = resolve(catalogue, named);
  if (scope.datastreams !== null && scope.datastreams.length > most)
    throw new CodedError(
      'request.body',
      `${scope.datastreams.length} Datastreams, history.maxOrderDatastreams allows ${most}`,
    );
  return scope;
}

/**
 * For an erasure: never all, and no Datastream that another device has fed. Throws CodedError request.conflict where a
 * device shares one.
 */
export async function erasable(
  catalogue: Catalogue,
  named: Omit<Named, 'all' | 'organisation'>,
  most: number,
): Promise<Covered & { readonly datastreams: readonly number[] }> {
  const { datastreams, devices } = covered(catalogue, named, most);
  if (named.device !== undefined) {
    const other = await otherFeeder(catalogue, devices[0] as string, new Set(datastreams));
    if (other !== null)
      throw new CodedError(
        'request.conflict',
        `Datastream ${other.datastream} has readings of ${other.device}, too: name Datastreams and a span of time instead of the device`,
      );
  }
  // hours and days follow their Datastreams: what is left of one at the edge of the span is computed anew
  const multis = catalogue.set('MultiDatastreams');
  const own = (datastreams as readonly number[]).filter(
    (id) => named.thing === undefined || multis.get(id)?.aggregate === undefined,
  );
  return { datastreams: own, devices };
}

function resolve(catalogue: Catalogue, { device, unregistered, thing, datastreams, organisation }: Named): Covered {
  if (device !== undefined) return ofDevice(catalogue, canonical(device), unregistered === true);
  if (thing !== undefined) return ofThing(catalogue, thing);
  if (datastreams !== undefined) {
    for (const id of datastreams)
      if (!catalogue.set('Datastreams').has(id) && !catalogue.set('MultiDatastreams').has(id))
        throw new CodedError('notFound', `there is no Datastream ${id}`);
    return { datastreams: ascending(datastreams), devices: [] };
  }
  if (organisation !== undefined) {
    if (!catalogue.organisations.has(organisation))
      throw new CodedError('notFound', `there is no organisation ${organisation}`);
    const found: number[] = [];
    for (const set of ['Datastreams', 'MultiDatastreams'] as const)
      for (const one of catalogue.set(set).values()) if (one.organisation === organisation) found.push(one.id);
    const devices = [...catalogue.devices.values()].filter((one) => one.organisation === organisation);
    return { datastreams: ascending(found), devices: devices.map(({ key }) => key) };
  }
  return { datastreams: null, devices: [] };
}

/**
 * Its Datastreams of now and of former mountings. One that the catalogue never had is mostly a slip of the pen, which would look
 * like an order that holds: so it has to be said.
 */
function ofDevice(catalogue: Catalogue, device: string, unregistered: boolean): Covered {
  const now = catalogue.devices.get(device);
  const former = catalogue.formerMountings(device);
  if (now === undefined && former.length === 0 && !unregistered)
    throw new CodedError(
      'notFound',
      `no device ${device} is registered, nor was one mounted; if its raw messages in the journal are meant, say "unregistered": true`,
    );
  const ids = [...Object.values(now?.datastreams ?? {}), ...former.flatMap((one) => Object.values(one.datastreams))];
  return { datastreams: ascending(ids), devices: [device] };
}

function ofThing(catalogue: Catalogue, named: number | string): Covered {
  const id = typeof named === 'number' ? named : catalogue.thingByKey.get(named);
  if (id === undefined || !catalogue.set('Things').has(id))
    throw new CodedError('notFound', `there is no Thing ${named}`);
  const { datastreamsOfThing, multiDatastreamsOfThing } = catalogue.indexes;
  return {
    datastreams: ascending([...(datastreamsOfThing.get(id) ?? []), ...(multiDatastreamsOfThing.get(id) ?? [])]),
    devices: [],
  };
}

async function otherFeeder(catalogue: Catalogue, device: string, datastreams: ReadonlySet<number>) {
  let looked = 0;
  for (const [key, now] of [...catalogue.devices]) {
    if (++looked % AT_ONCE === 0) await turn();
    if (key === device) continue;
    for (const { datastreams: fed } of [now, ...catalogue.formerMountings(key)]) {
      for (const id of Object.values(fed)) if (datastreams.has(id)) return { device: key, datastream: id };
    }
  }
  return null;
}

/** A DevEUI may be given as it is printed on the device. */
function canonical(key: string): string {
  const hex = key.replace(/[\s:.-]/g, '').toLowerCase();
  return /^[0-9a-f]{16}$/.test(hex) ? hex : key;
}

function ascending(ids: readonly number[]): number[] {
  return [...new Set(ids)].sort((a, b) => a - b);
}
