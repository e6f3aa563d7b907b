/** A second revision of the test device's model, which reads the same frames differently. */
import { type DeviceModel, models } from '../decoders/index.ts';

export const MODEL = 'milesight/em300-th';

export interface Changes {
  /** Added to temperatures. */
  readonly warmer?: number;
  /** It has no such channel any more. */
  readonly without?: 'humidity';
  /** Readings are so much older than their uplink, milliseconds. */
  readonly older?: number;
  /** Frames of these lengths are not understood. */
  readonly refuses?: readonly number[];
  /** Frames that began with `ff` were not understood: it reads what comes behind. */
  readonly headers?: boolean;
  readonly revision?: number;
}

/** All models, with this one changed. */
export function revisedModels(changes: Changes): ReadonlyMap<string, DeviceModel> {
  const { warmer = 0, without, older, refuses = [], headers = false, revision = 2 } = changes;
  const model = models.get(MODEL) as DeviceModel;
  const channels = Object.fromEntries(Object.entries(model.channels).filter(([name]) => name !== without));
  const revised: DeviceModel = {
    ...model,
    revision,
    channels,
    uplink: {
      channels: Object.keys(channels),
      read(bytes, fPort, into) {
        if (refuses.includes(bytes.length)) return { ok: false, code: 'decode.invalid', detail: 'of this length' };
        const frame = headers && bytes[0] === 0xff ? bytes.subarray(1) : bytes;
        const found: typeof into = [];
        const failure = model.uplink.read(frame, fPort, found);
        if (failure !== null) return failure;
        for (const { channel, value } of found) {
          if (channel === without) continue;
          const other = channel === 'temperature' ? Number(value) + warmer : value;
          into.push({ channel, value: other, ...(older === undefined ? {} : { age: older }) });
        }
        return null;
      },
    },
  };
  return new Map([...models, [MODEL, revised]]);
}
