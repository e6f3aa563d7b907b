/** Opens ChirpStack v4 events [ChirpStack v4, integration.proto; protobuf's JSON mapping]. */
import type { NetworkEvent, Opened, RawMessage, Source } from '../../services/model/index.ts';
import { Fields, ignored, type JsonObject, parseBody, refusal } from '../envelope/index.ts';
import type { Device } from './device.ts';
import { readDevice } from './device.ts';
import { eventKind } from './event-kind.ts';
import type { Options } from './options.ts';
import { join, location, log, report, status } from './other-events.ts';
import { readTime } from './time.ts';
import { uplink } from './uplink.ts';

export function chirpstack(options: Options): Source {
  return {
    id: 'chirpstack',
    topicFilters: options.topicFilters,
    open: (message) => open(message, options.maxReceptions),
  };
}

function open(message: RawMessage, maxReceptions: number): Opened {
  const kind = eventKind(message.topic);
  if (kind === 'integration') return ignored;
  if (kind === null) {
    return refusal(
      'envelope.topic',
      `the topic should end in up, join, status, ack, txack, log, location or integration (over HTTP: ?event=…), found ${JSON.stringify(message.topic.slice(-80))}`,
    );
  }
  const parsed = parseBody(message.body);
  if (parsed.problem !== null) return refusal('envelope.json', parsed.problem);
  const fields = new Fields();
  const root = fields.root(parsed.value);
  const device = readDevice(fields, root, message.topic);
  if (kind === 'up') return uplink(fields, root, device, maxReceptions);
  const event = other(kind, fields, root, device, message);
  if (fields.problem !== null) return refusal('envelope.shape', fields.problem, device.key);
  return { ok: true, events: [event] };
}

type OtherKind = Exclude<ReturnType<typeof eventKind>, 'up' | 'integration' | null>;

function other(kind: OtherKind, fields: Fields, root: JsonObject, device: Device, message: RawMessage): NetworkEvent {
  const time = readTime(fields, root);
  switch (kind) {
    case 'join':
      return join(fields, root, device, time, message);
    case 'status':
      return status(fields, root, device, time, message);
    case 'log':
      return log(fields, root, device, time, message);
    case 'location':
      return location(fields, root, device, time, message);
    default:
      return report(kind, fields, root, device, time, message);
  }
}
