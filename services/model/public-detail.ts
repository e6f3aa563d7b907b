/** What strangers are told of an error: why the store is away names addresses and settings of whoever runs the hub. */
import type { ErrorCode } from './codes.ts';

const INSIDE: ReadonlySet<ErrorCode> = new Set([
  'store.unavailable',
  'store.credentials',
  'store.missing',
  'store.replaced',
]);

/** `detail`, unless it is for the operator alone, who finds it in the log and at `/admin/status`. */
export function publicDetail(code: ErrorCode, detail: string): string {
  if (code === 'hub.internal') return 'see the log of the hub';
  if (!INSIDE.has(code)) return detail;
  return 'what comes in is kept, and stored when the store is there again; its operator sees more at /admin/status';
}
