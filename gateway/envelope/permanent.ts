import { CODES, CodedError } from '../../services/model/index.ts';

/** Will the same message be refused again, however often it comes? Such a one must not be asked for again. */
export function isPermanent(error: Error): boolean {
  return error instanceof CodedError && !CODES[error.code].retry;
}
