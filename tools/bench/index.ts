/**
 * `npm run bench` measures the hub beside the bare limits of the machine; `main.ts` is the command. What other tools take
 * from here: the messages that the load sends (`events.ts`) and the devices that they come from (`city.ts`).
 */
export { emptyBatch } from './bare-store.ts';
export { countObservations, register } from './city.ts';
export { CHANNELS_PER_UPLINK, devEui, eventText, topicOf } from './events.ts';
export { type LiveLatency, liveLatency } from './live-latency.ts';
