/** All that a catalogue holds, to compare it with itself after a restart. */
import type { SetName } from '../../model/index.ts';
import type { CatalogueReader } from '../index.ts';

export const SETS: readonly SetName[] = [
  'Things',
  'Locations',
  'HistoricalLocations',
  'Sensors',
  'ObservedProperties',
  'Datastreams',
  'MultiDatastreams',
  'FeaturesOfInterest',
];

export function everything(catalogue: CatalogueReader): unknown {
  return {
    sets: SETS.map((set) => [set, [...catalogue.set(set).values()]]),
    devices: [...catalogue.devices.values()],
    organisations: [...catalogue.organisations.values()],
    indexes: Object.entries(catalogue.indexes).map(([name, index]) => [name, [...index].sort(([a], [b]) => a - b)]),
  };
}
