import { z } from 'zod';

/** Options `live.*`. */
export const options = z.object({
  maxConnections: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(2000)
    .describe('WebSocket and SSE connections; further ones are answered 503.')
    .meta({ limit: true }),
  maxPerAddress: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(100)
    .describe('Of them from one address; further ones are answered 503.')
    .meta({ limit: true }),
  joinsPerMinute: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(1200)
    .describe(
      'Joins and new filters from one address in a minute: each has the hub look through the catalogue. Further ones are answered hub.busy (503, or an error message).',
    )
    .meta({ limit: true }),
  messageBytes: z
    .int()
    .min(256)
    .max(1024 ** 2)
    .default(16_384)
    .describe('Largest message of a client; a larger one ends the connection (1009).')
    .meta({ limit: true }),
  messagesPerMinute: z
    .int()
    .min(1)
    .max(100_000)
    .default(60)
    .describe('Messages and pings of one client; more end the connection (1008).')
    .meta({ limit: true }),
  keepLatestBytes: z
    .int()
    .min(1024)
    .default(512 * 1024)
    .describe(
      'Above so many unsent bytes a client gets only the latest value of each Datastream until it has caught up.',
    )
    .meta({ limit: true }),
  cutBytes: z
    .int()
    .min(1024)
    .default(8 * 1024 ** 2)
    .describe('Above so many unsent bytes beyond its snapshot a client is cut off.')
    .meta({ limit: true }),
  unsentBytes: z
    .int()
    .min(1024 ** 2)
    .default(256 * 1024 ** 2)
    .describe(
      'Unsent bytes of all clients together, where a message that several get counts once; beyond it those who hold the most are cut off (crowd).',
    )
    .meta({ limit: true }),
  slowSeconds: z
    .number()
    .positive()
    .max(3600)
    .default(30)
    .describe('A client that lags for so long is cut off.')
    .meta({ limit: true }),
  leastBytesPerSecond: z
    .int()
    .min(1)
    .default(16_384)
    .describe('Speed that gives a lagging client more time than `slowSeconds`, for a large snapshot on a weak link.')
    .meta({ limit: false }),
  pingSeconds: z
    .number()
    .positive()
    .max(3600)
    .default(30)
    .describe('Time between pings; a client that misses one is cut off.')
    .meta({ limit: true }),
  closeSeconds: z
    .number()
    .min(0)
    .max(60)
    .default(1)
    .describe('Time in which clients may say goodbye when the hub stops; then they are cut off.')
    .meta({ limit: true }),
  noticeIds: z
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .describe(
      'Ids in one message about what is gone; if more Things than that change, clients read the catalogue again.',
    )
    .meta({ limit: true }),
  snapshotSeconds: z
    .number()
    .min(0)
    .max(60)
    .default(2)
    .describe('How long one snapshot is shared by clients with the same filter.')
    .meta({ limit: false }),
});

export type Options = z.infer<typeof options>;
