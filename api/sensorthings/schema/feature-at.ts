/** Where an Observation was made: the FeatureOfInterest that it names itself, else its stream's at that time. */
import type { EntityId } from '../../../services/model/index.ts';
import type { Observation } from './observation.ts';
import type { Stream } from './sets.ts';

/** The FeatureOfInterest that holds at a phenomenonTime; before the first, the first one does. null: there is none. */
export function featureAt({ features }: Pick<Stream, 'features'>, t: number): EntityId | null {
  if (features.length === 0) return null;
  let low = 0;
  let high = features.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (features[middle]!.from <= t) low = middle + 1;
    else high = middle;
  }
  return features[Math.max(0, low - 1)]!.feature;
}

/** The FeatureOfInterest of an Observation. null: there is none. */
export function featureOf(row: Observation, stream: Stream): EntityId | null {
  // Only a stream that says so has rows that name another one; the others need no look at what is rare in a row.
  return (stream.otherFeatures === undefined ? undefined : row.extra.f) ?? featureAt(stream, row.t);
}

/** Can two Observations of the stream have different FeaturesOfInterest? Then only the row tells. */
export function featureVaries({ features, otherFeatures }: Stream): boolean {
  return features.length > 1 || (otherFeatures?.length ?? 0) > 0;
}
