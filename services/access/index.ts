/**
 * Who may do and see what: tokens and their scopes (`access.ts`), and the one decision who sees which Datastream
 * (`reader.ts`), which the query planner and the live streams ask. Start with `reader.ts`.
 */
export {
  type Access,
  type AccessPorts,
  access,
  type CallerHeaders,
  type Identity,
  type MadeTokens,
  NOBODY,
} from './access.ts';
export { networkOf } from './network.ts';
export { onThisMachine } from './on-this-machine.ts';
export { openDoors } from './open-doors.ts';
export { type Options, options } from './options.ts';
export { ADMIN, ANONYMOUS, EVERYBODY, maySee, type Reader } from './reader.ts';
export { accessEvents } from './telemetry.ts';
export type { Scope } from './tokens.ts';
