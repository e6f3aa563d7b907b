/** The messages beside uplinks. Each names what makes a repetition the same event. */
import type { DeviceLocation, DownlinkReport, Join, RawMessage } from '../../services/model/index.ts';
import { contentHash, type Fields, type JsonObject } from '../envelope/index.ts';
import type { Device } from './device.ts';
import { readTime } from './time.ts';

export function joinAccept(fields: Fields, root: JsonObject, device: Device, message: RawMessage): Join {
  const part = fields.object(root, 'join_accept');
  const session = fields.text(part, 'session_key_id', 'join_accept');
  return {
    kind: 'join',
    device: device.key,
    deviceName: device.name,
    time: readTime(fields, root, part, 'join_accept'),
    identity: `join:${session === '' ? contentHash('', message.body) : `${device.key}/${session}`}`,
    devAddr: device.devAddr,
  };
}

/** `downlink_ack`, `downlink_nack`: the device's answer; `downlink_sent`: a gateway sent it. */
export function report(
  key: string,
  kind: 'ack' | 'txack',
  acknowledged: boolean,
  fields: Fields,
  root: JsonObject,
  device: Device,
  message: RawMessage,
): DownlinkReport {
  const part = fields.object(root, key);
  return {
    kind,
    device: device.key,
    deviceName: device.name,
    time: readTime(fields, root, part, key),
    // Downlinks have no id of their own; the content holds the time in nanoseconds. Not the topic: webhooks have none.
    identity: `${key}:${contentHash('', message.body)}`,
    acknowledged,
    queueItemId: null,
  };
}

export function failed(fields: Fields, root: JsonObject, device: Device, message: RawMessage): DownlinkReport {
  return report('downlink_failed', 'txack', false, fields, root, device, message);
}

export function locationSolved(fields: Fields, root: JsonObject, device: Device, message: RawMessage): DeviceLocation {
  const part = fields.object(root, 'location_solved');
  const place = fields.object(part, 'location', 'location_solved');
  const path = 'location_solved.location';
  const latitude = fields.number(place, 'latitude', path) ?? 0;
  const longitude = fields.number(place, 'longitude', path) ?? 0;
  if (Math.abs(latitude) > 90) fields.wrong(path, 'latitude', 'within ±90 degrees', latitude);
  if (Math.abs(longitude) > 180) fields.wrong(path, 'longitude', 'within ±180 degrees', longitude);
  return {
    kind: 'location',
    device: device.key,
    deviceName: device.name,
    time: readTime(fields, root, part, 'location_solved'),
    identity: `location:${contentHash('', message.body)}`,
    latitude,
    longitude,
    // 0 is left out, and resolvers without a height say 0: unknown either way.
    altitude: fields.number(place, 'altitude', path) || null,
  };
}
