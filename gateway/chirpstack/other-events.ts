/** The events beside uplinks. Each names what makes a repetition the same event. */
import type {
  DeviceLocation,
  DeviceStatus,
  DownlinkReport,
  Join,
  NetworkLog,
  RawMessage,
} from '../../services/model/index.ts';
import { contentHash, type Fields, type JsonObject } from '../envelope/index.ts';
import type { Device } from './device.ts';

/**
 * An event carries the deduplicationId of the uplink that caused it, so the kind must be part of its identity, or a status
 * would pass for a repetition of its uplink. Without an id: the content, which holds the time in nanoseconds.
 */
function identity(kind: string, id: string, message: RawMessage): string {
  return `${kind}:${id === '' ? contentHash(message.topic, message.body) : id}`;
}

function base(kind: string, id: string, device: Device, time: number | null, message: RawMessage) {
  return { device: device.key, deviceName: device.name, time, identity: identity(kind, id, message) };
}

export function join(fields: Fields, root: JsonObject, device: Device, time: number | null, message: RawMessage): Join {
  const id = fields.text(root, 'deduplicationId');
  const devAddr = fields.text(root, 'devAddr');
  return { kind: 'join', ...base('join', id, device, time, message), devAddr: devAddr === '' ? null : devAddr };
}

export function status(
  fields: Fields,
  root: JsonObject,
  device: Device,
  time: number | null,
  message: RawMessage,
): DeviceStatus {
  const id = fields.text(root, 'deduplicationId');
  const externalPower = fields.flag(root, 'externalPowerSource');
  const unknown = fields.flag(root, 'batteryLevelUnavailable');
  const level = fields.number(root, 'batteryLevel') ?? 0;
  return {
    kind: 'status',
    ...base('status', id, device, time, message),
    margin: fields.number(root, 'margin') ?? 0,
    batteryLevel: externalPower || unknown ? null : level,
    externalPower,
  };
}

export function report(
  kind: 'ack' | 'txack',
  fields: Fields,
  root: JsonObject,
  device: Device,
  time: number | null,
  message: RawMessage,
): DownlinkReport {
  const queueItemId = fields.text(root, 'queueItemId');
  // One queue item may be sent several times; each sending has its own downlinkId.
  const downlinkId = fields.uint(root, 'downlinkId', 0xffff_ffff);
  const id = kind === 'ack' ? fields.text(root, 'deduplicationId') || queueItemId : sending(queueItemId, downlinkId);
  return {
    kind,
    ...base(kind, id, device, time, message),
    acknowledged: kind === 'txack' || fields.flag(root, 'acknowledged'),
    queueItemId: queueItemId === '' ? null : queueItemId,
  };
}

function sending(queueItemId: string, downlinkId: number): string {
  return queueItemId === '' ? '' : `${queueItemId}/${downlinkId}`;
}

const LEVELS = { '': 'info', INFO: 'info', WARNING: 'warning', ERROR: 'error' } as const;

export function log(
  fields: Fields,
  root: JsonObject,
  device: Device,
  time: number | null,
  message: RawMessage,
): NetworkLog {
  const name = fields.text(root, 'level');
  const level = Object.hasOwn(LEVELS, name) ? LEVELS[name as keyof typeof LEVELS] : undefined;
  if (level === undefined) fields.wrong('', 'level', 'INFO, WARNING or ERROR', name);
  return {
    kind: 'log',
    ...base('log', '', device, time, message),
    level: level ?? 'info',
    code: fields.text(root, 'code') || 'UNKNOWN',
    description: fields.text(root, 'description'),
  };
}

export function location(
  fields: Fields,
  root: JsonObject,
  device: Device,
  time: number | null,
  message: RawMessage,
): DeviceLocation {
  const id = fields.text(root, 'deduplicationId');
  const place = fields.object(root, 'location');
  const latitude = fields.number(place, 'latitude', 'location') ?? 0;
  const longitude = fields.number(place, 'longitude', 'location') ?? 0;
  if (Math.abs(latitude) > 90) fields.wrong('location', 'latitude', 'within ±90 degrees', latitude);
  if (Math.abs(longitude) > 180) fields.wrong('location', 'longitude', 'within ±180 degrees', longitude);
  return {
    kind: 'location',
    ...base('location', id, device, time, message),
    latitude,
    longitude,
    // 0 is left out, and resolvers without a height say 0: unknown either way.
    altitude: fields.number(place, 'altitude', 'location') || null,
  };
}
