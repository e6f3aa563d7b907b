/** Changing the registry: organisations, Things, devices. Reading it: `catalogue.ts`. */

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
