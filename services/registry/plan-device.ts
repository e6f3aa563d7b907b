/** An imported device ▸ Device, and the Datastreams, Sensor, ObservedProperties and FeatureOfInterest that it feeds. */
import {
  CodedError,
  type Datastream,
  type Device,
  type EntityId,
  QUANTITIES,
  type Quantity,
  quantityOf,
  type Thing,
  type Visibility,
} from '../model/index.ts';
import type { CheckedImport } from './import-document.ts';
import { featureRuns } from './plan-feature.ts';
import type { Planner } from './planner.ts';
import type { DeviceModelInfo, DeviceModels } from './port.ts';

type DeviceImport = CheckedImport['devices'][number];

interface Channel {
  readonly name: string;
  readonly quantity: Quantity;
}

/** Returns how many Datastreams it made. */
export function planDevice(plan: Planner, models: DeviceModels, given: DeviceImport, path: string): number {
  if (plan.organisation(given.organisation) === undefined) {
    throw new CodedError('request.body', `${path}.organisation: there is no organisation "${given.organisation}"`);
  }
  if (given.publish !== undefined && given.visibility === undefined) {
    throw new CodedError('request.body', `${path}.publish: say with "visibility" who may see these channels`);
  }
  const thing = plan.thing(given.thing);
  if (thing === undefined) throw new CodedError('request.body', `${path}.thing: there is no Thing "${given.thing}"`);
  const model = modelOf(models, given, path);
  const channels = channelsOf(model, given, path);
  const inherited = inheritedStreams(plan, given, thing, path);
  const domain = given.domain ?? domainOf(plan, inherited) ?? model?.domain ?? channels[0]?.quantity.domain ?? 'device';
  const datastreams: Record<string, EntityId> = {};
  let made = 0;
  for (const channel of channels) {
    const old = inherited[channel.name];
    const before = old === undefined ? undefined : plan.get('Datastreams', old);
    const keep = before !== undefined && before.properties.quantity === channel.quantity.id ? before : undefined;
    if (keep === undefined) made += 1;
    const stream = datastream(plan, given, model, channel, thing, domain, keep);
    plan.put(['Datastreams', stream]);
    datastreams[channel.name] = stream.id;
  }
  const device: Device = {
    key: given.key,
    name: given.name ?? plan.device(given.key)?.name ?? given.key,
    organisation: given.organisation,
    model: model?.id ?? null,
    thing: thing.id,
    datastreams,
    properties: given.properties ?? plan.device(given.key)?.properties ?? {},
  };
  plan.put(['Devices', device]);
  if (given.corrects === true) plan.correct(given.key);
  return made;
}

/** The domain that the device's Datastreams have already. */
function domainOf(plan: Planner, datastreams: Readonly<Record<string, EntityId>>): string | undefined {
  const [first] = Object.values(datastreams);
  return first === undefined ? undefined : plan.get('Datastreams', first)?.domain;
}

function modelOf(models: DeviceModels, given: DeviceImport, path: string): DeviceModelInfo | null {
  if (given.model === undefined) {
    if (given.channels !== undefined) return null;
    throw new CodedError(
      'request.body',
      `${path}: give a "model", or "channels" for a device that sends mapped values`,
    );
  }
  if (given.channels !== undefined) {
    throw new CodedError('request.body', `${path}.channels: the channels of a device with a "model" are the model's`);
  }
  const model = models.get(given.model);
  if (model === undefined)
    throw new CodedError(
      'request.body',
      `${path}.model: the hub does not know "${given.model}"${likely(given.model, models.keys())}`,
    );
  return model;
}

function channelsOf(model: DeviceModelInfo | null, given: DeviceImport, path: string): Channel[] {
  const named =
    model === null
      ? Object.entries(given.channels ?? {})
      : Object.entries(model.channels).map(([name, spec]) => [name, spec.quantity] as const);
  const channels = named.map(([name, id]) => {
    const quantity = quantityOf(id);
    if (quantity === undefined)
      throw new CodedError(
        'request.body',
        `${path}.channels.${name}: there is no quantity "${id}"${likely(id, Object.keys(QUANTITIES))}`,
      );
    return { name, quantity };
  });
  const unknown = given.publish?.find((name) => !channels.some((channel) => channel.name === name));
  if (unknown !== undefined)
    throw new CodedError('request.body', `${path}.publish: the device has no channel "${unknown}"`);
  return channels;
}

/** The Datastreams that this device feeds already, or takes over from the device it replaces. */
function inheritedStreams(
  plan: Planner,
  given: DeviceImport,
  thing: Thing,
  path: string,
): Readonly<Record<string, EntityId>> {
  const own = plan.device(given.key);
  if (own !== undefined && own.thing === thing.id) return own.datastreams;
  if (given.replaces === undefined) return {};
  const old = plan.device(given.replaces);
  if (old === undefined)
    throw new CodedError('request.body', `${path}.replaces: there is no device "${given.replaces}"`);
  if (old.thing !== thing.id)
    throw new CodedError('request.body', `${path}.replaces: "${old.key}" is mounted on another Thing`);
  plan.put(['Devices', { ...old, datastreams: {} }]);
  return old.datastreams;
}

function datastream(
  plan: Planner,
  given: DeviceImport,
  model: DeviceModelInfo | null,
  channel: Channel,
  thing: Thing,
  domain: string,
  old: Datastream | undefined,
): Datastream {
  const { quantity } = channel;
  return {
    // what an import doesn't know stays: what Observations of the API left in it
    ...old,
    id: old?.id ?? plan.newId('Datastreams'),
    name: old?.name ?? `${thing.name}: ${quantity.name.de}`,
    description:
      old?.description ?? `${quantity.name.de} (${quantity.name.en})${model === null ? '' : `, ${model.name}`}`,
    properties: { ...old?.properties, domain, quantity: quantity.id, channel: channel.name, ...simulated(thing) },
    observationType: observationType(quantity),
    unitOfMeasurement: {
      name: quantity.unit.ucum === null ? null : quantity.unit.name.en,
      symbol: quantity.unit.ucum === null ? null : quantity.unit.symbol,
      definition: quantity.unit.ucum === null ? null : `ucum:${quantity.unit.ucum}`,
    },
    thing: thing.id,
    sensor: sensor(plan, model),
    observedProperty: observedProperty(plan, quantity),
    organisation: given.organisation,
    visibility: visibilityOf(given, channel, old),
    domain,
    channel: channel.name,
    features: featureRuns(plan, thing, old),
  };
}

/** What an import leaves out stays as it is. Diagnostic quantities are shown only where they are, or were, named. */
function visibilityOf(given: DeviceImport, { name, quantity }: Channel, old: Datastream | undefined): Visibility {
  if (given.visibility === undefined) return old?.visibility ?? 'internal';
  const named =
    given.publish === undefined ? old !== undefined && old.visibility !== 'internal' : given.publish.includes(name);
  return quantity.diagnostic && !named ? 'internal' : given.visibility;
}

/** What is simulated says so wherever it is seen. */
function simulated(thing: Thing): { simulation?: true } {
  return thing.properties.simulation === true ? { simulation: true } : {};
}

const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/';

/** [STA table 12] */
function observationType(quantity: Quantity): string {
  if (quantity.kind === 'boolean') return `${OM}OM_TruthObservation`;
  return quantity.kind === 'number' ? `${OM}OM_Measurement` : `${OM}OM_Observation`;
}

function sensor(plan: Planner, model: DeviceModelInfo | null): EntityId {
  const key = model?.id ?? 'generic';
  const known = plan.sensorOf(key);
  if (known !== undefined) return known;
  const id = plan.newId('Sensors');
  plan.put([
    'Sensors',
    {
      id,
      name: model?.name ?? 'Mapped values',
      description: model?.summary ?? 'Values that arrive mapped to quantities by configuration.',
      properties: model === null ? {} : { domain: model.domain },
      encodingType: 'text/html',
      metadata: model?.source.url ?? '',
      model: key,
    },
  ]);
  return id;
}

function observedProperty(plan: Planner, quantity: Quantity): EntityId {
  const known = plan.observedPropertyOf(quantity.id);
  if (known !== undefined) return known;
  const id = plan.newId('ObservedProperties');
  plan.put([
    'ObservedProperties',
    {
      id,
      name: quantity.name.de,
      description: `${quantity.name.de} (${quantity.name.en})`,
      properties: { quantity: quantity.id, name: quantity.name },
      definition: quantity.definition,
      quantity: quantity.id,
    },
  ]);
  return id;
}

/** Names that were probably meant: those that hold the word, or a word of it; the pages of the docs list all. */
function likely(name: string, known: Iterable<string>): string {
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2);
  const near = [...known].filter((one) => words.some((word) => one.toLowerCase().includes(word))).slice(0, 5);
  return near.length === 0 ? '' : `; it knows ${near.join(', ')}`;
}
