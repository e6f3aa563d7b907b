/** `event/up`, the hot path: tens of thousands a second, so one pass and few objects. */
import type { Opened, Reception } from '../../services/model/index.ts';
import { decodeBase64, type Fields, type JsonObject, refusal } from '../envelope/index.ts';
import type { Device } from './device.ts';
import { readTime } from './time.ts';

export function uplink(fields: Fields, root: JsonObject, device: Device, maxReceptions: number): Opened {
  const identity = fields.text(root, 'deduplicationId');
  const time = readTime(fields, root);
  const fPort = fields.uint(root, 'fPort', 255);
  const fCnt = fields.uint(root, 'fCnt', 0xffff_ffff);
  const data = fields.text(root, 'data');
  const receptions = readReceptions(fields, root, maxReceptions);
  if (fields.problem !== null) return refusal('envelope.shape', fields.problem, device.key);
  const payload = decodeBase64(data);
  if (payload === null) {
    return refusal('envelope.base64', `data is no canonical base64 (${data.length} characters)`, device.key);
  }
  return {
    ok: true,
    events: [
      {
        kind: 'up',
        device: device.key,
        deviceName: device.name,
        time,
        identity: identity === '' ? null : identity,
        fPort,
        fCnt,
        payload,
        values: null,
        receptions,
      },
    ],
  };
}

function readReceptions(fields: Fields, root: JsonObject, max: number): readonly Reception[] {
  const list = fields.list(root, 'rxInfo');
  const receptions: Reception[] = [];
  for (const item of list) {
    if (receptions.length === max) break;
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      fields.wrong('', 'rxInfo[]', 'an object', item);
      break;
    }
    const info = item as JsonObject;
    const rssi = fields.number(info, 'rssi', 'rxInfo[]');
    const snr = fields.number(info, 'snr', 'rxInfo[]');
    receptions.push({
      gatewayId: fields.text(info, 'gatewayId', 'rxInfo[]'),
      rssi,
      // An SNR of exactly 0 dB is left out; an RSSI of 0 dBm does not happen, so there nothing means unknown.
      snr: snr === null && rssi !== null ? 0 : snr,
    });
  }
  return receptions;
}
