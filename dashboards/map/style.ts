/** Background and layers. Layer names start with `sp-`, so that they can't meet those of a base map. */
import type { FilterSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import { FILLING } from './features.ts';

export const THINGS = 'sp-things';
export const PLACES = 'sp-places';
export const NAMES = 'sp-names';
export const GROUNDS = 'sp-grounds';

/** From this zoom on every bay is drawn for itself; before, a car park is one sign. */
export const BAY_ZOOM = 16.5;

/** What is there without a base map: no network, no sprite, no glyphs. */
export function plainStyle(): StyleSpecification {
  return {
    version: 8,
    sources: {},
    layers: [
      {
        id: 'sp-background',
        type: 'background',
        // Near by, everything is ground.
        paint: { 'background-color': ['interpolate', ['linear'], ['zoom'], 12.5, '#dfe7e3', 15, '#f3f6f3'] },
      },
    ],
  };
}

/** Soft ground around everything that is measured, so that a town is seen as one on the plain background. */
export const GROUND: readonly LayerSpecification[] = [
  ground('sp-ground-far', '#e8eeea', [8, 14, 12, 62, 15, 260]),
  ground('sp-ground-near', '#f3f6f3', [8, 8, 12, 38, 15, 170]),
];

function ground(id: string, colour: string, radius: number[]): LayerSpecification {
  return {
    id,
    type: 'circle',
    source: GROUNDS,
    maxzoom: 15,
    paint: {
      'circle-color': colour,
      'circle-blur': 0.15,
      'circle-pitch-alignment': 'map',
      'circle-radius': ['interpolate', ['exponential', 2], ['zoom'], ...radius] as never,
    },
  };
}

/** Above the dots, below the signs and so placed after them: a name gives way to a value. */
export const NAME_LAYERS: readonly LayerSpecification[] = [
  names('place', { minzoom: 12 }, { 'icon-anchor': 'top', 'icon-offset': [0, 17] }),
  names('town', { maxzoom: 12 }, { 'icon-anchor': 'bottom', 'icon-offset': [0, -16] }),
];

function names(kind: string, zooms: { minzoom?: number; maxzoom?: number }, layout: object): LayerSpecification {
  return {
    id: `sp-names-${kind}`,
    type: 'symbol',
    source: NAMES,
    ...zooms,
    filter: ['==', ['get', 'kind'], kind],
    layout: { 'icon-image': ['get', 'icon'], 'icon-padding': 1, 'symbol-sort-key': ['get', 'rank'], ...layout },
  };
}

/** Layers of what is measured, from below to above. */
export const LAYERS: readonly LayerSpecification[] = [
  {
    id: 'sp-dots',
    type: 'circle',
    source: THINGS,
    filter: ['==', ['get', 'kind'], 'pill'],
    paint: {
      'circle-color': ['get', 'colour'],
      'circle-radius': ['interpolate', ['linear'], ['zoom'], 8, 2.5, 12, 4.5, 16, 7],
      'circle-stroke-color': '#ffffff',
      'circle-stroke-width': 1.25,
    },
  },
  {
    id: 'sp-place-dots',
    type: 'circle',
    source: PLACES,
    maxzoom: BAY_ZOOM,
    paint: {
      'circle-color': ['get', 'colour'],
      'circle-radius': ['interpolate', ['linear'], ['zoom'], 8, 3, 14, 6],
      'circle-stroke-color': '#ffffff',
      'circle-stroke-width': 1.25,
    },
  },
  {
    id: 'sp-bays',
    type: 'symbol',
    source: THINGS,
    minzoom: BAY_ZOOM,
    filter: ['==', ['get', 'kind'], 'bay'],
    layout: {
      'icon-image': ['get', 'icon'],
      'icon-allow-overlap': true,
      // A bay is five metres: the signs grow with the ground below them.
      'icon-size': ['interpolate', ['exponential', 2], ['zoom'], 16.5, 0.32, 18, 0.6, 19.5, 1.4],
    },
  },
  {
    id: 'sp-pills',
    type: 'symbol',
    source: THINGS,
    filter: [
      'all',
      ['==', ['get', 'kind'], 'pill'],
      ['any', ['<', ['get', 'rank'], FILLING], ['>=', ['zoom'], 14]],
    ] as never,
    layout: { 'icon-image': ['get', 'icon'], 'icon-padding': 1, 'symbol-sort-key': ['get', 'rank'] },
  },
  {
    id: 'sp-places',
    type: 'symbol',
    source: PLACES,
    maxzoom: BAY_ZOOM,
    layout: { 'icon-image': ['get', 'icon'], 'icon-padding': 1 },
  },
  {
    // Bays only: a pill carries its frame itself.
    id: 'sp-selected',
    type: 'circle',
    source: THINGS,
    minzoom: BAY_ZOOM,
    filter: ['==', ['id'], -1],
    paint: {
      'circle-color': 'rgba(0, 0, 0, 0)',
      // Grows with the bay's sign, and stays clear of its neighbours'.
      'circle-radius': ['interpolate', ['exponential', 2], ['zoom'], 16.5, 8, 18, 11, 19.5, 24],
      'circle-stroke-color': '#111827',
      'circle-stroke-width': 3,
    },
  },
];

/** Layers that answer a click. */
export const CLICKABLE = ['sp-places', 'sp-pills', 'sp-bays', 'sp-place-dots', 'sp-dots'];

/** The layer's own filter and the domains that are switched on. */
export function shown(layer: LayerSpecification, domains: readonly string[]): FilterSpecification {
  const own = 'filter' in layer && layer.filter ? [layer.filter] : [];
  return ['all', ['in', ['get', 'domain'], ['literal', [...domains]]], ...own] as unknown as FilterSpecification;
}
