/** Which device a message is about. */
import { devEui, type Fields, type JsonObject } from '../envelope/index.ts';

export interface Device {
  /**
   * DevEUI, lower case; `things-stack:<application>/<device>` for devices without one (ABP may have none); '' where it is wrong,
   * then the fields have a problem.
   */
  readonly key: string;
  /** The device_id of The Things Stack. */
  readonly name: string | null;
  readonly devAddr: string | null;
}

export function readDevice(fields: Fields, root: JsonObject): Device {
  const ids = fields.object(root, 'end_device_ids');
  const name = fields.text(ids, 'device_id', 'end_device_ids');
  const devAddr = fields.text(ids, 'dev_addr', 'end_device_ids');
  return {
    key: readKey(fields, ids, name),
    name: name === '' ? null : name,
    devAddr: devAddr === '' ? null : devAddr.toLowerCase(),
  };
}

function readKey(fields: Fields, ids: JsonObject, name: string): string {
  const text = fields.text(ids, 'dev_eui', 'end_device_ids');
  if (text !== '') {
    const key = devEui(text);
    if (key === null) fields.wrong('end_device_ids', 'dev_eui', '16 hex digits', text);
    return key ?? '';
  }
  if (name === '') fields.wrong('end_device_ids', 'dev_eui', '16 hex digits, or a device_id beside it', undefined);
  const application = fields.object(ids, 'application_ids', 'end_device_ids');
  const id = fields.requiredText(application, 'application_id', 'end_device_ids.application_ids');
  return name === '' || id === '' ? '' : `things-stack:${id}/${name}`;
}
