/** Live values between the parts of the hub. Start with `port.ts`; `in-process.ts` is the bus of a hub in one process. */
export { type InProcessBusPorts, inProcessBus } from './in-process.ts';
export type { Bus, LiveListener } from './port.ts';
export { busEvents } from './telemetry.ts';
export type { TopicDoor } from './topics.ts';
