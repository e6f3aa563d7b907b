/** Observations from bodies: made, and changed. */
import { addObservation } from './add-observation.ts';
import { changeRow } from './change-observation.ts';
import { wrong } from './complaint.ts';
import type { FreeInstants } from './free-instants.ts';
import type { Given, Maker } from './maker.ts';
import { type ReadObservation, readObservation } from './observation-values.ts';
import { at, type Mode } from './read-entity.ts';
import type { Reference } from './reference.ts';
import type { StoredRow } from './stored-row.ts';

/** Returns its @iot.id. @throws CodedError request.body */
export async function makeObservation(
  maker: Maker,
  free: FreeInstants,
  body: unknown,
  path: string,
  given: Given,
): Promise<bigint> {
  const read = readObservation(body, path, 'create');
  const stream = await streamOf(read, path, given, (set, link) => maker.receiver(set, link));
  if (stream === null) {
    throw wrong(
      at(path, 'Datastream'),
      'an Observation needs a Datastream or a MultiDatastream: {"Datastream":{"@iot.id":1}}',
    );
  }
  const feature = await featureOf(maker, read, given, path);
  return await addObservation(maker.session, free, stream, { values: read.values, feature, path });
}

/** PATCH (`change`) and PUT (`replace`). Only links to other entities are allowed. @throws CodedError request.body */
export async function reviseObservation(
  maker: Maker,
  free: FreeInstants,
  before: StoredRow,
  body: unknown,
  mode: Exclude<Mode, 'create'>,
): Promise<void> {
  const read = readObservation(body, '', mode);
  for (const link of [read.datastream, read.multiDatastream, read.feature]) if (link !== undefined) linkOnly(link);
  const stream = (await streamOf(read, '', {}, (set, link) => maker.resolve(set, link))) ?? before.ds;
  const feature = await featureOf(maker, read, {}, '');
  await changeRow(maker.session, free, before, {
    values: read.values,
    feature,
    stream,
    replace: mode === 'replace',
    byHand: true,
    path: '',
  });
}

/** [STA 10.3.1] @throws CodedError request.body */
export function linkOnly(reference: Reference): void {
  if (reference.kind === 'link') return;
  throw wrong(reference.path, 'an update takes links such as {"@iot.id":1}; create related entities with POST');
}

async function streamOf(
  read: ReadObservation,
  path: string,
  given: Given,
  resolve: Maker['resolve'],
): Promise<number | null> {
  const place = given.Datastream ?? given.MultiDatastream;
  if (place === undefined) {
    if (read.datastream !== undefined) return await resolve('Datastreams', read.datastream);
    return read.multiDatastream === undefined ? null : await resolve('MultiDatastreams', read.multiDatastream);
  }
  sameAsPlace(given.Datastream, read.datastream, at(path, 'Datastream'));
  sameAsPlace(given.MultiDatastream, read.multiDatastream, at(path, 'MultiDatastream'));
  return place;
}

async function featureOf(
  maker: Maker,
  { feature }: ReadObservation,
  given: Given,
  path: string,
): Promise<number | null> {
  if (given.FeatureOfInterest !== undefined) {
    sameAsPlace(given.FeatureOfInterest, feature, at(path, 'FeatureOfInterest'));
    return given.FeatureOfInterest;
  }
  return feature === undefined ? null : await maker.resolve('FeaturesOfInterest', feature);
}

/** A body may repeat what its place says, not contradict it. */
export function sameAsPlace(place: number | undefined, given: Reference | undefined, path: string): void {
  if (given === undefined || (given.kind === 'link' && place !== undefined && given.id === BigInt(place))) return;
  throw wrong(
    path,
    place === undefined
      ? 'the place of the Observation says another one'
      : `the place says ${place} already; leave it out`,
  );
}
