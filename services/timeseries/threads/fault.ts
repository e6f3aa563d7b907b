/**
 * Failures inside a worker. They cross to the main thread as data and become CodedErrors there: importing the model's values
 * into every worker would double the time that a start takes.
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
