/**
 * The MultiDatastream that holds the hours or days of a Datastream [docs/semantics.md, Aggregates]: how it is made of its
 * source, and what of the source's changes it takes over. What a person set otherwise in it stays until the source changes.
 */
import { isDeepStrictEqual } from 'node:util';
import type { AggregateOf, Datastream, EntityId, MultiDatastream, UnitOfMeasurement } from '../model/index.ts';

/** What the elements of a result are, in their order. The definitions never change: by them the hub finds its own again. */
export const AGGREGATE_PROPERTIES = [
  {
    name: 'Mittelwert',
    description: 'Mittelwert (mean)',
    definition: 'http://codes.wmo.int/grib2/codeflag/4.10/0',
  },
  {
    name: 'Minimum',
    description: 'Kleinster Wert (minimum)',
    definition: 'http://codes.wmo.int/grib2/codeflag/4.10/3',
  },
  {
    name: 'Maximum',
    description: 'Größter Wert (maximum)',
    definition: 'http://codes.wmo.int/grib2/codeflag/4.10/2',
  },
  {
    name: 'Anzahl',
    description: 'Anzahl der Observations (count)',
    definition: 'http://purl.obolibrary.org/obo/STATO_0000047',
  },
] as const;

const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/';
const COUNT: UnitOfMeasurement = { name: 'one', symbol: '', definition: 'ucum:1' };

/** `observedProperties`: of AGGREGATE_PROPERTIES, in their order. */
export function aggregateStream(
  id: EntityId,
  source: Datastream,
  aggregate: AggregateOf,
  observedProperties: readonly EntityId[],
): MultiDatastream {
  const { thing, sensor, organisation, visibility, domain, features, properties } = source;
  return {
    id,
    name: nameOf(source, aggregate),
    description: descriptionOf(source, aggregate),
    properties,
    observationType: `${OM}OM_ComplexObservation`,
    multiObservationDataTypes: [...Array(3).fill(`${OM}OM_Measurement`), `${OM}OM_CountObservation`],
    unitOfMeasurements: unitsOf(source),
    observedProperties,
    thing,
    sensor,
    organisation,
    visibility,
    domain,
    features,
    // intervals
    ownTimes: true,
    aggregate,
  };
}

/** The same object where nothing of it changes. */
export function followSource(aggregate: MultiDatastream, before: Datastream, next: Datastream): MultiDatastream {
  const of = aggregate.aggregate!;
  const changed: { -readonly [K in keyof MultiDatastream]?: MultiDatastream[K] } = {};
  const same = (key: keyof Datastream) => isDeepStrictEqual(before[key], next[key]);
  if (!same('name')) changed.name = nameOf(next, of);
  if (!same('description')) changed.description = descriptionOf(next, of);
  if (!same('unitOfMeasurement')) changed.unitOfMeasurements = unitsOf(next);
  if (!same('visibility')) changed.visibility = next.visibility;
  if (!same('organisation')) changed.organisation = next.organisation;
  if (!same('domain')) changed.domain = next.domain;
  if (!same('properties')) changed.properties = next.properties;
  if (!same('features')) changed.features = next.features;
  if (!same('thing')) changed.thing = next.thing;
  if (!same('sensor')) changed.sensor = next.sensor;
  return Object.keys(changed).length === 0 ? aggregate : { ...aggregate, ...changed };
}

function nameOf({ name }: Datastream, { level }: AggregateOf): string {
  return `${name} [1 ${level === 'hourly' ? 'hour' : 'day'}]`;
}

function descriptionOf({ description }: Datastream, { level }: AggregateOf): string {
  const span = level === 'hourly' ? 'je Stunde (per hour)' : 'je Tag (per day)';
  return description === '' ? span : `${description}, ${span}`;
}

function unitsOf({ unitOfMeasurement: unit }: Datastream): readonly UnitOfMeasurement[] {
  return [unit, unit, unit, COUNT];
}
