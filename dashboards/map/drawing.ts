import type { Feature } from 'geojson';
import type { GeoJSONFeatureDiff, GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl';
import type { CityThing } from '../data/index.ts';
import type { Appearance, Place } from '../state/index.ts';
import type { Locale } from '../text/index.ts';
import { type FeatureProperties, parkingSign, propertiesOf, signOf } from './features.ts';
import { type Sign, signName } from './icons.ts';
import type { Name } from './names.ts';
import { Signs } from './signs.ts';
import { GROUND, GROUNDS, LAYERS, NAME_LAYERS, NAMES, PLACES, shown, THINGS } from './style.ts';

/** What the drawing is made from. */
export interface Scene {
  readonly things: readonly CityThing[];
  readonly places: readonly Place[];
  readonly look: (thing: CityThing) => Appearance;
  readonly locale: Locale;
}

/** What is drawn for one Thing or car park. */
interface Drawn {
  readonly look: Appearance | null;
  readonly properties: FeatureProperties;
}

/** Puts Things and car parks onto a map and keeps them up to date, touching only what looks different. */
export class Drawing {
  readonly #map: MapLibre;
  readonly #signs: Signs;
  #scene: Scene | null = null;
  #things = new Map<number, Drawn>();
  #places = new Map<number, Drawn>();
  #placeOf = new Map<number, number>();
  #selected: number | null = null;
  #names: ReadonlySet<string> = new Set();

  constructor(map: MapLibre) {
    this.#map = map;
    this.#signs = new Signs(map);
  }

  /** How a Thing is drawn now; null: it is not on the map. */
  stateOf(thing: number): Appearance | null {
    return this.#things.get(thing)?.look ?? null;
  }

  placeAt(index: number): Place | null {
    return this.#scene?.places[index] ?? null;
  }

  /** Adds sources and layers to a style that has just been loaded, and draws all of it. */
  install(scene: Scene, domains: readonly string[], plain: boolean): void {
    this.#signs.clear();
    this.#things.clear();
    this.#places.clear();
    for (const id of [GROUNDS, THINGS, PLACES, NAMES]) {
      if (!this.#map.getSource(id)) {
        this.#map.addSource(id, { type: 'geojson', data: { type: 'FeatureCollection', features: [] }, tolerance: 0 });
      }
    }
    for (const layer of plain ? [...GROUND, ...LAYERS] : LAYERS) {
      if (!this.#map.getLayer(layer.id)) this.#map.addLayer(layer);
    }
    for (const layer of plain ? NAME_LAYERS : []) {
      if (!this.#map.getLayer(layer.id)) this.#map.addLayer(layer, 'sp-bays');
    }
    this.filter(domains);
    this.replace(scene);
  }

  /** Draws another scene: the catalogue or the language has changed. */
  replace(scene: Scene): void {
    this.#scene = scene;
    this.#things.clear();
    this.#places.clear();
    this.#placeOf = new Map(scene.places.flatMap((place, at) => place.things.map((thing) => [thing.id, at])));
    const things = scene.things.flatMap((thing) => {
      if (thing.position === null) return [];
      const look = scene.look(thing);
      const properties = this.#provide(signOf(thing, look, scene.locale), thing, look);
      this.#things.set(thing.id, { look, properties });
      return [feature(thing.id, thing.position, properties)];
    });
    const places = scene.places.map((place, at) => {
      const properties = this.#placeProperties(place, scene);
      this.#places.set(at, { look: null, properties });
      return feature(at, place.position, properties);
    });
    this.#source(GROUNDS).setData({ type: 'FeatureCollection', features: groundsOf(scene.things) });
    this.#source(THINGS).setData({ type: 'FeatureCollection', features: things });
    this.#source(PLACES).setData({ type: 'FeatureCollection', features: places });
  }

  /** Writes names; only the plain background has layers for them. */
  name(names: readonly Name[]): void {
    const features = names.map(({ kind, text, rank, position }, at) => {
      const sign: Sign = { kind, text };
      this.#signs.provide(sign);
      return feature(at, position, { icon: signName(sign), kind, rank });
    });
    this.#names = new Set(features.map(({ properties }) => String(properties?.icon)));
    void this.#source(NAMES).setData({ type: 'FeatureCollection', features });
  }

  /** Draws these Things again where they look different now. */
  update(things: Iterable<CityThing>): void {
    const scene = this.#scene;
    if (scene === null) return;
    const changes: GeoJSONFeatureDiff[] = [];
    const touched = new Set<number>();
    for (const thing of things) {
      const old = this.#things.get(thing.id);
      if (old === undefined) continue;
      const look = scene.look(thing);
      const properties = this.#provide(signOf(thing, look, scene.locale), thing, look);
      const at = this.#placeOf.get(thing.id);
      if (at !== undefined && old.look?.state !== look.state) touched.add(at);
      this.#things.set(thing.id, { look, properties });
      if (!alike(old.properties, properties)) changes.push(change(thing.id, properties));
    }
    if (changes.length > 0) void this.#source(THINGS).updateData({ update: changes });
    this.#updatePlaces(scene, touched);
    this.#signs.sweep(() => this.#inUse());
  }

  #updatePlaces(scene: Scene, touched: ReadonlySet<number>): void {
    const changes: GeoJSONFeatureDiff[] = [];
    for (const at of touched) {
      const properties = this.#placeProperties(scene.places[at]!, scene);
      if (alike(this.#places.get(at)!.properties, properties)) continue;
      this.#places.set(at, { look: null, properties });
      changes.push(change(at, properties));
    }
    if (changes.length > 0) void this.#source(PLACES).updateData({ update: changes });
  }

  filter(domains: readonly string[]): void {
    for (const layer of LAYERS as readonly LayerSpecification[]) {
      if (layer.id !== 'sp-selected' && this.#map.getLayer(layer.id))
        this.#map.setFilter(layer.id, shown(layer, domains));
    }
  }

  select(thing: number | null): void {
    const before = this.#selected;
    this.#selected = thing;
    if (this.#map.getLayer('sp-selected')) {
      this.#map.setFilter('sp-selected', ['all', ['==', ['id'], thing ?? -1], ['==', ['get', 'kind'], 'bay']]);
    }
    const both = [before, thing].filter((id) => id !== null);
    this.update(this.#scene?.things.filter(({ id }) => both.includes(id)) ?? []);
    const places = both.flatMap((id) => this.#placeOf.get(id) ?? []);
    if (this.#scene !== null) this.#updatePlaces(this.#scene, new Set(places));
  }

  #provide(plain: Sign, thing: CityThing, look: Appearance): FeatureProperties {
    const sign = plain.kind === 'pill' && thing.id === this.#selected ? { ...plain, selected: true } : plain;
    this.#signs.provide(sign);
    return propertiesOf(thing, look, sign);
  }

  #placeProperties(place: Place, scene: Scene): FeatureProperties {
    const selected = place.things.some(({ id }) => id === this.#selected);
    const sign = { ...parkingSign(place, scene.look), selected };
    const { colour } = sign;
    this.#signs.provide(sign);
    return { icon: signName(sign), colour, domain: place.domain, kind: 'pill', rank: 0 };
  }

  #inUse(): Set<string> {
    const drawn = [...this.#things.values(), ...this.#places.values()];
    return new Set([...drawn.map(({ properties }) => properties.icon), ...this.#names]);
  }

  #source(id: string): GeoJSONSource {
    return this.#map.getSource<GeoJSONSource>(id)!;
  }
}

/** One point for each cell of about 200 m where something stands: large soft circles for every bay would cost each frame. */
function groundsOf(things: readonly CityThing[]): Feature[] {
  const cells = new Map<string, readonly [number, number]>();
  for (const { position } of things) {
    if (position !== null) cells.set(`${Math.round(position[0] / 0.003)} ${Math.round(position[1] / 0.002)}`, position);
  }
  return [...cells.values()].map((position, at) => feature(at, position, {}));
}

function feature(id: number, at: readonly [number, number], properties: object): Feature {
  return { type: 'Feature', id, geometry: { type: 'Point', coordinates: [...at] }, properties: { ...properties } };
}

function change(id: number, properties: FeatureProperties): GeoJSONFeatureDiff {
  return { id, addOrUpdateProperties: Object.entries(properties).map(([key, value]) => ({ key, value })) };
}

function alike(a: FeatureProperties, b: FeatureProperties): boolean {
  return a.icon === b.icon && a.colour === b.colour && a.domain === b.domain && a.kind === b.kind && a.rank === b.rank;
}
