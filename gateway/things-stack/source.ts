/** Opens messages of The Things Stack v3 [lorawan-stack, ApplicationUp; protobuf's JSON mapping with original names]. */
import type { NetworkEvent, Opened, RawMessage, Source } from '../../services/model/index.ts';
import { Fields, ignored, type JsonObject, parseBody, refusal } from '../envelope/index.ts';
import { type Device, readDevice } from './device.ts';
import type { Options } from './options.ts';
import { failed, joinAccept, locationSolved, report } from './other-events.ts';
import { uplink } from './uplink.ts';

export function thingsStack(options: Options): Source {
  return {
    id: 'things-stack',
    topicFilters: options.topicFilters,
    open: (message) => open(message, options.maxReceptions),
  };
}

/** What the hub has no use for: repeated by another event, or of no consequence. */
const PASSED_OVER = ['downlink_queued', 'downlink_queue_invalidated', 'service_data', 'uplink_normalized'] as const;

function open(message: RawMessage, maxReceptions: number): Opened {
  const parsed = parseBody(message.body);
  if (parsed.problem !== null) return refusal('envelope.json', parsed.problem);
  const fields = new Fields();
  const root = fields.root(parsed.value);
  if (fields.problem !== null) return refusal('envelope.shape', fields.problem);
  const device = readDevice(fields, root);
  // The event is found from the message, not the topic: webhooks have none.
  if (root.uplink_message !== undefined) return uplink(fields, root, device, message, maxReceptions);
  const event = other(fields, root, device, message);
  if (fields.problem !== null) return refusal('envelope.shape', fields.problem, device.key);
  if (event !== null) return { ok: true, events: [event] };
  for (const key of PASSED_OVER) if (root[key] !== undefined) return ignored;
  return refusal(
    'envelope.shape',
    'the message should hold uplink_message, join_accept, a downlink_… or location_solved, found none of them',
    device.key,
  );
}

function other(fields: Fields, root: JsonObject, device: Device, message: RawMessage): NetworkEvent | null {
  if (root.join_accept !== undefined) return joinAccept(fields, root, device, message);
  if (root.downlink_ack !== undefined) return report('downlink_ack', 'ack', true, fields, root, device, message);
  if (root.downlink_nack !== undefined) return report('downlink_nack', 'ack', false, fields, root, device, message);
  if (root.downlink_sent !== undefined) return report('downlink_sent', 'txack', true, fields, root, device, message);
  if (root.downlink_failed !== undefined) return failed(fields, root, device, message);
  if (root.location_solved !== undefined) return locationSolved(fields, root, device, message);
  return null;
}
