/**
 * PATCH and PUT of catalogue entities [STA 10.3]. PATCH changes what it gives; `properties` is one value, so it is replaced as a
 * whole, as FROST does. PUT sets what it leaves out to its default. Relations that are not given stay, as does what the hub
 * keeps beside the properties (`ownership.ts`).
 */
import type { EntitySets, Properties, SetName } from '../../../services/model/index.ts';
import type { Stream } from '../schema/index.ts';
import { checkEntity, checkOrigin } from './check-entity.ts';
import { wrong } from './complaint.ts';
import type { FreeInstants } from './free-instants.ts';
import { linkOnly } from './make-observation.ts';
import type { Maker } from './maker.ts';
import { checkVisibility, readOrganisation, readStreamProperties } from './ownership.ts';
import { followLocation, moveThing, sameMembers } from './places.ts';
import { at, type Mode, type ReadEntity, readEntity } from './read-entity.ts';
import type { Reference } from './reference.ts';
import { relate, relateOne } from './relate.ts';
import { keeps } from './relations.ts';
import type { Session } from './session.ts';
import { SHAPES } from './shapes.ts';
import type { Json } from './values.ts';

/** @throws CodedError request.body */
export async function reviseEntity(
  maker: Maker,
  free: FreeInstants,
  set: SetName,
  id: number,
  body: unknown,
  mode: Exclude<Mode, 'create'>,
): Promise<void> {
  const { session } = maker;
  const read = readEntity(SHAPES[set], body, '', mode);
  for (const reference of [...read.one.values(), ...[...read.many.values()].flat()]) linkOnly(reference);
  session.spend();
  const before = session.plan.get(set, id)!;
  checkVisibility(set, read.values, before as unknown as Json, '');
  const next = { ...before, ...read.values, ...hubProperties(session, set, before, read) } as EntitySets[typeof set];
  const elements = set === 'MultiDatastreams' ? { observedProperties: await elementsOf(maker, next, read) } : {};
  const whole = { ...next, ...elements };
  // what is there already stays, also where the limit was another one then
  const isPlaced = read.values.location !== undefined || read.values.feature !== undefined;
  checkEntity(set, whole as unknown as Json, '', isPlaced ? session.parts.options.vertices : Infinity);
  if (set === 'FeaturesOfInterest') checkOrigin(whole as unknown as Json, before as unknown as Json, '');
  session.plan.put([set, whole] as Parameters<typeof session.plan.put>[0]);
  if (set === 'Locations' && read.values.location !== undefined) followLocation(session, id);
  await linkAll(maker, free, set, id, read);
}

/** Properties without what the hub keeps beside them, and that. */
function hubProperties(session: Session, set: SetName, before: EntitySets[SetName], { values }: ReadEntity): object {
  const properties = values.properties as Properties | undefined;
  if (properties === undefined) return {};
  if ('visibility' in before) return readStreamProperties(session, properties, before as Stream, '');
  if (set === 'FeaturesOfInterest')
    return { properties: withOrigin(properties, before as EntitySets['FeaturesOfInterest']) };
  if (set !== 'Things') return {};
  const { organisation, ...rest } = properties;
  return {
    properties: rest,
    organisation: readOrganisation(session, organisation, (before as EntitySets['Things']).organisation, ''),
  };
}

/** The Location that a FeatureOfInterest was made of is not printed, so it doesn't come back. */
function withOrigin(given: Properties, { properties: { location } }: EntitySets['FeaturesOfInterest']): Properties {
  return typeof location === 'number' ? { ...given, location } : given;
}

/** All ObservedProperties of a MultiDatastream at once: they go with types and units. */
async function elementsOf(maker: Maker, entity: EntitySets[SetName], { many }: ReadEntity): Promise<readonly number[]> {
  const given = many.get('ObservedProperties');
  if (given === undefined) return (entity as EntitySets['MultiDatastreams']).observedProperties;
  return await resolveAll(maker, 'ObservedProperties', given);
}

async function resolveAll(maker: Maker, set: SetName, references: readonly Reference[]): Promise<number[]> {
  const ids: number[] = [];
  for (const reference of references) ids.push(await maker.resolve(set, reference));
  return ids;
}

async function linkAll(maker: Maker, free: FreeInstants, set: SetName, id: number, read: ReadEntity): Promise<void> {
  const { session } = maker;
  const { relations } = SHAPES[set];
  for (const [name, reference] of read.one) {
    const to = await maker.resolve(relations[name]!.to as SetName, reference);
    relateOne(session, set, id, name, to, reference.path);
  }
  for (const [name, references] of read.many) {
    const { to, inverse } = relations[name]!;
    if (set === 'MultiDatastreams' && name === 'ObservedProperties') continue;
    if (!keeps(set, name)) {
      for (const { id: other, path } of references.filter((one) => one.kind === 'link')) {
        await relate(maker, free, to, other, inverse, id, path);
      }
    } else {
      const ids = [...new Set(await resolveAll(maker, to as SetName, references))];
      if (set === 'Things') moveThing(session, session.plan.get('Things', id)!, ids);
      else setHistory(session, id, ids, name);
    }
  }
}

function setHistory(session: Session, id: number, locations: readonly number[], name: string): void {
  if (locations.length === 0) throw wrong(at('', name), 'a HistoricalLocation needs a Location');
  const entry = session.plan.get('HistoricalLocations', id)!;
  if (sameMembers(entry.locations, locations)) return;
  session.plan.put(['HistoricalLocations', { ...entry, locations }]);
}
