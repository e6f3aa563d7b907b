/** What the series of a Datastream is called in a store that people look into with other tools. */
import type { MultiDatastream } from '../services/model/index.ts';
import type { CatalogueReader } from '../services/registry/index.ts';
import { type SeriesNames, slugOf } from '../services/timeseries/index.ts';

/** Fields of the hub's own aggregates, in the order of their results. */
const AGGREGATES = ['mean', 'minimum', 'maximum', 'count'];

/**
 * Measured is the quantity, as the device models name it (`airTemperature`), else a slug of the ObservedProperty's name; of a
 * MultiDatastream all of its elements (`windSpeed-windDirection`), of an aggregate its source and level
 * (`airTemperature-hourly`). undefined: the catalogue has no such Datastream.
 */
export function seriesNames(catalogue: Pick<CatalogueReader, 'set'>, datastream: number): SeriesNames | undefined {
  const single = catalogue.set('Datastreams').get(datastream);
  if (single !== undefined)
    return { measurement: propertyOf(catalogue, single.observedProperty), place: placeOf(catalogue, single.thing) };
  const multi = catalogue.set('MultiDatastreams').get(datastream);
  if (multi === undefined) return undefined;
  return { ...measuredBy(catalogue, multi), place: placeOf(catalogue, multi.thing) };
}

function measuredBy(
  catalogue: Pick<CatalogueReader, 'set'>,
  { aggregate, observedProperties }: MultiDatastream,
): Pick<SeriesNames, 'measurement' | 'elements'> {
  if (aggregate !== undefined) {
    const source = catalogue.set('Datastreams').get(aggregate.datastream);
    const measured = source === undefined ? 'observation' : propertyOf(catalogue, source.observedProperty);
    return { measurement: `${measured}-${aggregate.level}`, elements: AGGREGATES };
  }
  const names = observedProperties.map((property) => propertyOf(catalogue, property));
  const numbered = names.map((name, i) => {
    const before = names.slice(0, i).filter((one) => one === name).length;
    return before === 0 ? name : `${name}${before + 1}`;
  });
  return { measurement: names.join('-'), elements: numbered };
}

function propertyOf(catalogue: Pick<CatalogueReader, 'set'>, id: number): string {
  const property = catalogue.set('ObservedProperties').get(id);
  return property?.quantity ?? slugOf(property?.name ?? '');
}

function placeOf(catalogue: Pick<CatalogueReader, 'set'>, id: number): string {
  return slugOf(catalogue.set('Things').get(id)?.name ?? '');
}
