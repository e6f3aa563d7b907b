/** Options of the InfluxDB store, `timeseries.influxdb.*`. They hold for `timeseries.store: influxdb` only. */
import { z } from 'zod';
import { readingOptions } from './reading/options.ts';

const count = z.coerce.number().int();
const text = z.string().max(1000);
const secret = { secret: true };

export const influxOptions = z.object({
  url: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !url.includes('@'), 'put user and password into timeseries.influxdb.username and password')
    .default('http://127.0.0.1:8086')
    .describe('Address of the InfluxDB, with the path in front of its API if a proxy adds one.'),
  generation: z
    .enum(['auto', '1', '2', '3'])
    .default('auto')
    .describe('Generation of the InfluxDB; auto: asked of the server.'),
  token: text.nullable().default(null).describe('API token of an InfluxDB 2.x or 3.x.').meta(secret),
  username: text.nullable().default(null).describe('User of an InfluxDB 1.x; null: without a login.'),
  password: text.nullable().default(null).describe('Password of that user.').meta(secret),
  database: text
    .min(1)
    .regex(/^[^"'\\\n]+$/)
    .default('stadtpegel')
    .describe(
      '1.x and 3.x: database. 2.x: database that the bucket is mapped to (DBRP); the bucket if it has its name.',
    ),
  takeOver: z
    .boolean()
    .default(false)
    .describe(
      'Take a store over that belongs to another hub, or that is ahead of this one (store.foreign). For one start; the other hub must have ended for good.',
    ),
  createDatabase: z
    .boolean()
    .default(true)
    .describe('1.x: the hub makes the database and the history policy if they are missing and it may.'),
  retentionPolicy: text
    .regex(/^[^"'\\\n]*$/)
    .default('')
    .describe(
      '1.x: retention policy for what is new; empty: the default one of the database. 2.x: policy that the bucket is mapped to (DBRP).',
    ),
  historyPolicy: text
    .regex(/^[^"'\\\n]*$/)
    .default('history')
    .describe(
      'Second retention policy, with long shards, for old times, far times and what the hub keeps for itself. 2.x: mapped to historyBucket (DBRP). Empty: everything goes to the first one. Not used with 3.x.',
    ),
  historyShardWeeks: count
    .min(4)
    .max(5200)
    .default(520)
    .describe('Length of the shards of the history policy where the hub makes it.')
    .meta({ limit: false }),
  historyWeeksBehind: count
    .min(0)
    .max(5200)
    .default(104)
    .describe('A new store keeps times from so many weeks before its creation on in the first policy.')
    .meta({ limit: false }),
  historyWeeksAhead: count
    .min(1)
    .max(5200)
    .default(780)
    .describe('A new store keeps times up to so many weeks after its creation in the first policy.')
    .meta({ limit: false }),
  org: text.default('').describe('2.x: organisation, by name or id.'),
  bucket: text.min(1).default('stadtpegel').describe('2.x: bucket for what is new.'),
  historyBucket: text
    .min(1)
    .default('stadtpegel/history')
    .describe('2.x: bucket with long shards; see historyPolicy. A bucket <database>/<policy> needs no mapping.'),
  tlsCa: text
    .default('')
    .describe('File with the certificates (PEM) that https is checked against; empty: those of Node.'),
  tlsInsecure: z.boolean().default(false).describe('Take any certificate; for tests only.'),
  gzip: z.boolean().default(false).describe('Compress what is written: less network, more work for both sides.'),
  requestMs: count
    .min(100)
    .max(3_600_000)
    .default(30_000)
    .describe('A write or look-up that takes longer counts as failed, and is done again.')
    .meta({ limit: true }),
  settleMs: count
    .min(0)
    .max(600_000)
    .default(10_000)
    .describe(
      'After a write without an answer, or after a hub that was killed, corrections and deletions wait so long once the server answers: the write may be done late. After a deletion without an answer, what is written beside it does.',
    )
    .meta({ limit: true }),
  batchLines: count
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('Lines in one request; a larger write becomes several requests.')
    .meta({ limit: false }),
  batchBytes: count
    .min(10_000)
    .max(1_000_000_000)
    .default(5_000_000)
    .describe(
      'Bytes of one request at about the most; a server takes 25 MB by default. One that is refused as too large is halved.',
    )
    .meta({ limit: false }),
  parallelRequests: count
    .min(1)
    .max(64)
    .default(3)
    .describe('Writing requests and look-ups that may be under way at once.')
    .meta({ limit: false }),
  lookUpStatements: count
    .min(1)
    .max(10_000)
    .default(500)
    .describe('Statements in one request that looks up which of the times of a write are taken.')
    .meta({ limit: false }),
  lookUpSeries: count
    .min(1)
    .max(100_000)
    .default(1000)
    .describe(
      'Datastreams in one request that asks how far they reach, which is done at their first write after a start.',
    )
    .meta({ limit: false }),
  refusedRequests: count
    .min(2)
    .max(100_000)
    .default(300)
    .describe(
      'Requests that one write may take to find the lines which InfluxDB refuses; beyond it all lines in doubt become dead letters.',
    )
    .meta({ limit: true }),
  deletingShare: z.coerce
    .number()
    .min(0.001)
    .max(1)
    .default(0.2)
    .describe('Share of its time that the server may spend on deleting the points of removed rows.')
    .meta({ limit: false }),
  pendingDeletes: count
    .min(100)
    .max(100_000_000)
    .default(500_000)
    .describe('Removed rows whose points are not deleted yet; an edit that removes more waits until there are fewer.')
    .meta({ limit: true }),
  ...readingOptions,
});

export type InfluxOptions = z.infer<typeof influxOptions>;
