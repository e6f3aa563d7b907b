/** Which device an event is about. */
import { devEui, type Fields, type JsonObject } from '../envelope/index.ts';

export interface Device {
  /** DevEUI, lower case; '' where it is wrong, then the fields have a problem. */
  readonly key: string;
  readonly name: string | null;
}

export function readDevice(fields: Fields, root: JsonObject, topic: string): Device {
  const info = fields.object(root, 'deviceInfo');
  const text = fields.requiredText(info, 'devEui', 'deviceInfo');
  const key = devEui(text);
  if (key === null) fields.wrong('deviceInfo', 'devEui', '16 hex digits', text);
  const name = fields.text(info, 'deviceName', 'deviceInfo');
  const agreed = key !== null && sameAsTopic(topic, key);
  if (key !== null && !agreed) fields.wrong('deviceInfo', 'devEui', 'the device of the topic', text);
  return { key: agreed ? key : '', name: name === '' ? null : name };
}

/** A publisher that mixes up devices would file readings under the wrong one: topic and body must agree. */
function sameAsTopic(topic: string, key: string): boolean {
  const marker = topic.indexOf('/device/');
  if (marker < 0) return true;
  const from = marker + 8;
  if (topic.startsWith(key, from)) return true;
  const to = topic.indexOf('/', from);
  return topic.slice(from, to < 0 ? undefined : to).toLowerCase() === key;
}
