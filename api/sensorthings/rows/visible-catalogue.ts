/**
 * The catalogue as one class of readers sees it. This is the one place of the API that decides what exists [docs/semantics.md]:
 * Datastreams by maySee, all others through them or by owning them.
 */
import { maySee, type Reader } from '../../../services/access/index.ts';
import type { EntityId, EntitySets, SetName } from '../../../services/model/index.ts';
import type { CatalogueReader } from '../../../services/registry/index.ts';

type Sets = { readonly [N in SetName]: ReadonlyMap<EntityId, EntitySets[N]> };

export class VisibleCatalogue {
  readonly indexes: CatalogueReader['indexes'];
  /** Nothing is hidden. */
  readonly complete: boolean;
  readonly #sets: Sets;

  constructor(catalogue: CatalogueReader, reader: Reader) {
    this.indexes = catalogue.indexes;
    this.#sets = visibleSets(catalogue, reader);
    this.complete = this.#sets.Datastreams.size === catalogue.set('Datastreams').size;
  }

  set<N extends SetName>(name: N): ReadonlyMap<EntityId, EntitySets[N]> {
    return this.#sets[name];
  }
}

function visibleSets(catalogue: CatalogueReader, reader: Reader): Sets {
  const owns = (e: { readonly organisation: string }) =>
    reader.kind === 'admin' || reader.organisations.includes(e.organisation);
  const all = reader.kind === 'admin';
  const datastreams = pick(catalogue.set('Datastreams'), (d) => maySee(reader, d));
  const seen = {
    things: new Set<EntityId>(),
    sensors: new Set<EntityId>(),
    properties: new Set<EntityId>(),
    features: new Set<EntityId>(),
  };
  for (const d of datastreams.values()) {
    seen.things.add(d.thing);
    seen.sensors.add(d.sensor);
    seen.properties.add(d.observedProperty);
    for (const { feature } of d.features) seen.features.add(feature);
  }
  const things = pick(catalogue.set('Things'), (t) => seen.things.has(t.id) || owns(t));
  const past = pick(catalogue.set('HistoricalLocations'), (h) => things.has(h.thing));
  const places = new Set<EntityId>();
  for (const t of things.values()) for (const id of t.locations) places.add(id);
  for (const h of past.values()) for (const id of h.locations) places.add(id);
  return {
    Datastreams: datastreams,
    Things: things,
    HistoricalLocations: past,
    Locations: pick(catalogue.set('Locations'), (l) => places.has(l.id) || owns(l)),
    Sensors: pick(catalogue.set('Sensors'), (s) => all || seen.sensors.has(s.id)),
    ObservedProperties: pick(catalogue.set('ObservedProperties'), (o) => all || seen.properties.has(o.id)),
    FeaturesOfInterest: pick(catalogue.set('FeaturesOfInterest'), (f) => all || seen.features.has(f.id)),
  };
}

function pick<E>(from: ReadonlyMap<EntityId, E>, is: (entity: E) => boolean): ReadonlyMap<EntityId, E> {
  const out = new Map<EntityId, E>();
  for (const [id, entity] of from) if (is(entity)) out.set(id, entity);
  return out;
}

/** Views by class of readers, made anew when the catalogue changes. */
export class VisibleViews {
  readonly #catalogue: CatalogueReader;
  readonly #limit: number;
  readonly #views = new Map<string, VisibleCatalogue>();
  #revision = Number.NaN;

  constructor(catalogue: CatalogueReader, limit: number) {
    this.#catalogue = catalogue;
    this.#limit = limit;
  }

  of(reader: Reader): VisibleCatalogue {
    if (this.#catalogue.revision !== this.#revision) {
      this.#views.clear();
      this.#revision = this.#catalogue.revision;
    }
    const key = reader.kind === 'admin' ? '*' : reader.organisations.toSorted().join(' ');
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const view = new VisibleCatalogue(this.#catalogue, reader);
    const oldest = this.#views.keys().next();
    if (this.#views.size >= this.#limit && !oldest.done) this.#views.delete(oldest.value);
    this.#views.set(key, view);
    return view;
  }
}
