/** What the simulated city is made of. Positions are WGS 84, longitude first as in GeoJSON. */
import type { Properties, Visibility } from '../../../services/model/index.ts';
import type { BayKind, Bin, ParkingPlaceUse, Water } from '../processes/index.ts';

export type TownId = 'solingen' | 'ulm';
export type Position = readonly [number, number];

export interface Town {
  readonly id: TownId;
  readonly name: string;
  readonly position: Position;
  /** Metres above sea level. */
  readonly height: number;
}

export interface Place {
  /** Part of the keys of what stands there. */
  readonly id: string;
  readonly name: string;
  readonly town: TownId;
  readonly position: Position;
}

/** A thing in the city, as it will be imported. */
export interface CityThing {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly organisation: string;
  readonly parent: string | null;
  readonly position: Position;
  readonly properties: Properties;
}

/** What a device measures, and the process behind it. */
export type Role =
  | { readonly kind: 'bay'; readonly place: ParkingPlaceUse; readonly bay: BayKind; readonly number: number }
  | { readonly kind: 'gauge'; readonly water: Water; readonly mounting: number }
  | { readonly kind: 'drain'; readonly depth: number; readonly base: number; readonly gain: number }
  | { readonly kind: 'station'; readonly urban: number }
  | { readonly kind: 'thermometer'; readonly urban: number }
  | { readonly kind: 'bin'; readonly bin: Bin; readonly depth: number; readonly market: boolean }
  | { readonly kind: 'air'; readonly urban: number }
  | { readonly kind: 'noise'; readonly market: boolean };

export interface CityDevice {
  /** 16 lower-case hex digits. */
  readonly devEui: string;
  readonly name: string;
  readonly organisation: string;
  readonly domain: string;
  readonly model: string;
  /** Key of the Thing that the registry knows it to be mounted on. */
  readonly thing: string;
  /** Key of the Thing that it really stands on: differs for devices that somebody swapped. */
  readonly standsOn: string;
  readonly visibility: Visibility;
  readonly town: TownId;
  readonly position: Position;
  /** dB that walls, shafts and lids cost. */
  readonly burial: number;
  /** Heard by this gateway only; null: by whichever is near. */
  readonly onlyGateway: string | null;
  readonly role: Role;
}

export interface Gateway {
  /** EUI-64, 16 lower-case hex digits. */
  readonly id: string;
  readonly name: string;
  readonly town: TownId;
  readonly position: Position;
  /** Metres above the ground. */
  readonly mast: number;
}

export interface City {
  readonly organisations: readonly { readonly id: string; readonly name: string; readonly properties: Properties }[];
  readonly gateways: readonly Gateway[];
  readonly things: readonly CityThing[];
  readonly devices: readonly CityDevice[];
}
