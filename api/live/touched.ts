/** What a change of the registry may mean for those who look on: Datastreams to judge again, Things to load again. */
import type { CatalogueReader, ChangeNews, Put } from '../../services/registry/index.ts';

/** What the hub keeps in a Datastream for itself: nobody who looks on sees it. */
const OWN_BUSINESS = new Set(['ownTimes', 'hadRemovals', 'features', 'otherFeatures']);

export class Touched {
  /** Ids of Datastreams and MultiDatastreams. */
  readonly streams = new Set<number>();
  readonly things = new Set<number>();
  readonly #catalogue: CatalogueReader;

  constructor(catalogue: CatalogueReader) {
    this.#catalogue = catalogue;
  }

  /** One step per entity, so that the caller can rest in between. */
  *follow({ removed, replaced, puts }: ChangeNews): Generator<void> {
    for (const put of removed) {
      yield;
      this.#note(put);
    }
    const before = new Map<string, object>();
    for (const put of replaced) {
      yield;
      if (isStream(put)) before.set(`${put[0]} ${put[1].id}`, put[1]);
    }
    for (const put of puts) {
      yield;
      const old = isStream(put) ? before.get(`${put[0]} ${put[1].id}`) : undefined;
      if (old === undefined || !looksTheSame(old, put[1])) yield* this.#put(put);
    }
  }

  #note(put: Put): void {
    if (isStream(put)) this.streams.add(put[1].id);
    else if (put[0] === 'Things') this.things.add(put[1].id);
  }

  *#put(put: Put): Generator<void> {
    const { thingsOfLocation, datastreamsOfObservedProperty, multiDatastreamsOfObservedProperty } =
      this.#catalogue.indexes;
    this.#note(put);
    if (put[0] === 'Things') yield* this.#thing(put[1].id);
    else if (put[0] === 'Locations') {
      for (const id of thingsOfLocation.get(put[1].id) ?? []) yield* this.#thing(id);
    } else if (put[0] === 'ObservedProperties') {
      for (const index of [datastreamsOfObservedProperty, multiDatastreamsOfObservedProperty])
        for (const id of index.get(put[1].id) ?? []) {
          yield;
          this.streams.add(id);
        }
    }
  }

  /** Where it stands may decide which of its Datastreams lie in a view. */
  *#thing(id: number): Generator<void> {
    const { datastreamsOfThing, multiDatastreamsOfThing } = this.#catalogue.indexes;
    this.things.add(id);
    for (const index of [datastreamsOfThing, multiDatastreamsOfThing])
      for (const stream of index.get(id) ?? []) {
        yield;
        this.streams.add(stream);
      }
  }
}

function isStream(put: Put): put is Extract<Put, readonly ['Datastreams' | 'MultiDatastreams', unknown]> {
  return put[0] === 'Datastreams' || put[0] === 'MultiDatastreams';
}

function looksTheSame(before: object, after: object): boolean {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const key of keys)
    if (!OWN_BUSINESS.has(key) && before[key as keyof object] !== after[key as keyof object]) return false;
  return true;
}
