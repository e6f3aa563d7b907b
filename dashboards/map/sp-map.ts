import { css, html, LitElement, nothing, type PropertyValues, unsafeCSS } from 'lit';
import * as maplibre from 'maplibre-gl';
import mapStyles from 'maplibre-gl/dist/maplibre-gl.css?inline';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { type BaseMap, DEFAULTS, loadBaseMap, type Position } from '../data/index.ts';
import {
  type Appearance,
  appearanceOf,
  type City,
  measureOf,
  placesOf,
  type Rules,
  type Town,
} from '../state/index.ts';
import type { Locale } from '../text/index.ts';
import { Drawing, type Scene } from './drawing.ts';
import { namesOf } from './names.ts';
import { styles } from './sp-map.styles.ts';
import { CLICKABLE, PLACES, plainStyle } from './style.ts';
import { boundsOf, roomFor } from './view.ts';

/** New values wait for the next frame, but no longer than this, milliseconds. */
const FLUSH_AT_LAST = 100;

/**
 * `<sp-map>`: Things as signs on a map. Fires `sp-select` (detail: Thing id, or null for a click into the open), `sp-drawn`
 * after the first drawing and `sp-nomap` where the browser has no WebGL. New values: call `changed(ids)`.
 */
export class SpMap extends LitElement {
  static override styles = [unsafeCSS(mapStyles), css`:host { display: block; position: relative; }`, styles];
  static override properties = {
    city: { attribute: false },
    locale: { attribute: false },
    rules: { attribute: false },
    towns: { attribute: false },
    town: { attribute: false },
    // A new array with the same words would filter and name everything again.
    domains: { attribute: false, hasChanged: (now: string[], old?: string[]) => now.join() !== old?.join() },
    baseMap: { attribute: false },
    centre: { attribute: false },
    zoom: { attribute: false },
    selected: { attribute: false },
    covered: { attribute: false },
    bare: { state: true },
  };

  declare city: City | null;
  declare locale: Locale;
  declare rules: Rules;
  declare towns: readonly Town[];
  /** The town in view. */
  declare town: Town | null;
  /** Domains that are switched on. */
  declare domains: readonly string[];
  declare baseMap: BaseMap | null;
  /** First view; null: the town. */
  declare centre: Position | null;
  declare zoom: number | null;
  declare selected: number | null;
  /** Pixels at the left that something on the map covers when the view moves to a town. */
  declare covered: () => number;
  /** There is no base map, or it doesn't come. */
  declare private bare: boolean;

  #map: maplibre.Map | null = null;
  #drawing: Drawing | null = null;
  #plain = true;
  #styled = false;
  #viewed = false;
  readonly #changed = new Set<number>();
  #frame = 0;
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.city = null;
    this.towns = [];
    this.town = null;
    this.domains = [];
    this.baseMap = null;
    this.centre = null;
    this.zoom = null;
    this.selected = null;
    this.covered = () => 0;
    this.bare = false;
  }

  /** How a Thing is drawn at this moment: its state and colour; null: it is not on the map. */
  stateOf(thing: number): Appearance | null {
    return this.#drawing?.stateOf(thing) ?? null;
  }

  /** These Things have new values: draws them with the next frame. */
  changed(things: Iterable<number>): void {
    for (const id of things) this.#changed.add(id);
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => this.#flush());
    // Frames come late on a slow graphics processor and not at all in a hidden tab.
    this.#late = setTimeout(() => this.#flush(), FLUSH_AT_LAST);
  }

  /** Moves the view to a town. */
  show(town: Town): void {
    if (this.#map === null || this.city === null) return;
    // A panel that has just closed gives its room back.
    this.#map.resize();
    const things = [...town.things].flatMap((id) => this.city?.things.get(id) ?? []);
    this.#map.fitBounds(boundsOf(things), {
      padding: { ...roomFor(this.clientWidth, this.clientHeight, this.covered()) },
      maxZoom: 15.5,
      animate: this.#viewed && !matchMedia('(prefers-reduced-motion: reduce)').matches,
      duration: 1800,
    });
    this.#viewed = true;
  }

  /** Moves the view to a Thing, near enough to see it for itself. */
  showThing(id: number): void {
    const position = this.city?.things.get(id)?.position;
    if (!position || this.#map === null) return;
    const near = this.stateOf(id)?.state === 'value' ? 16 : 18;
    this.#map.easeTo({ center: [...position], zoom: Math.max(this.#map.getZoom(), near) });
  }

  /** Moves the view just so far that a Thing is in it: something has taken room from the map. */
  keepInView(id: number): void {
    const position = this.city?.things.get(id)?.position;
    if (!position || this.#map === null) return;
    this.#map.resize();
    const edge = 30;
    const { x, y } = this.#map.project([...position]);
    if (x < edge || y < edge || x > this.clientWidth - edge || y > this.clientHeight - edge) {
      this.#map.easeTo({ center: [...position] });
    }
  }

  override render() {
    return html`<div id="map" role="region" aria-label=${this.locale.t.mapLabel}></div>
      ${this.bare ? html`<p class="bare">${this.locale.t.noBaseMap}</p>` : nothing}`;
  }

  protected override firstUpdated(): void {
    maplibre.setWorkerUrl(new URL(workerUrl, import.meta.url).href);
    const container = this.renderRoot.querySelector<HTMLElement>('#map')!;
    try {
      this.#map = new maplibre.Map({
        container,
        style: plainStyle(),
        center: this.centre === null ? [10.2, 50.6] : [...this.centre],
        zoom: this.zoom ?? 5.5,
        attributionControl: false,
        dragRotate: false,
        pitchWithRotate: false,
        fadeDuration: 0,
        maxZoom: 21,
      });
    } catch {
      this.dispatchEvent(new CustomEvent('sp-nomap'));
      return;
    }
    const map = this.#map;
    map.touchZoomRotate.disableRotation();
    map.addControl(new maplibre.NavigationControl({ showCompass: false }), 'top-right');
    map.addControl(new maplibre.ScaleControl({ unit: 'metric' }), 'bottom-right');
    this.#drawing = new Drawing(map);
    this.#watchTiles(map);
    map.on('style.load', () => this.#install());
    map.on('click', (event) => this.#click(event));
    map.on('mousemove', (event) => {
      map.getCanvas().style.cursor = this.#hit(event.point).length > 0 ? 'pointer' : '';
    });
    void this.#loadBaseMap(map);
  }

  protected override updated(changes: PropertyValues<this>): void {
    const drawing = this.#drawing;
    if (drawing === null || !this.#styled) return;
    if (changes.has('city') || changes.has('locale') || changes.has('rules')) this.#draw();
    if (changes.has('domains')) drawing.filter(this.domains);
    if (changes.has('selected')) drawing.select(this.selected);
    if (changes.has('town') && this.town !== null) this.#view(this.town);
    if (changes.has('domains') || changes.has('city') || changes.has('towns')) this.#name();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#late);
    this.#map?.remove();
    this.#map = null;
  }

  async #loadBaseMap(map: maplibre.Map): Promise<void> {
    const style = await loadBaseMap(this.baseMap, DEFAULTS.baseMapTimeout);
    if (this.#map !== map) return;
    this.bare = style === null;
    if (style === null) return;
    this.#plain = false;
    const customAttribution = this.baseMap?.attribution;
    map.addControl(
      new maplibre.AttributionControl({ compact: false, ...(customAttribution ? { customAttribution } : {}) }),
    );
    map.setStyle(style, { diff: false });
  }

  /** A tile that does not come is a hole in the background; when none comes at all, the map says so. */
  #watchTiles(map: maplibre.Map): void {
    let came = false;
    const theirs = (id: unknown) => typeof id === 'string' && !id.startsWith('sp-');
    map.on('error', (event: object) => {
      if (!came && 'sourceId' in event && theirs(event.sourceId)) this.bare = true;
    });
    map.on('sourcedata', ({ tile, sourceId }) => {
      if (came || tile === undefined || !theirs(sourceId)) return;
      came = true;
      this.bare = false;
    });
  }

  #install(): void {
    this.#styled = true;
    const scene = this.#scene();
    if (scene === null) return;
    this.#drawing?.install(scene, this.domains, this.#plain);
    this.#drawing?.select(this.selected);
    if (!this.#viewed && this.town !== null) this.#view(this.town);
    this.#name();
    this.dispatchEvent(new CustomEvent('sp-drawn'));
  }

  #draw(): void {
    const scene = this.#scene();
    if (scene === null) return;
    if (this.#map?.getSource(PLACES)) this.#drawing?.replace(scene);
    else this.#install();
  }

  #view(town: Town): void {
    // The configured first view counts once; the town switch counts ever after.
    if (!this.#viewed && this.centre !== null && this.zoom !== null) this.#viewed = true;
    else this.show(town);
  }

  #flush(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#late);
    this.#frame = 0;
    const things = [...this.#changed].flatMap((id) => this.city?.things.get(id) ?? []);
    this.#changed.clear();
    this.#drawing?.update(things);
  }

  #scene(): Scene | null {
    const { city, locale, rules } = this;
    if (city === null) return null;
    const things = [...city.things.values()];
    return {
      things,
      places: placesOf(things.filter((thing) => measureOf(thing)?.quantity === 'occupied')),
      look: (thing) => {
        const measure = measureOf(thing);
        return appearanceOf(thing, measure === null ? null : city.reading(measure.stream), Date.now(), rules);
      },
      locale,
    };
  }

  #name(): void {
    // A base map brings its own names.
    if (this.city !== null && this.#plain) this.#drawing?.name(namesOf(this.city, this.towns, this.domains));
  }

  #hit(point: maplibre.Point): maplibre.MapGeoJSONFeature[] {
    const layers = CLICKABLE.filter((id) => this.#map?.getLayer(id));
    if (layers.length === 0) return [];
    const reach = 6;
    const box: [[number, number], [number, number]] = [
      [point.x - reach, point.y - reach],
      [point.x + reach, point.y + reach],
    ];
    return this.#map?.queryRenderedFeatures(box, { layers }) ?? [];
  }

  #click(event: maplibre.MapMouseEvent): void {
    const [hit] = this.#hit(event.point);
    if (hit?.source === PLACES) {
      const place = this.#drawing?.placeAt(Number(hit.id));
      if (place && place.things.length > 1) {
        this.#map?.fitBounds(boundsOf(place.things), { padding: 90, maxZoom: 19, duration: 1200 });
        return;
      }
      this.#select(place?.things[0]?.id ?? null);
      return;
    }
    this.#select(hit === undefined ? null : Number(hit.id));
  }

  #select(detail: number | null): void {
    this.dispatchEvent(new CustomEvent('sp-select', { detail }));
  }
}
