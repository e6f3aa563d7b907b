/** Entities with everything that a test does not care about filled in. */
import type {
  Datastream,
  HistoricalLocation,
  Location,
  MultiDatastream,
  ObservedProperty,
  Sensor,
  Thing,
} from '../../model/index.ts';

const named = (kind: string, id: number) => ({ id, name: `${kind} ${id}`, description: '', properties: {} });

export function thing(id: number, more: Partial<Thing> = {}): Thing {
  return { ...named('Thing', id), organisation: 'hub', key: null, parent: null, locations: [], ...more };
}

export function location(id: number, more: Partial<Location> = {}): Location {
  return {
    ...named('Location', id),
    encodingType: 'application/geo+json',
    location: { type: 'Point', coordinates: [7, 51] },
    organisation: 'hub',
    ...more,
  };
}

export function historicalLocation(id: number, more: Partial<HistoricalLocation> = {}): HistoricalLocation {
  return { id, time: 0, thing: 1, locations: [], ...more };
}

export function sensor(id: number, more: Partial<Sensor> = {}): Sensor {
  return { ...named('Sensor', id), encodingType: 'text/html', metadata: '', model: null, ...more };
}

export function property(id: number, more: Partial<ObservedProperty> = {}): ObservedProperty {
  return { ...named('ObservedProperty', id), definition: '', quantity: null, ...more };
}

const UNIT = { name: null, symbol: null, definition: null };
const stream = (id: number) => ({
  id,
  observationType: '',
  thing: 1,
  sensor: 1,
  organisation: 'hub',
  visibility: 'internal' as const,
  domain: '',
  features: [],
});

export function datastream(id: number, more: Partial<Datastream> = {}): Datastream {
  return {
    ...named('Datastream', id),
    ...stream(id),
    unitOfMeasurement: UNIT,
    observedProperty: 1,
    channel: null,
    ...more,
  };
}

export function multiDatastream(id: number, more: Partial<MultiDatastream> = {}): MultiDatastream {
  return {
    ...named('MultiDatastream', id),
    ...stream(id),
    multiObservationDataTypes: [],
    unitOfMeasurements: [],
    observedProperties: [1],
    ...more,
  };
}
