import { z } from 'zod';

/** Options `admin.*`. */
export const options = z.object({
  pageSize: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('Entries of a list that gives no `limit`; a `next` leads on.')
    .meta({ limit: true }),
  maxPageSize: z
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .describe('Most entries of a list; a larger `limit` is answered 400.')
    .meta({ limit: true }),
  requeueWaitMs: z
    .int()
    .min(0)
    .max(60_000)
    .default(5000)
    .describe(
      'A request to decode dead letters again waits so long for the counts; then it is answered 202, and the job goes on.',
    )
    .meta({ limit: true }),
  namedRecords: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('Dead letters that one request may name by their record numbers.')
    .meta({ limit: true }),
});

export type Options = z.infer<typeof options>;
