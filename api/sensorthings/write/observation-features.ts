/** What an Observation is about [STA 10.2.1]: the FeatureOfInterest that it names, or the place of its Thing. */
import { EARLIEST } from '../../../services/model/index.ts';
import type { Stream } from '../schema/index.ts';
import { featureAt } from '../schema/index.ts';
import { wrong } from './complaint.ts';
import { placeOf } from './places.ts';
import { at } from './read-entity.ts';
import type { Session } from './session.ts';

export interface Settled {
  readonly stream: Stream;
  /** For the row, where it differs from the Datastream's at that time. */
  readonly f: number | undefined;
}

/** An Observation that names its FeatureOfInterest. The Datastream knows which others there are. */
export function withFeature(stream: Stream, feature: number, t: number): Settled {
  if (featureAt(stream, t) === feature) return { stream, f: undefined };
  const others = stream.otherFeatures ?? [];
  return {
    stream: others.includes(feature) ? stream : { ...stream, otherFeatures: [...others, feature] },
    f: feature,
  };
}

/** One that names none: made of the Thing's Location, once. @throws CodedError request.body where there is no Location. */
export function withPlace(session: Session, stream: Stream, path: string): Stream {
  if (stream.features.length > 0) return stream;
  const thing = session.plan.get('Things', stream.thing);
  const location = thing === undefined ? null : placeOf(session, thing);
  if (location === null) {
    throw wrong(
      at(path, 'FeatureOfInterest'),
      `Thing ${stream.thing} has no Location to make one of; name a FeatureOfInterest or give the Thing a Location`,
    );
  }
  return { ...stream, features: [{ from: EARLIEST, feature: session.plan.featureOfLocation(location) }] };
}
