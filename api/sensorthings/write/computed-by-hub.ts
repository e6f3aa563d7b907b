/** Observations that the hub computes of others [docs/semantics.md, Aggregates]: nobody else makes, changes or deletes them. */
import { CodedError } from '../../../services/model/index.ts';
import type { Stream } from '../schema/index.ts';

/** @throws CodedError request.conflict where the stream holds hours or days of a Datastream. */
export function refuseComputed(stream: Stream | undefined): void {
  const source = sourceOf(stream);
  if (source === null) return;
  throw new CodedError(
    'request.conflict',
    `the hub computes these Observations of Datastream ${source}; change the Observations there, and they follow`,
  );
}

/** null: it holds Observations of its own. */
export function sourceOf(stream: Stream | undefined): number | null {
  return stream !== undefined && 'aggregate' in stream ? (stream.aggregate?.datastream ?? null) : null;
}
