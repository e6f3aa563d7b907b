/** The options that protect the hub, found in the schema: `.meta({ limit: true })`. */
import { z } from 'zod';
import { groupOf, leavesOf, unwrap } from './leaves.ts';
import { defaultText } from './pages.ts';

export interface LimitOption {
  /** `journal.maxPendingBytes` */
  readonly path: string;
  readonly defaultText: string;
  /** What it bounds, and what happens there. */
  readonly description: string;
  /** null: a number of which the schema does not say whether it is a limit. */
  readonly limit: true | null;
}

/** In the order of the schema, without the numbers that are marked as none. */
export function limitsOf(schema: z.ZodObject): LimitOption[] {
  return leavesOf(groupOf(schema)).flatMap((leaf) => {
    const isNumber = unwrap(leaf.schema).inner instanceof z.ZodNumber;
    const limit = leaf.limit ?? (isNumber ? null : false);
    if (limit === false) return [];
    return [{ path: leaf.path, defaultText: defaultText(leaf), description: leaf.description, limit }];
  });
}
