/**
 * Live values for browsers and programs: WebSocket `/live` and SSE `/live/events`. Start with `live.ts`; the way of a value
 * is `streams.ts` (bus ▸ views) ▸ `client.ts` (pace of one client) ▸ `websocket.ts` or `sse.ts`.
 */
export { type Live, type LivePorts, live } from './live.ts';
export { type Options, options } from './options.ts';
