/** All that a catalogue holds, to compare it with itself after a restart. */
import { SET_NAMES } from '../../model/index.ts';
import type { CatalogueReader } from '../index.ts';

export function everything(catalogue: CatalogueReader): unknown {
  return {
    sets: SET_NAMES.map((set) => [set, [...catalogue.set(set).values()]]),
    devices: [...catalogue.devices.values()],
    formerMountings: [...catalogue.devices.keys()].map((key) => [key, catalogue.formerMountings(key)]),
    organisations: [...catalogue.organisations.values()],
    indexes: Object.entries(catalogue.indexes).map(([name, index]) => [name, [...index].sort(([a], [b]) => a - b)]),
  };
}
