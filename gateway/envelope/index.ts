/**
 * What the sources share: reading foreign JSON without trusting it, and matching MQTT topics. Pure. Start with `fields.ts`
 * (typed fields of a foreign object) and `topic-matcher.ts` (which source a topic belongs to).
 */
export { decodeBase64 } from './base64.ts';
export { devEui } from './eui.ts';
export { Fields, type JsonObject } from './fields.ts';
export { contentHash } from './hash.ts';
export { type ParsedBody, parseBody } from './json.ts';
export { networkTime } from './network-time.ts';
export { ignored, refusal } from './opened.ts';
export { isPermanent } from './permanent.ts';
export { matchesFilter, type TopicMatcher, topicFilterProblem, topicMatcher } from './topic-matcher.ts';
