/** What the admin endpoints need of the hub's other parts. */
import type { IncomingMessage } from 'node:http';
import type { Identity } from '../../services/access/index.ts';
import type { ErrorCode } from '../../services/model/index.ts';
import type { CatalogueReader, DeviceHealth, Registry } from '../../services/registry/index.ts';
import type { Options } from './options.ts';

/** A journal record that did not become Observations. */
export interface DeadLetterEntry {
  /** Number of the journal record. */
  readonly record: number;
  /** Receipt, milliseconds since 1970. */
  readonly at: number;
  readonly source: string;
  /** Device key; null where the message does not tell. */
  readonly device: string | null;
  readonly code: ErrorCode;
  readonly detail: string;
}

export interface DeadLetters {
  /** Newest first. */
  list(filter: {
    readonly code?: string | undefined;
    readonly device?: string | undefined;
    readonly limit: number;
  }): Iterable<DeadLetterEntry>;
  /** How many are kept, by code. */
  counts(): Readonly<Record<string, number>>;
}

export interface AdminPorts {
  readonly registry: Pick<Registry, 'import'>;
  readonly catalogue: CatalogueReader;
  /** null: nothing is known of the device yet. */
  health(device: string): DeviceHealth | null;
  readonly deadLetters: DeadLetters;
  /** How the hub is, as plain JSON. */
  status(): object;
  /** The caller if it has the admin scope; throws `access.token` or `access.denied`. */
  authorize(request: IncomingMessage): Identity;
  readonly options: Options;
}
