/**
 * The words of the hub, pure and without imports from anywhere else. Start with `uplink.ts` (what comes in),
 * `observation.ts` (what is stored), `entities.ts` (what the city is made of).
 */
export * from './codes.ts';
export * from './entities.ts';
export * from './live-protocol.ts';
export * from './observation.ts';
export * from './public-detail.ts';
export * from './quantities/index.ts';
export * from './remedies.ts';
export * from './time.ts';
export * from './uplink.ts';
export * from './zone-clock.ts';
