import type { Position } from './city-model.ts';
import { isObject, text } from './request.ts';

export interface BaseMap {
  /** Address of a MapLibre style; null: plain background. */
  readonly style: string | null;
  readonly name: string;
  /** Must be shown with the map. */
  readonly attribution: string;
}

/** `/config.json`. */
export interface HubConfig {
  readonly name: string;
  readonly languages: readonly string[];
  /** The values come from the simulator: say so, always. */
  readonly simulation: boolean;
  readonly baseMap: BaseMap | null;
  readonly centre: Position | null;
  readonly zoom: number | null;
  /** Hours without a confirmation after which a state counts as unknown; null: the page's default. */
  readonly unknownAfterHours: number | null;
}

/** Takes what is usable and leaves the rest at its default: a wrong field must not cost the citizen the map. */
export function parseConfig(value: unknown): HubConfig {
  const json = isObject(value) ? value : {};
  const centre = json.centre;
  return {
    name: text(json.name, 'Stadtpegel'),
    languages: Array.isArray(json.languages) ? json.languages.filter((item) => typeof item === 'string') : ['de', 'en'],
    simulation: json.simulation === true,
    baseMap: parseBaseMap(json.baseMap),
    centre: Array.isArray(centre) && finite(centre[0]) && finite(centre[1]) ? [centre[0], centre[1]] : null,
    zoom: finite(json.zoom) ? json.zoom : null,
    unknownAfterHours: finite(json.unknownAfterHours) && json.unknownAfterHours > 0 ? json.unknownAfterHours : null,
  };
}

function parseBaseMap(value: unknown): BaseMap | null {
  if (!isObject(value) || typeof value.style !== 'string') return null;
  return { style: value.style, name: text(value.name, ''), attribution: text(value.attribution, '') };
}

function finite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
