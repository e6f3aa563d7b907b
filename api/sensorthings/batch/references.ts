/**
 * `$<Content-ID>` in addresses and bodies stands for the entity that the request of this id made or changed [STA 11.2.1,
 * OData 4.01 Part 1 §11.7.3.2].
 */
import { CodedError } from '../../../services/model/index.ts';

export class References {
  readonly #paths: Map<string, string>;

  constructor(known: Iterable<readonly [string, string]> = []) {
    this.#paths = new Map(known);
  }

  /** With what a change set adds, which is forgotten when it fails. */
  fork(): References {
    return new References(this.#paths);
  }

  /** `path`: address of the entity behind the root: `Things(1)`. */
  note(id: string | null, path: string | null): void {
    if (id !== null && path !== null) this.#paths.set(id, path);
  }

  /** `$1/Datastreams` ▸ `Things(5)/Datastreams`; other addresses stay. @throws CodedError notFound. */
  inPath(path: string): string {
    const match = /^\$([^/?()]+)/.exec(path);
    if (match === null) return path;
    const found = this.#paths.get(decoded(match[1]!));
    if (found === undefined) throw unknown(match[0]);
    return found + path.slice(match[0].length);
  }

  /** `{"@iot.id":"$1"}` ▸ `{"@iot.id":5}`, at any depth; `id` works as well. @throws CodedError notFound. */
  inBody(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.inBody(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        name === '@iot.id' && typeof inner === 'string' && inner.startsWith('$') ? this.#id(inner) : this.inBody(inner),
      ]),
    );
  }

  #id(reference: string): number | string {
    const path = this.#paths.get(reference.slice(1));
    const digits = /\((\d+)\)$/.exec(path ?? '')?.[1];
    if (digits === undefined) throw unknown(reference);
    const id = Number(digits);
    return Number.isSafeInteger(id) ? id : digits;
  }
}

function unknown(reference: string): CodedError {
  const detail = `${reference.slice(0, 80)} stands for no request before this one that has made an entity`;
  return new CodedError('notFound', detail);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
