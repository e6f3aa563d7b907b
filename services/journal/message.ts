/**
 * A RawMessage as the body of a journal record: uint8 delivery bits, uint8 length and text of the source's id, uint16 length
 * and text of the topic, then the message's body as it came. The receipt is the record's own time.
 */
import type { RawMessage } from '../model/index.ts';

const MAX_TOPIC = 65_535;

export function encodeMessage(message: RawMessage): Buffer {
  const source = Buffer.byteLength(message.source);
  const topic = Buffer.byteLength(message.topic);
  if (source > 255 || topic > MAX_TOPIC) throw new RangeError('source or topic of a message is too long');
  const buffer = Buffer.allocUnsafe(4 + source + topic + message.body.length);
  buffer[0] = message.delivery;
  buffer[1] = source;
  buffer.write(message.source, 2);
  buffer.writeUInt16LE(topic, 2 + source);
  buffer.write(message.topic, 4 + source);
  buffer.set(message.body, 4 + source + topic);
  return buffer;
}

/** The body is a view of `bytes`. */
export function decodeMessage(bytes: Uint8Array, receivedAt: number): RawMessage {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const source = buffer[1] as number;
  const topic = buffer.readUInt16LE(2 + source);
  return {
    delivery: buffer[0] as number,
    source: buffer.toString('utf8', 2, 2 + source),
    topic: buffer.toString('utf8', 4 + source, 4 + source + topic),
    body: buffer.subarray(4 + source + topic),
    receivedAt,
  };
}
