/** Options of the time-series store, `timeseries.*`; those without a group hold for the embedded one, as far as they fit for both. */
import { z } from 'zod';
import { influxOptions } from './influxdb/options.ts';

const count = z.coerce.number().int();

export const options = z.object({
  store: z
    .enum(['sqlite', 'influxdb'])
    .default('sqlite')
    .describe('Where Observations are kept: in files of the hub (sqlite), or in an InfluxDB (timeseries.influxdb).'),
  influxdb: influxOptions.prefault({}),
  sliceRows: count
    .min(100)
    .max(100_000_000)
    .default(1_000_000)
    .describe(
      'Rows in one table of a partition; the next table begins beyond it. Small tables keep inserts fast, many make reads slower.',
    )
    .meta({ limit: false }),
  transactionRows: count
    .min(1)
    .max(2_000_000)
    .default(200_000)
    .describe(
      'Writes that wait share one transaction of about this many rows at the most; the rest waits for the next one.',
    )
    .meta({ limit: true }),
  queueRows: count
    .min(1)
    .default(2_000_000)
    .describe('Rows that may wait for the disk; a write beyond it is refused (hub.busy).')
    .meta({ limit: true }),
  maxBatchRows: count
    .min(1)
    .default(500_000)
    .describe('Rows in one write; a larger one is refused (query.limit).')
    .meta({ limit: true }),
  pageSize: z
    .union([z.literal(4096), z.literal(8192), z.literal(16384), z.literal(32768)])
    .default(16384)
    .describe('Page size of new database files, bytes.'),
  walMiB: count
    .min(1)
    .max(4096)
    .default(64)
    .describe('A write-ahead log of this size is copied into its database file.')
    .meta({ limit: false }),
  writerCacheMiB: count
    .min(1)
    .max(4096)
    .default(32)
    .describe('Page cache of each partition that is open for writing.')
    .meta({ limit: false }),
  readerCacheMiB: count
    .min(1)
    .max(4096)
    .default(4)
    .describe('Page cache of each partition that is open for reading.')
    .meta({ limit: false }),
  writerOpenPartitions: count
    .min(1)
    .max(500)
    .default(12)
    .describe('Partitions kept open for writing; the one unused for longest is closed first.')
    .meta({ limit: true }),
  readerOpenPartitions: count
    .min(1)
    .max(500)
    .default(120)
    .describe('Partitions kept open for reading; the one unused for longest is closed first.')
    .meta({ limit: true }),
  maxPartitions: count
    .min(1)
    .max(10_000)
    .default(1000)
    .describe(
      'Partition files; rows that need one more become dead letters (store.rejected), and wait there until more are allowed.',
    )
    .meta({ limit: true }),
  weeksBehind: count
    .min(0)
    .max(520)
    .default(104)
    .describe(
      'A new store keeps this many weeks before its creation as one file each, what is older as one file per decade.',
    )
    .meta({ limit: false }),
  weeksAhead: count
    .min(1)
    .max(2600)
    .default(780)
    .describe('A new store keeps this many weeks after its creation as one file each, what is later in one file.')
    .meta({ limit: false }),
  windowRows: count
    .min(2000)
    .max(1_000_000)
    .default(50_000)
    .describe(
      'Rows that a query over several Datastreams in time order holds in memory at once, twice as many at the most.',
    )
    .meta({ limit: true }),
  factsMiB: count
    .min(1)
    .max(65_536)
    .default(256)
    .describe(
      'Memory for what the store knows of each Datastream in each partition (24 bytes each): counts, extents and the newest rows come from there. Beyond it the partition unused for longest is read again when it is needed.',
    )
    .meta({ limit: true }),
  aggregateValues: count
    .min(1000)
    .max(500_000_000)
    .default(5_000_000)
    .describe('Values held at a time for percentiles (8 bytes each); a query that needs more is refused (query.limit).')
    .meta({ limit: true }),
  maxScans: count
    .min(1)
    .default(64)
    .describe('Queries that may be under way at once; one more is refused (hub.busy).')
    .meta({ limit: true }),
});

export type Options = z.infer<typeof options>;
