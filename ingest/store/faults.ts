/** What a failure of the store says: about the store itself, about what it was given, or neither. */
import { CODES, CodedError, type ErrorCode } from '../../services/model/index.ts';

/**
 * `store`: it takes nothing now, whatever it is given. `mend`: nor will it until somebody mends it. `content`: it would take
 * other rows. `unknown`: a defect, which may be in the one or the other.
 */
export type Fault = 'store' | 'mend' | 'content' | 'unknown';

export function codeOf(error: unknown): ErrorCode | null {
  return error instanceof CodedError ? error.code : null;
}

export function faultOf(error: unknown): Fault {
  const code = codeOf(error);
  if (code === null || code === 'hub.internal') return 'unknown';
  if (code === 'store.credentials' || code === 'store.missing' || code === 'store.foreign') return 'mend';
  if (code === 'store.unsupported') return 'content';
  // what is left are hub.busy, hub.storage, store.unavailable
  return CODES[code].status < 500 ? 'content' : 'store';
}
