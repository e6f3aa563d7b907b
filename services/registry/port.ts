/** Changing the registry: organisations, Things, devices, every SensorThings entity. Reading it: `catalogue.ts`. */
import type { Device, Edit, EntityId, EntitySets, Organisation, SetName } from '../model/index.ts';
import type { CatalogueReader } from './catalogue.ts';
import type { Put } from './change.ts';

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
  /**
   * One change, all or nothing: one record of the journal. Changes are planned one after another, so `plan` sees all that
   * went before and may wait (for the store); without a wait it runs at once. Nothing is applied when it throws. Resolves
   * with what it returned, when the change is durable; catalogue and overlay have it as soon as it is appended.
   */
  change<T>(by: string, plan: (plan: ChangePlan) => T | Promise<T>): Promise<T>;
}

/** A change under construction, on top of the catalogue as it is. */
export interface ChangePlan {
  /** The hub's time, milliseconds since 1970. */
  readonly now: number;
  /** A fresh id; Datastreams and MultiDatastreams share their numbers. Ids are never given twice, gaps don't matter. */
  newId(set: SetName): EntityId;
  /** The first of `count` assigned @iot.ids of Observations, from EDITED_IDS on; they follow one another. */
  newObservationIds(count: number): number;
  /** As planned. */
  get<N extends SetName>(set: N, id: EntityId): EntitySets[N] | undefined;
  /** As planned, ascending. */
  related(index: keyof CatalogueReader['indexes'], id: EntityId): readonly EntityId[];
  organisation(id: string): Organisation | undefined;
  device(key: string): Device | undefined;
  put(put: Put): void;
  /**
   * Removes an entity with what the standard removes with it [STA table 25]: Thing ▸ Datastreams, MultiDatastreams,
   * HistoricalLocations; Sensor, ObservedProperty ▸ Datastreams, MultiDatastreams; Location ▸ HistoricalLocations. A
   * Datastream takes its Observations along (an Edit `drop`) and its device's channel; a Thing its devices, whose messages
   * wait as dead letters from then on. Observations of a FeatureOfInterest are the caller's: they take a look at the store.
   */
  remove(set: SetName, id: EntityId): void;
  edit(edit: Edit): void;
  /** The FeatureOfInterest made of a Location, made now if there is none: once per Location. */
  featureOfLocation(location: EntityId): EntityId;
}

/** What a change did to the catalogue and to Observations. */
export interface ChangeNews {
  /** Number of its journal record. */
  readonly record: number;
  readonly puts: readonly Put[];
  /** What is gone, as it was. */
  readonly removed: readonly Put[];
  /** What `puts` took the place of, as it was; nothing for what is new. */
  readonly replaced: readonly Put[];
  readonly edits: readonly Edit[];
}

export interface ChangeFeed {
  /** Called at once, when catalogue and overlay have the change; not for what a start replays. Returns the unsubscribe. */
  onApplied(listener: (news: ChangeNews) => void): () => void;
  /** Called when it is on disk: the moment to tell others. */
  onDurable(listener: (news: ChangeNews) => void): () => void;
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
