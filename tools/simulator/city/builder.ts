/** Gathers the things and devices of a city; makes keys, DevEUIs and the mark "Simulation". */
import type { Properties, Visibility } from '../../../services/model/index.ts';
import { hashText } from '../random.ts';
import { owner } from './organisations.ts';
import { TOWNS } from './places.ts';
import type { CityDevice, CityThing, Place, Position, Role, TownId } from './types.ts';

export const MARK = 'Simulation – keine echte Messung.';

/** A number of like devices at one place. The city is made of such groups; asking for more devices makes each larger. */
export interface Group {
  /** Devices in the city of the default size. */
  readonly usual: number;
  /** Devices at the least. Default 1. */
  readonly least?: number;
  /** Not to be scaled. */
  readonly fixed?: boolean;
  readonly model: string | readonly string[];
  build(city: CityBuilder, count: number): void;
}

interface PartOptions {
  readonly town: TownId;
  /** Path below the town, e.g. `parking/rathaus/3`. */
  readonly path: string;
  readonly parent: string;
  readonly name: string;
  readonly position: Position;
  readonly domain: string;
  readonly properties?: Properties;
  readonly model: string;
  readonly role: Role;
  readonly visibility?: Visibility;
  readonly burial?: number;
  readonly onlyGateway?: string;
}

/** A DevEUI of its own for each key, in the range for locally administered addresses (IEEE 802c: bit 0x02 is set). */
export function devEuiOf(key: string): string {
  const low = hashText(key).toString(16).padStart(8, '0');
  return `5a5007${(hashText(key, 1) & 0xff).toString(16).padStart(2, '0')}${low}`;
}

export class CityBuilder {
  readonly things = new Map<string, CityThing>();
  readonly devices = new Map<string, CityDevice>();

  constructor() {
    for (const town of Object.values(TOWNS)) {
      this.#thing(town.id, town.name, town.id, null, town.position, { kind: 'town' });
    }
  }

  /** A place with parts in one domain; asking again gives the same. Returns its key. */
  place(place: Place, domain: string, properties: Properties = {}): string {
    const key = `${place.town}/${domain}/${place.id}`;
    if (!this.things.has(key)) {
      this.#thing(key, place.name, owner(place.town, domain), place.town, place.position, {
        kind: 'place',
        ...properties,
      });
    }
    return key;
  }

  /** A thing with the device on it. Returns its key. */
  part(part: PartOptions): string {
    const key = `${part.town}/${part.path}`;
    const organisation = owner(part.town, part.domain);
    this.#thing(key, part.name, organisation, part.parent, part.position, part.properties ?? {});
    this.devices.set(key, {
      devEui: devEuiOf(key),
      name: `sim-${key.replaceAll('/', '-')}`,
      organisation,
      domain: part.domain,
      model: part.model,
      thing: key,
      standsOn: key,
      visibility: part.visibility ?? 'public',
      town: part.town,
      position: part.position,
      burial: part.burial ?? 0,
      onlyGateway: part.onlyGateway ?? null,
      role: part.role,
    });
    return key;
  }

  #thing(
    key: string,
    name: string,
    organisation: string,
    parent: string | null,
    position: Position,
    properties: Properties,
  ): void {
    this.things.set(key, {
      key,
      name,
      description: `${name}. ${MARK}`,
      organisation,
      parent,
      position,
      properties: { ...properties, simulation: true },
    });
  }
}
