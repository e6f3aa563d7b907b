/** A catalogue that tests change, with the feed that tells of it. */
import type { EntitySets, SetName } from '../../../services/model/index.ts';
import type { CatalogueReader, ChangeFeed, ChangeNews, Put } from '../../../services/registry/index.ts';
import { type CatalogueParts, catalogueOf } from './catalogue.ts';

export interface ChangingCatalogue extends CatalogueReader {
  readonly feed: ChangeFeed;
  /** Puts entities in their place, and tells it as one change. */
  put(...puts: Put[]): void;
  remove(set: SetName, id: number): void;
}

export function changingCatalogue(start: CatalogueParts): ChangingCatalogue {
  let parts: Record<string, readonly { readonly id: number }[]> = { ...start };
  let now = catalogueOf(start);
  let revision = 1;
  const listeners = new Set<(news: ChangeNews) => void>();
  const change = (news: Pick<ChangeNews, 'puts' | 'removed' | 'replaced'>) => {
    now = catalogueOf(parts as CatalogueParts);
    revision++;
    for (const listener of listeners) listener({ record: revision, edits: [], ...news });
  };
  const without = (set: string, id: number) => (parts[set] ?? []).filter((entity) => entity.id !== id);
  return {
    set: <N extends SetName>(name: N): ReadonlyMap<number, EntitySets[N]> => now.set(name),
    get indexes() {
      return now.indexes;
    },
    organisations: now.organisations,
    devices: now.devices,
    formerMountings: now.formerMountings,
    thingByKey: now.thingByKey,
    get revision() {
      return revision;
    },
    feed: {
      onApplied: () => () => undefined,
      onDurable(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    put(...puts) {
      const replaced = puts.flatMap(([set, entity]) => {
        const was = set === 'Devices' || set === 'Organisations' ? undefined : now.set(set).get(entity.id);
        return was === undefined ? [] : [[set, was] as Put];
      });
      for (const [set, entity] of puts) {
        if (set === 'Devices' || set === 'Organisations') continue;
        parts = { ...parts, [set]: [...without(set, entity.id), entity] };
      }
      change({ puts, removed: [], replaced });
    },
    remove(set, id) {
      const was = now.set(set).get(id);
      parts = { ...parts, [set]: without(set, id) };
      change({ puts: [], replaced: [], removed: was === undefined ? [] : [[set, was] as Put] });
    },
  };
}
