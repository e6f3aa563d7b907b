/** The city as the registry takes it: organisations, Things (parents first), devices. */
import type { ImportDocument } from '../../../services/registry/index.ts';
import { MARK } from './builder.ts';
import type { City } from './types.ts';

/** Public but for what is personal: each device carries its own visibility. */
export function importDocument(city: City): Required<ImportDocument> {
  return {
    organisations: city.organisations,
    things: city.things.map((thing) => ({
      key: thing.key,
      name: thing.name,
      description: thing.description,
      organisation: thing.organisation,
      properties: thing.properties,
      parent: thing.parent,
      location: { type: 'Point', coordinates: thing.position },
    })),
    devices: city.devices.map((device) => ({
      key: device.devEui,
      name: device.name,
      organisation: device.organisation,
      thing: device.thing,
      model: device.model,
      visibility: device.visibility,
      properties: { simulation: true, note: MARK },
    })),
  };
}
