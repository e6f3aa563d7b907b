/** `uplink_message`, the hot path: one pass and few objects. */
import type { Opened, RawMessage, Reception } from '../../services/model/index.ts';
import { contentHash, decodeBase64, type Fields, type JsonObject, refusal } from '../envelope/index.ts';
import type { Device } from './device.ts';
import { readTime } from './time.ts';

const PATH = 'uplink_message';

export function uplink(
  fields: Fields,
  root: JsonObject,
  device: Device,
  message: RawMessage,
  maxReceptions: number,
): Opened {
  const part = fields.object(root, PATH);
  const session = fields.text(part, 'session_key_id', PATH);
  const time = readTime(fields, root, part, PATH);
  const fPort = fields.uint(part, 'f_port', 255, PATH);
  const fCnt = fields.uint(part, 'f_cnt', 0xffff_ffff, PATH);
  const data = fields.text(part, 'frm_payload', PATH);
  const receptions = readReceptions(fields, part, maxReceptions);
  if (fields.problem !== null) return refusal('envelope.shape', fields.problem, device.key);
  const payload = decodeBase64(data);
  if (payload === null) {
    const detail = `${PATH}.frm_payload is no canonical base64 (${data.length} characters)`;
    return refusal('envelope.base64', detail, device.key);
  }
  return {
    ok: true,
    events: [
      {
        kind: 'up',
        device: device.key,
        deviceName: device.name,
        time,
        // Without a session a frame counter starts again at 0 some day, and an old identity would swallow the new frame.
        identity: session === '' ? contentHash('', message.body) : `${device.key}/${session}/${fCnt}`,
        fPort,
        fCnt,
        payload,
        values: null,
        receptions,
      },
    ],
  };
}

function readReceptions(fields: Fields, part: JsonObject, max: number): readonly Reception[] {
  const list = fields.list(part, 'rx_metadata', PATH);
  const receptions: Reception[] = [];
  for (const item of list) {
    if (receptions.length === max) break;
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      fields.wrong(PATH, 'rx_metadata[]', 'an object', item);
      break;
    }
    const metadata = item as JsonObject;
    const ids = fields.optionalObject(metadata, 'gateway_ids', 'rx_metadata[]');
    const rssi = fields.number(metadata, 'rssi', 'rx_metadata[]');
    const snr = fields.number(metadata, 'snr', 'rx_metadata[]');
    receptions.push({
      gatewayId: ids === null ? '' : fields.text(ids, 'gateway_id', 'rx_metadata[].gateway_ids'),
      rssi,
      // An SNR of exactly 0 dB is left out; an RSSI of 0 dBm does not happen, so there nothing means unknown.
      snr: snr === null && rssi !== null ? 0 : snr,
    });
  }
  return receptions;
}
