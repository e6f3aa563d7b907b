/**
 * `$batch` [STA 11]: many requests in one. `batch.ts` is the whole way; `read-multipart.ts` and `read-json.ts` read the two
 * forms into `request.ts`, `run.ts` does what they ask, `print.ts` answers in the same form.
 */
export { type BatchDoor, batchOverHttp, isBatch } from './http-batch.ts';
export { type BatchRooms, batchRooms } from './rooms.ts';
export { batchDefect } from './telemetry.ts';
