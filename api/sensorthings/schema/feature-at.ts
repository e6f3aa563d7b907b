import type { Datastream, EntityId } from '../../../services/model/index.ts';

/** The FeatureOfInterest that holds at a phenomenonTime; before the first, the first one does. null: there is none. */
export function featureAt(datastream: Pick<Datastream, 'features'>, t: number): EntityId | null {
  const { features } = datastream;
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
