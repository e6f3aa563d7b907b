/** The two answers of a source that need no event. */
import type { ErrorCode, Opened } from '../../services/model/index.ts';

/** Understood, but nothing that the hub keeps (e.g. "downlink queued"). One frozen object for all. */
export const ignored: Opened = Object.freeze({ ok: true, events: Object.freeze([]) as readonly never[] });

/** `device`: '' or null where the message does not say of whom it is. */
export function refusal(code: ErrorCode, detail: string, device: string | null = null): Opened {
  return { ok: false, code, detail, device: device === '' ? null : device };
}
