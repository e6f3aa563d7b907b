/** From SensorThings entities [OGC 18-088 §8.2] to the city that the page draws. Never throws on a strange entity. */
import type { CityStream, CityThing, Position } from './city-model.ts';
import { isObject, type Json, text } from './request.ts';

/** null: the entity has no usable id. */
export function toThing(entity: unknown): CityThing | null {
  if (!isObject(entity) || typeof entity['@iot.id'] !== 'number') return null;
  const id = entity['@iot.id'];
  const properties = isObject(entity.properties) ? entity.properties : {};
  return {
    id,
    name: text(entity.name, `#${id}`),
    description: text(entity.description, ''),
    properties,
    position: positionOf(entity.Locations),
    organisation: typeof properties.organisation === 'string' ? properties.organisation : null,
    streams: [
      ...list(entity.Datastreams).flatMap((item) => toStream(item, id)),
      ...list(entity.MultiDatastreams).flatMap((item) => toStreams(item, id)),
    ],
  };
}

function toStream(entity: Json, thing: number): readonly CityStream[] {
  if (typeof entity['@iot.id'] !== 'number') return [];
  const properties = isObject(entity.properties) ? entity.properties : {};
  const unit = isObject(entity.unitOfMeasurement) ? entity.unitOfMeasurement : {};
  const property = isObject(entity.ObservedProperty) ? entity.ObservedProperty : {};
  return [
    {
      id: entity['@iot.id'],
      element: null,
      name: text(entity.name, ''),
      thing,
      domain: text(properties.domain, 'device'),
      quantity: typeof properties.quantity === 'string' ? properties.quantity : null,
      property: text(property.name, text(entity.name, '')),
      symbol: text(unit.symbol, ''),
    },
  ];
}

/** A MultiDatastream: one for each element of its results, named by its ObservedProperty [OGC 18-088 §14]. */
function toStreams(entity: Json, thing: number): readonly CityStream[] {
  const id = entity['@iot.id'];
  if (typeof id !== 'number') return [];
  const { domain, aggregateFor } = isObject(entity.properties) ? entity.properties : ({} as Json);
  // hours or days of another Datastream
  if (typeof aggregateFor === 'string') return [];
  const units = Array.isArray(entity.unitOfMeasurements) ? entity.unitOfMeasurements : [];
  return list(entity.ObservedProperties).map((property, element) => {
    const unit = isObject(units[element]) ? units[element] : {};
    return {
      id,
      element,
      name: text(entity.name, ''),
      thing,
      domain: text(domain, 'device'),
      quantity: null,
      property: text(property.name, `${text(entity.name, '')} ${element + 1}`),
      symbol: text(unit.symbol, ''),
    };
  });
}

function positionOf(locations: unknown): Position | null {
  for (const location of list(locations)) {
    const found = pointOf(location.location);
    if (found !== null) return found;
  }
  return null;
}

/** A point of a geometry or Feature: the point itself, else the first position of a line or area. */
function pointOf(geometry: unknown): Position | null {
  if (!isObject(geometry)) return null;
  if (geometry.type === 'Feature') return pointOf(geometry.geometry);
  let value: unknown = geometry.coordinates;
  while (Array.isArray(value) && Array.isArray(value[0])) value = value[0];
  if (!Array.isArray(value)) return null;
  const [longitude, latitude] = value;
  if (typeof longitude !== 'number' || typeof latitude !== 'number') return null;
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 ? [longitude, latitude] : null;
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
