/**
 * What one class of readers sees of the catalogue, for those who don't see all of it. This is the one place of the API that
 * decides what exists [docs/semantics.md, Visibility]: Datastreams and MultiDatastreams by maySee, all others through them or
 * by owning them.
 *
 * It counts what leads to each entity, so that it follows a change of one entity without a look at the others.
 */
import { maySee, type Reader } from '../../../services/access/index.ts';
import {
  type Datastream,
  type EntityId,
  type MultiDatastream,
  SET_NAMES,
  type SetName,
} from '../../../services/model/index.ts';
import type { CatalogueReader, ChangeNews, Put } from '../../../services/registry/index.ts';
import { Shown } from './shown.ts';
import { Tally } from './tally.ts';

/** Seen because of something else that is seen, or owned. */
const LED_TO = ['Things', 'Locations', 'Sensors', 'ObservedProperties', 'FeaturesOfInterest'] as const;
type LedTo = (typeof LED_TO)[number];
type Doubtful = Record<LedTo, Set<EntityId>>;
type Step = 1 | -1;
const NONE: readonly EntityId[] = [];

export class Sight {
  readonly shown = Object.fromEntries(SET_NAMES.map((set) => [set, new Shown()])) as Record<SetName, Shown>;
  readonly #catalogue: CatalogueReader;
  readonly #reader: Reader;
  readonly #leading = Object.fromEntries(LED_TO.map((set) => [set, new Tally()])) as Record<LedTo, Tally>;

  constructor(catalogue: CatalogueReader, reader: Reader) {
    this.#catalogue = catalogue;
    this.#reader = reader;
    this.#build();
  }

  /** The catalogue has the change already. */
  follow({ puts, removed, replaced }: Pick<ChangeNews, 'puts' | 'removed' | 'replaced'>): void {
    const doubtful = Object.fromEntries(LED_TO.map((set) => [set, new Set()])) as unknown as Doubtful;
    for (const put of removed) this.#takeBack(put, doubtful);
    for (const put of replaced) this.#takeBack(put, doubtful);
    const fresh = { Things: new Set<EntityId>(), HistoricalLocations: new Set<EntityId>() };
    for (const put of puts) {
      if (put[0] === 'Datastreams' || put[0] === 'MultiDatastreams') this.#judgeStream(put, doubtful);
      else if (isLedTo(put[0])) doubtful[put[0]].add((put[1] as { id: EntityId }).id);
      if (put[0] === 'Things' || put[0] === 'HistoricalLocations') fresh[put[0]].add(put[1].id);
    }
    for (const id of doubtful.Things) this.#judgeThing(id, fresh, doubtful);
    for (const put of puts) {
      if (put[0] === 'Things' && this.shown.Things.has(put[1].id)) this.#places(put[1], 1, doubtful);
      if (put[0] === 'HistoricalLocations' && this.shown.Things.has(put[1].thing)) {
        this.shown.HistoricalLocations.set(put[1].id, true);
        this.#places(put[1], 1, doubtful);
      }
    }
    for (const set of LED_TO) {
      if (set !== 'Things') for (const id of doubtful[set]) this.shown[set].set(id, this.#sees(set, id));
    }
  }

  #build(): void {
    const { shown } = this;
    const all = <N extends SetName>(set: N) => this.#catalogue.set(set);
    const { Things, Sensors, ObservedProperties, FeaturesOfInterest } = this.#leading;
    // the longest loop: step by step it would be three times as long
    for (const stream of all('Datastreams').values()) {
      if (!maySee(this.#reader, stream)) continue;
      shown.Datastreams.set(stream.id, true);
      Things.add(stream.thing, 1);
      Sensors.add(stream.sensor, 1);
      ObservedProperties.add(stream.observedProperty, 1);
      for (let i = 0; i < stream.features.length; i++) FeaturesOfInterest.add(stream.features[i]!.feature, 1);
      for (const id of stream.otherFeatures ?? NONE) FeaturesOfInterest.add(id, 1);
    }
    for (const stream of all('MultiDatastreams').values()) this.#judgeStream(['MultiDatastreams', stream], null);
    for (const thing of all('Things').values()) {
      if (!this.#leadsTo('Things', thing)) continue;
      shown.Things.set(thing.id, true);
      this.#places(thing, 1, null);
    }
    for (const entry of all('HistoricalLocations').values()) {
      if (!shown.Things.has(entry.thing)) continue;
      shown.HistoricalLocations.set(entry.id, true);
      this.#places(entry, 1, null);
    }
    for (const set of LED_TO) {
      if (set === 'Things') continue;
      for (const entity of all(set).values()) if (this.#leadsTo(set, entity)) shown[set].set(entity.id, true);
    }
  }

  /** Undoes what an entity that is gone, or is put again, led to. */
  #takeBack(old: Put, doubtful: Doubtful): void {
    const { shown } = this;
    if (old[0] === 'Datastreams' || old[0] === 'MultiDatastreams') {
      if (!shown[old[0]].has(old[1].id)) return;
      shown[old[0]].set(old[1].id, false);
      this.#lead(old, -1, doubtful);
    } else if (old[0] === 'HistoricalLocations') {
      if (!shown.HistoricalLocations.has(old[1].id)) return;
      shown.HistoricalLocations.set(old[1].id, false);
      this.#places(old[1], -1, doubtful);
    } else if (isLedTo(old[0])) {
      doubtful[old[0]].add((old[1] as { id: EntityId }).id);
      if (old[0] === 'Things' && shown.Things.has(old[1].id)) this.#places(old[1], -1, doubtful);
    }
  }

  #judgeStream(put: StreamPut, doubtful: Doubtful | null): void {
    if (!maySee(this.#reader, put[1])) return;
    this.shown[put[0]].set(put[1].id, true);
    this.#lead(put, 1, doubtful);
  }

  /** Where a Thing comes to be seen, or to be hidden, its history does too. `fresh`: those that are counted afterwards. */
  #judgeThing(
    id: EntityId,
    fresh: Record<'Things' | 'HistoricalLocations', ReadonlySet<EntityId>>,
    doubtful: Doubtful,
  ): void {
    const { shown } = this;
    const is = this.#sees('Things', id);
    if (is === shown.Things.has(id)) return;
    shown.Things.set(id, is);
    const step = is ? 1 : -1;
    const thing = this.#catalogue.set('Things').get(id);
    if (thing !== undefined && !fresh.Things.has(id)) this.#places(thing, step, doubtful);
    for (const one of this.#catalogue.indexes.historicalLocationsOfThing.get(id) ?? []) {
      const entry = this.#catalogue.set('HistoricalLocations').get(one);
      if (entry === undefined || fresh.HistoricalLocations.has(one)) continue;
      shown.HistoricalLocations.set(one, is);
      this.#places(entry, step, doubtful);
    }
  }

  #lead([set, stream]: StreamPut, step: Step, doubtful: Doubtful | null): void {
    this.#count('Things', stream.thing, step, doubtful);
    this.#count('Sensors', stream.sensor, step, doubtful);
    if (set === 'Datastreams') this.#count('ObservedProperties', stream.observedProperty, step, doubtful);
    else for (const id of stream.observedProperties) this.#count('ObservedProperties', id, step, doubtful);
    for (const { feature } of stream.features) this.#count('FeaturesOfInterest', feature, step, doubtful);
    for (const id of stream.otherFeatures ?? NONE) this.#count('FeaturesOfInterest', id, step, doubtful);
  }

  #places(at: { readonly locations: readonly EntityId[] }, step: Step, doubtful: Doubtful | null): void {
    for (const id of at.locations) this.#count('Locations', id, step, doubtful);
  }

  #count(set: LedTo, id: EntityId, step: Step, doubtful: Doubtful | null): void {
    if (this.#leading[set].add(id, step)) doubtful?.[set].add(id);
  }

  #sees(set: LedTo, id: EntityId): boolean {
    const entity = this.#catalogue.set(set).get(id);
    return entity !== undefined && this.#leadsTo(set, entity);
  }

  #leadsTo(set: LedTo, entity: { readonly id: EntityId; readonly organisation?: string }): boolean {
    if (this.#leading[set].has(entity.id)) return true;
    const { organisations } = this.#reader;
    return organisations.length > 0 && entity.organisation !== undefined && organisations.includes(entity.organisation);
  }
}

type StreamPut = readonly ['Datastreams', Datastream] | readonly ['MultiDatastreams', MultiDatastream];

function isLedTo(set: Put[0]): set is LedTo {
  return (LED_TO as readonly string[]).includes(set);
}
