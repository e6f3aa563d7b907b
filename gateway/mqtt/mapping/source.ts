/** Opens messages by the mappings of the configuration. */
import { DELIVERY, type Opened, type RawMessage, type Source } from '../../../services/model/index.ts';
import { contentHash, devEui, matchesFilter, parseBody, refusal } from '../../envelope/index.ts';
import { type CompiledMapping, compile } from './compile.ts';
import type { Mapping } from './options.ts';
import { readMappedTime, readValues } from './read.ts';
import { fill } from './template.ts';

const NO_PAYLOAD = new Uint8Array(0);

/** Throws CodedError with the option's path when a mapping can't be read. */
export function mqttSource(mappings: readonly Mapping[]): Source {
  const compiled = mappings.map(compile);
  return {
    id: 'mqtt',
    topicFilters: compiled.map(({ filter }) => filter),
    open(message) {
      for (const mapping of compiled) if (matchesFilter(mapping.filter, message.topic)) return open(message, mapping);
      return refusal('envelope.topic', `no mapping fits the topic ${JSON.stringify(message.topic.slice(0, 120))}`);
    },
  };
}

function open(message: RawMessage, mapping: CompiledMapping): Opened {
  const parsed = parseBody(message.body);
  if (parsed.problem !== null) return refusal('envelope.json', parsed.problem);
  const name = fill(mapping.device, message.topic, parsed.value);
  if (name === null)
    return refusal('envelope.shape', 'the message does not hold what the mapping needs to name the device');
  const device = devEui(name) ?? `mqtt:${name}`;
  const time = readMappedTime(parsed.value, mapping);
  if (time !== null && typeof time === 'object') return { ok: false, ...time, device };
  const { values, refused } = readValues(parsed.value, mapping);
  if (refused !== null) return { ok: false, ...refused, device };
  return {
    ok: true,
    events: [
      {
        kind: 'up',
        device,
        deviceName: name,
        time,
        identity: identityOf(message, time !== null),
        fPort: 0,
        fCnt: null,
        payload: NO_PAYLOAD,
        values,
        receptions: [],
      },
    ],
  };
}

/**
 * A message that tells its time can't be two readings. Without one, two equal messages may be (a bay that is taken twice):
 * `~` says that such an identity only counts where the transport speaks of a repetition (DUP, reconnect).
 */
function identityOf(message: RawMessage, timed: boolean): string {
  const hash = contentHash(message.topic, message.body);
  if (timed) return hash;
  // The same retained message comes after every subscription, but is no repetition of a fresh one.
  return (message.delivery & DELIVERY.retained) === 0 ? `~${hash}` : `retained:${hash}`;
}
