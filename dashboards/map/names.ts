/** Names of towns and places for a background that has none. Pure. */
import type { Position } from '../data/index.ts';
import { type City, measureOf, placesOf, type Town } from '../state/index.ts';

export interface Name {
  readonly text: string;
  readonly position: Position;
  readonly kind: 'town' | 'place';
  /** The lower one stays where two would overlap. */
  readonly rank: number;
}

/** Towns, and the places of the domains that are switched on; a place's name once, whatever measures there. */
export function namesOf(city: City, towns: readonly Town[], domains: readonly string[]): Name[] {
  const names: Name[] = towns
    .filter(({ named }) => named)
    .map(({ name, bounds: [[west, south], [east, north]], things }) => ({
      text: name,
      position: [(west + east) / 2, (south + north) / 2],
      kind: 'town',
      rank: -things.size,
    }));
  const places = new Map<string, Name>();
  for (const { name, domain, position, things } of placesOf(city.things.values())) {
    // Every container and drain for itself would bury the map under names.
    const single = things.length === 1 && measureOf(things[0]!)?.symbol === '%';
    if (!domains.includes(domain) || single) continue;
    // The same name far away is another place.
    const key = `${name} ${position[0].toFixed(1)} ${position[1].toFixed(1)}`;
    const known = places.get(key);
    const rank = (known?.rank ?? 0) - things.length;
    places.set(key, { text: name, position: known?.position ?? position, kind: 'place', rank });
  }
  return [...names, ...places.values()];
}
