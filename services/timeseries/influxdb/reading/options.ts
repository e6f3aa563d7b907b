/** Options of reading from InfluxDB, a part of `timeseries.influxdb.*`. */
import { z } from 'zod';

const count = z.coerce.number().int();

export const readingOptions = {
  questionMs: count
    .min(100)
    .max(3_600_000)
    .default(60_000)
    .describe('A question to InfluxDB that takes longer is ended and refused (query.limit).')
    .meta({ limit: true }),
  readRequests: count
    .min(1)
    .max(64)
    .default(4)
    .describe('Reading requests to the server at once; further ones wait.')
    .meta({ limit: true }),
  waitingReads: count
    .min(1)
    .max(100_000)
    .default(1000)
    .describe('Reading requests that may wait for others; one more is refused (hub.busy).')
    .meta({ limit: true }),
  readSeries: count
    .min(1)
    .max(20_000)
    .default(1000)
    .describe('Datastreams that one statement names; more of them are read by several.')
    .meta({ limit: true }),
  readStatements: count
    .min(1)
    .max(5000)
    .default(200)
    .describe('Statements in one reading request.')
    .meta({ limit: true }),
  learningShare: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe(
      'Share of its time that the server may spend, after a start, on telling the hub how many rows each Datastream has and how far they reach; 0: they are asked for when somebody wants to know.',
    )
    .meta({ limit: false }),
  pageRows: count
    .min(100)
    .max(1_000_000)
    .default(10_000)
    .describe('Rows of one Datastream that are read with one request.')
    .meta({ limit: true }),
};
