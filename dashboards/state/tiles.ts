import type { CityThing } from '../data/index.ts';
import { appearanceOf } from './appearance.ts';
import type { City, Reading } from './city.ts';
import { measureOf } from './measure.ts';
import type { Rules } from './options.ts';

/** What a tile says. Its words are made where the language is known. */
export type Tile =
  | { readonly kind: 'freeBays'; readonly free: number; readonly total: number; readonly unknown: number }
  | { readonly kind: 'warmest' | 'coolest'; readonly thing: CityThing; readonly celsius: number }
  | { readonly kind: 'level'; readonly thing: CityThing; readonly metres: number; readonly change: number | null }
  | { readonly kind: 'fullBins'; readonly full: number; readonly total: number; readonly unknown: number };

/**
 * Sums Things up. `baseline` holds the level of each water Datastream at the start of the window [metres]. A tile without
 * Things to speak of is left out; a Thing in an unknown state is counted as unknown and never used as a value.
 */
export function tilesOf(
  city: City,
  things: Iterable<CityThing>,
  baseline: ReadonlyMap<number, unknown>,
  now: number,
  rules: Rules,
): Tile[] {
  const bays = { kind: 'freeBays' as const, free: 0, total: 0, unknown: 0 };
  const bins = { kind: 'fullBins' as const, full: 0, total: 0, unknown: 0 };
  const warmth: { thing: CityThing; celsius: number }[] = [];
  let level: Extract<Tile, { kind: 'level' }> | null = null;
  for (const thing of things) {
    const measure = measureOf(thing);
    if (measure === null) continue;
    const { stream, quantity } = measure;
    const reading: Reading | null = city.reading(stream);
    const { state, value } = appearanceOf(thing, reading, now, rules);
    const known = state !== 'unknown';
    if (quantity === 'occupied') {
      bays.total++;
      if (!known) bays.unknown++;
      else if (state === 'free') bays.free++;
    } else if (stream.domain === 'waste') {
      bins.total++;
      if (!known) bins.unknown++;
      else if (state === 'full') bins.full++;
    } else if (quantity === 'airTemperature' && value !== null) {
      warmth.push({ thing, celsius: value });
    } else if ((quantity === 'waterLevel' || quantity === 'waterDepth') && value !== null) {
      const before = measure.read(baseline.get(stream.id));
      const change = typeof before === 'number' ? value - before : null;
      if (level === null || weight(change) > weight(level.change))
        level = { kind: 'level', thing, metres: value, change };
    }
  }
  warmth.sort((a, b) => b.celsius - a.celsius);
  const [warmest, coolest] = [warmth[0], warmth.length > 1 ? warmth.at(-1) : undefined];
  return [
    ...(bays.total > 0 ? [bays] : []),
    ...(warmest ? [{ kind: 'warmest' as const, ...warmest }] : []),
    ...(coolest ? [{ kind: 'coolest' as const, ...coolest }] : []),
    ...(level ? [level] : []),
    ...(bins.total > 0 ? [bins] : []),
  ];
}

/** The largest change speaks, in either direction; an unknown one last. */
function weight(change: number | null): number {
  return change === null ? -1 : Math.abs(change);
}
