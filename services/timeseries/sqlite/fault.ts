/**
 * Failures inside the workers. They cross to the main thread as data and become CodedErrors there: importing the model's
 * values into both workers would double the time that a start takes.
 */
import type { ErrorCode } from '../../model/index.ts';

export interface FaultData {
  readonly code: ErrorCode;
  readonly detail: string;
}

export class Fault extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'Fault';
    this.code = code;
  }
}

export function faultData(error: unknown): FaultData {
  if (error instanceof Fault) return { code: error.code, detail: error.message };
  return { code: 'hub.internal', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** Runs `work` on a database file; whatever SQLite or the file system says becomes a Fault that names the file. */
export function onFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    // SQLite's errors have an errcode, the file system's an errno
    const disk = error instanceof Error && ('errcode' in error || 'errno' in error);
    const message = error instanceof Error ? error.message : String(error);
    throw new Fault(disk ? 'hub.storage' : 'hub.internal', `${file}: ${message}`, { cause: error });
  }
}
