/** Entities ▸ text: addresses, links, JSON. Start with `answer.ts`; where an answer goes is a `Reply`. */
export { resolveAddress } from './address.ts';
export { answer } from './answer.ts';
export { BufferedReply } from './buffered-reply.ts';
export { CONFORMANCE, MQTT_CONFORMANCE } from './conformance.ts';
export { HttpReply } from './http-reply.ts';
export { Links } from './links.ts';
export { Printer } from './printer.ts';
export type { Reply } from './reply.ts';
