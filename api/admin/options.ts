import { z } from 'zod';

/** Options `admin.*`. */
export const options = z.object({
  pageSize: z.int().min(1).max(10_000).default(100).describe('Entries of a list that gives no `limit`.'),
  maxPageSize: z
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .describe('Most entries of a list; a larger `limit` is answered 400.'),
});

export type Options = z.infer<typeof options>;
