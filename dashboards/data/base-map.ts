import type { StyleSpecification } from 'maplibre-gl';
import type { BaseMap } from './config.ts';
import { getJson, isObject } from './request.ts';

/** The style of the base map; null where there is none, or no internet: then the plain background stays. Never throws. */
export async function loadBaseMap(baseMap: BaseMap | null, timeout: number): Promise<StyleSpecification | null> {
  if (baseMap?.style == null) return null;
  try {
    const style = await getJson(new URL(baseMap.style, document.baseURI), timeout);
    const usable = isObject(style) && Array.isArray(style.layers) && isObject(style.sources);
    return usable ? (style as unknown as StyleSpecification) : null;
  } catch {
    return null;
  }
}
