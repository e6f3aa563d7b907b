/** Writing entities: what HTTP, `$batch` and MQTT ask of `entity-writer.ts`. */
import type { Identity } from '../../../services/access/index.ts';
import type { Links } from '../answer/index.ts';

export interface WriteRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the version on, without a slash at its start, percent-encoded as it came: `Datastreams(1)/Observations`. */
  readonly path: string;
  /** Behind the question mark, as it came. */
  readonly search: string;
  /** Media type in lower case without parameters; '' where there was none. */
  readonly contentType: string;
  /** The body as JSON; undefined: there was none. */
  readonly body: unknown;
  /** `Prefer: return=representation` or `return=minimal` [RFC 7240]; null: what the standard does. */
  readonly prefer: 'representation' | 'minimal' | null;
}

export interface Written {
  readonly status: 200 | 201 | 204;
  /** Address of what was created, `Things(1)` behind the root; null: nothing was. */
  readonly created: string | null;
  /** JSON text of the answer's body; null: none. Of `together` it is there when that has resolved, showing the whole change. */
  readonly body: string | null;
}

export interface Writer {
  /** One request as one change. @throws CodedError; then nothing has changed. Resolves when it is durable and readable. */
  write(request: WriteRequest, caller: Identity, links: Links): Promise<Written>;
  /**
   * Several requests as one change: all or nothing, one record. `work` does them one after another with `one`; each sees
   * what the ones before it planned.
   */
  together<T>(
    caller: Identity,
    links: Links,
    work: (one: (request: WriteRequest) => Promise<Written>) => Promise<T>,
  ): Promise<T>;
}
