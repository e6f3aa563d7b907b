/**
 * Reading old messages once more: dead letters that can be decoded after all, and the history of devices whose decoding has
 * changed. Start with `decoding-again.ts`; the work itself is `decode-again.ts` and `letters.ts`.
 */
export {
  type Aside,
  DecodingAgain,
  type DecodingAgainOptions,
  type DecodingAgainPorts,
  type LetterChoice,
  lettersFrom,
} from './decoding-again.ts';
export type { InspectedLetter } from './inspect.ts';
export type { DecodeAgainJob, Job, RequeueJob } from './job.ts';
export { type JobJson, jobJson, letterJson } from './json.ts';
export { LetterDecoder } from './letters.ts';
export { Pace } from './pace.ts';
export { Ended } from './patience.ts';
export type { Offer, RaisedRevision } from './revisions.ts';
export type { Selection } from './scope.ts';
export { againEvents, letterMeasures } from './telemetry.ts';
