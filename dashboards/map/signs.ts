import type { Map as MapLibre } from 'maplibre-gl';
import { paint, SIGN_RATIO, type Sign, signName } from './icons.ts';

/** Painted signs that a map holds at most; those not in use go when there are more. */
const MOST = 1500;

/** Gives the map the signs that its features name, each painted once. */
export class Signs {
  readonly #map: MapLibre;
  readonly #painted = new Set<string>();

  constructor(map: MapLibre) {
    this.#map = map;
  }

  /** The style was replaced, and with it all its images. */
  clear(): void {
    this.#painted.clear();
  }

  provide(sign: Sign): void {
    const name = signName(sign);
    if (this.#painted.has(name)) return;
    this.#map.addImage(name, paint(sign), { pixelRatio: SIGN_RATIO });
    this.#painted.add(name);
  }

  /** Lets go of what no feature names any more, once there is a lot. */
  sweep(inUse: () => ReadonlySet<string>): void {
    if (this.#painted.size <= MOST) return;
    const used = inUse();
    for (const name of this.#painted) {
      if (used.has(name)) continue;
      this.#map.removeImage(name);
      this.#painted.delete(name);
    }
  }
}
