/** What a batch asks for, whichever form it came in [STA 11; OData 4.01 Part 1 §11.7, JSON Format 4.01 §19]. */
import type { CodedError } from '../../../services/model/index.ts';

export interface PartRequest {
  /** Content-ID, or `id` of the JSON form: what others call it by. null: nobody can. */
  readonly id: string | null;
  /** In capitals. */
  readonly method: string;
  /** As it came: absolute, from the root of the host, or from the API's. May begin with `$<id>`. */
  readonly url: string;
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Text, or JSON that was read already. null: none. */
  readonly body: { readonly text: string } | { readonly json: unknown } | null;
  /** Ids of requests without whose success this one is not done. */
  readonly dependsOn: readonly string[];
}

/** Requests that are done all or not at all. */
export interface ChangeSet {
  readonly kind: 'set';
  /** Content-ID of the set, or the name of the atomicity group. */
  readonly id: string | null;
  readonly requests: readonly PartRequest[];
}

export type BatchItem =
  | { readonly kind: 'one'; readonly request: PartRequest }
  | ChangeSet
  /** A part that can't be read; the others can. */
  | { readonly kind: 'wrong'; readonly id: string | null; readonly error: CodedError };

export interface PartAnswer {
  readonly id: string | null;
  readonly status: number;
  /** Names as they are printed. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export type ItemAnswer =
  | { readonly kind: 'one'; readonly answer: PartAnswer }
  | { readonly kind: 'set'; readonly id: string | null; readonly answers: readonly PartAnswer[] };
