/** What the properties of one entity must be together. */
import type { SetName } from '../../../services/model/index.ts';
import { wrong } from './complaint.ts';
import { checkGeoJson, checkVertices, isGeoJsonType } from './geojson.ts';
import { at } from './read-entity.ts';
import { isJsonObject, type Json } from './values.ts';

/** @throws CodedError request.body with the path of what is wrong. */
export function checkEntity(set: SetName, values: Json, path: string, vertices: number): void {
  if (set === 'Locations') checkPlace(values, 'location', path, vertices);
  if (set === 'FeaturesOfInterest') checkPlace(values, 'feature', path, vertices);
  if (set === 'MultiDatastreams') checkElements(values, path);
}

/** With an encodingType of GeoJSON the value must be GeoJSON; others are kept as they are. */
function checkPlace(values: Json, name: 'location' | 'feature', path: string, vertices: number): void {
  if (isGeoJsonType(values.encodingType)) {
    checkVertices(values[name], vertices, at(path, name));
    checkGeoJson(values[name], at(path, name));
  }
}

/** Types, units and ObservedProperties go with the elements of a result, one each [STA 14, constraints]. */
function checkElements(values: Json, path: string): void {
  const sizes = ['multiObservationDataTypes', 'unitOfMeasurements', 'observedProperties'].map(
    (name) => (values[name] as readonly unknown[]).length,
  );
  if (sizes[0] === 0)
    throw wrong(at(path, 'multiObservationDataTypes'), 'a MultiDatastream has one element at the least');
  if (sizes.every((size) => size === sizes[0])) return;
  const counts = `${sizes[0]} multiObservationDataTypes, ${sizes[1]} unitOfMeasurements and ${sizes[2]} ObservedProperties`;
  throw wrong(at(path, 'ObservedProperties'), `there are ${counts}; each element of a result needs one of each`);
}

/**
 * A FeatureOfInterest that the hub made of a Location names it in `properties.location`; others must not look like one.
 * @throws CodedError request.body
 */
export function checkOrigin(values: Json, before: Json | null, path: string): void {
  const properties = isJsonObject(values.properties) ? values.properties : {};
  const { location } = properties;
  const known = isJsonObject(before?.properties) ? before.properties.location : undefined;
  if (typeof location !== 'number' || location === known) return;
  throw wrong(
    at(path, 'properties.location'),
    'a number there is the Location that the hub made a FeatureOfInterest of; choose another name',
  );
}
