/**
 * What arrives from a network: first the message as it came (RawMessage, what the journal keeps), then its meaning in the
 * one shape for every network (NetworkEvent). Sources in `gateway/` turn the first into the second; nobody else does.
 */
import type { ErrorCode } from './codes.ts';

/** How the transport delivered a message. A bit set, because it is stored with every message. */
export const DELIVERY = {
  /** The transport says that it may have delivered this before (MQTT DUP flag). */
  dup: 1,
  /** MQTT retained: the last known value. Doors pass such messages over unless the operator wants the first one. */
  retained: 2,
  /** First delivery after a reconnect of the transport: a repetition is likely. */
  reconnected: 4,
} as const;

/** One message exactly as a network delivered it. */
export interface RawMessage {
  /** Id of the source that claims it: `chirpstack`, `things-stack`, `mqtt`. */
  readonly source: string;
  /** MQTT topic; for an HTTP webhook its path and query, e.g. `http:?event=up`. */
  readonly topic: string;
  readonly body: Uint8Array;
  /** Milliseconds since 1970, the hub's clock at receipt. */
  readonly receivedAt: number;
  /** DELIVERY bits. */
  readonly delivery: number;
}

/** One gateway that heard a frame. */
export interface Reception {
  readonly gatewayId: string;
  /** dBm */
  readonly rssi: number | null;
  /** dB */
  readonly snr: number | null;
}

interface EventBase {
  /**
   * The device as the registry knows it: a DevEUI as 16 lower-case hex digits, or `<source>:<name>` for devices without one.
   */
  readonly device: string;
  /** The name that the network gives the device; for people, never a key. */
  readonly deviceName: string | null;
  /** Milliseconds since 1970 from the payload or the network; null where it says nothing (then the receipt counts). */
  readonly time: number | null;
  /**
   * What makes a repetition the same event, e.g. ChirpStack's deduplicationId. One that begins with `~` is a hash of the
   * content, for networks that number nothing: equal content counts as a repetition only where the transport says that it
   * may be one (DELIVERY.dup, reconnected). null: every delivery is an event of its own.
   */
  readonly identity: string | null;
}

/** An uplink: bytes for a decoder, or values that the source has mapped already. */
export interface Uplink extends EventBase {
  readonly kind: 'up';
  /** LoRaWAN FPort, 0–255; 0 where the network leaves it out. */
  readonly fPort: number;
  readonly fCnt: number | null;
  /** FRMPayload, decrypted. Empty where the source brings `values`. */
  readonly payload: Uint8Array;
  /** Channel ▸ value in the quantity's UCUM unit, for sources that need no decoder (generic MQTT). */
  readonly values: Readonly<Record<string, ReadingValue>> | null;
  readonly receptions: readonly Reception[];
}

/** What a channel can carry. */
export type ReadingValue = number | boolean | string;

export interface Join extends EventBase {
  readonly kind: 'join';
  readonly devAddr: string | null;
}

export interface DeviceStatus extends EventBase {
  readonly kind: 'status';
  /** LoRaWAN DevStatusAns margin, dB. */
  readonly margin: number | null;
  /** Percent; null: unknown or mains powered. */
  readonly batteryLevel: number | null;
  readonly externalPower: boolean;
}

/** The network's word on a downlink: `ack` (the device confirmed), `txack` (a gateway sent it). */
export interface DownlinkReport extends EventBase {
  readonly kind: 'ack' | 'txack';
  readonly acknowledged: boolean;
  readonly queueItemId: string | null;
}

export interface NetworkLog extends EventBase {
  readonly kind: 'log';
  readonly level: 'info' | 'warning' | 'error';
  readonly code: string;
  readonly description: string;
}

/** A position that the network worked out. WGS 84 degrees. */
export interface DeviceLocation extends EventBase {
  readonly kind: 'location';
  readonly latitude: number;
  readonly longitude: number;
  /** Metres; null: unknown. */
  readonly altitude: number | null;
}

export type NetworkEvent = Uplink | Join | DeviceStatus | DownlinkReport | NetworkLog | DeviceLocation;

/** Why something was not understood: a value, not an exception, because the hot path meets it all day. */
export interface Refusal {
  readonly code: ErrorCode;
  /** For people: what was found, where, and what was expected. Never a whole payload. */
  readonly detail: string;
}

export type Opened =
  | { readonly ok: true; readonly events: readonly NetworkEvent[] }
  /** `device`: of whom it is all the same, where the message says so; null: nobody knows. */
  | ({ readonly ok: false; readonly device: string | null } & Refusal);

/** One kind of network: which messages are its, and what they mean. Pure. */
export interface Source {
  readonly id: string;
  /** MQTT topic filters (3.1.1 §4.7) of the messages that belong to this source. */
  readonly topicFilters: readonly string[];
  /** Never throws. */
  open(message: RawMessage): Opened;
}
