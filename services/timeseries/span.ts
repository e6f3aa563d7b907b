/** Questions over a longer span than a store can answer are refused before they are asked. */
import { CodedError } from '../model/index.ts';
import type { Capabilities, RangeQuery } from './port.ts';

/** Throws store.unsupported with the store's reason. An open end is as long as can be. */
export function withinSpan({ span }: Capabilities, { from, to }: Pick<RangeQuery, 'from' | 'to'>): void {
  if (span === null) return;
  if (from !== null && to !== null && to - from <= span.milliseconds) return;
  throw new CodedError('store.unsupported', span.reason);
}
