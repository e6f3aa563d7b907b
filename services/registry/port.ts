/** Changing the registry: organisations, Things, devices. Reading it: `catalogue.ts`. */
import type { Properties, Visibility } from '../model/index.ts';

/** What one import may hold. Everything is an upsert: by Organisation id, Thing key, device key. All or nothing. */
export interface ImportDocument {
  readonly organisations?: readonly { readonly id: string; readonly name: string; readonly properties?: Properties }[];
  readonly things?: readonly ThingImport[];
  readonly devices?: readonly DeviceImport[];
}

export interface ThingImport {
  /** Unique in the hub, e.g. `solingen/parking/rathaus/12`. */
  readonly key: string;
  readonly name: string;
  readonly description?: string;
  readonly organisation: string;
  readonly properties?: Properties;
  /** Key of the Thing that this is part of; it stands earlier in the document or in the registry. */
  readonly parent?: string | null;
  /** GeoJSON geometry, WGS 84, longitude first. A changed one makes a HistoricalLocation. */
  readonly location?: { readonly type: string; readonly coordinates: unknown };
}

export interface DeviceImport {
  /** DevEUI as 16 hex digits (any case, separators allowed) or `<source>:<name>`. */
  readonly key: string;
  readonly name?: string;
  readonly organisation: string;
  /** Key of the Thing it is mounted on. */
  readonly thing: string;
  /** `<vendor>/<model>`; left out for sources that bring mapped values, then `channels` names them. */
  readonly model?: string;
  /** Channel ▸ quantity id, for devices without a model. */
  readonly channels?: Readonly<Record<string, string>>;
  /** Of its Datastreams. Left out: as they are, at first `internal`. Diagnostic quantities (battery …) stay internal unless named in `publish`. */
  readonly visibility?: Visibility;
  /** parking, water, …; default: the model's. */
  readonly domain?: string;
  /** Key of the device whose Datastreams this one goes on with: a swap in the field. */
  readonly replaces?: string;
  /** Channels that get `visibility` although their quantity is diagnostic. */
  readonly publish?: readonly string[];
  readonly properties?: Properties;
}

export interface ImportReport {
  readonly organisations: number;
  readonly things: number;
  readonly devices: number;
  /** Datastreams that were made by this import. */
  readonly datastreams: number;
  /** Dead letters that wait for one of these devices and are decoded now. */
  readonly requeued: number;
}

/** What the registry must know of device models; hub.ts hands it the decoders' catalogue. */
export interface DeviceModels {
  get(id: string): DeviceModelInfo | undefined;
  keys(): Iterable<string>;
}

export interface DeviceModelInfo {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  /** parking, water, climate, waste, … */
  readonly domain: string;
  readonly source: { readonly title: string; readonly url: string };
  readonly channels: Readonly<
    Record<string, { readonly quantity: string; readonly accuracy?: string; readonly resolution?: number }>
  >;
}

export interface Registry {
  /** Resolves when the change is durable and readable. Throws CodedError with the path of the wrong field. */
  import(document: unknown, by: string): Promise<ImportReport>;
}

/** Device health as networks report it beside readings. */
export interface DeviceHealth {
  /** Milliseconds since 1970; null: never. */
  readonly lastSeen: number | null;
  readonly lastJoin: number | null;
  /** Percent, from the network's status event. */
  readonly batteryLevel: number | null;
  /** dB */
  readonly margin: number | null;
  readonly lastRssi: number | null;
  readonly lastLog: {
    readonly at: number;
    readonly level: string;
    readonly code: string;
    readonly description: string;
  } | null;
}
