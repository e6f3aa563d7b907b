/** What a decoder yields: readings, or the reason why there are none. Values, never exceptions. */
import type { ReadingValue } from '../../../services/model/index.ts';

export interface Reading {
  /** Channel of the device model. */
  readonly channel: string;
  /** In the UCUM unit of the channel's quantity. Numbers are finite. */
  readonly value: ReadingValue;
  /** How long before the uplink it was measured, ms; left out: just now. For samples that a device collected. */
  readonly age?: number;
}

/** Why a frame was not understood; a subset of the hub's codes. */
export type DecodeCode = 'decode.port' | 'decode.truncated' | 'decode.unknown' | 'decode.invalid';

export interface Failure {
  readonly ok: false;
  readonly code: DecodeCode;
  /** For people: what was found and what was expected. Never the whole payload. */
  readonly detail: string;
}

/** No readings is a success: a start-up message or a configuration reply was understood and measures nothing. */
export type Decoded = { readonly ok: true; readonly readings: readonly Reading[] } | Failure;

export function noSuchPort(fPort: number): Failure {
  return { ok: false, code: 'decode.port', detail: `FPort ${fPort} has no meaning for this model` };
}

export function truncated(needed: number, got: number): Failure {
  return { ok: false, code: 'decode.truncated', detail: `${got} bytes where at least ${needed} are needed` };
}

export function tooLong(known: number, got: number): Failure {
  return { ok: false, code: 'decode.unknown', detail: `${got} bytes where the model describes ${known}` };
}

export function unknown(detail: string): Failure {
  return { ok: false, code: 'decode.unknown', detail };
}

export function invalid(detail: string): Failure {
  return { ok: false, code: 'decode.invalid', detail };
}

/** `0x` and two digits, as manuals write bytes. */
export function hexByte(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}
