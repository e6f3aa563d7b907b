import type { Datastream, EntityId, FeatureOfInterest } from '../../../services/model/index.ts';
import { geometryOf } from '../plan/geometry/index.ts';

/** Area that a Datastream's FeaturesOfInterest cover [STA table 10]: the geometry of one, the bounding box of several. */
export function observedArea(datastream: Datastream, features: ReadonlyMap<EntityId, FeatureOfInterest>): unknown {
  const shapes = datastream.features.flatMap(({ feature }) => features.get(feature)?.feature ?? []);
  if (shapes.length === 0) return null;
  if (shapes.length === 1) {
    const shape = shapes[0] as { type?: unknown; geometry?: unknown };
    return shape.type === 'Feature' ? (shape.geometry ?? null) : shape;
  }
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
