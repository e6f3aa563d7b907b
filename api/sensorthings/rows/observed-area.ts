import type { EntityId, FeatureOfInterest } from '../../../services/model/index.ts';
import { geometryOf } from '../plan/geometry/index.ts';
import type { Stream } from '../schema/index.ts';

/** Area that a stream's FeaturesOfInterest cover [STA table 10]: the geometry of one, the bounding box of several. */
export function observedArea(stream: Stream, features: ReadonlyMap<EntityId, FeatureOfInterest>): unknown {
  const [only] = stream.features;
  if (only !== undefined && stream.features.length === 1 && stream.otherFeatures === undefined) {
    return geometryIn(features.get(only.feature)?.feature);
  }
  const ids = [...stream.features.map((f) => f.feature), ...(stream.otherFeatures ?? [])];
  const shapes = ids.flatMap((id) => features.get(id)?.feature ?? []);
  if (shapes.length === 0) return null;
  if (shapes.length === 1) return geometryIn(shapes[0]);
  const points = shapes.flatMap((shape) => {
    const g = geometryOf(shape);
    return g === null ? [] : [...g.points, ...g.lines.flat(), ...g.polygons.flat(2)];
  });
  if (points.length === 0) return null;
  const [west, south] = [0, 1].map((axis) => points.reduce((least, p) => Math.min(least, p[axis]!), Infinity));
  const [east, north] = [0, 1].map((axis) => points.reduce((most, p) => Math.max(most, p[axis]!), -Infinity));
  return {
    type: 'Polygon',
    coordinates: [
      [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
      ],
    ],
  };
}

function geometryIn(shape: unknown): unknown {
  const { type, geometry } = (shape ?? {}) as { type?: unknown; geometry?: unknown };
  return (type === 'Feature' ? geometry : shape) ?? null;
}
