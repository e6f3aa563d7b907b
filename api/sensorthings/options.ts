/** Limits of the SensorThings API. Each says what a client gets when it goes beyond. */
import { z } from 'zod';

export const options = z.object({
  publicUrl: z
    .string()
    .default('')
    .describe(
      'Address under which clients reach the API, with its path, e.g. https://iot.example.org/v1.1. Empty: as requested',
    ),
  pageSize: z.number().int().min(1).default(100).describe('Entities of a page when the client gives no $top'),
  maxTop: z
    .number()
    .int()
    .min(1)
    .default(10_000)
    .describe('Greatest $top; a larger one is clamped and continued by a nextLink'),
  expandPageSize: z.number().int().min(1).default(100).describe('Entities of an expanded set without $top'),
  expandDepth: z
    .number()
    .int()
    .min(0)
    .default(8)
    .describe('Levels of nested $expand; deeper ones are answered with 400'),
  expandEntities: z
    .number()
    .int()
    .min(1)
    .default(50_000)
    .describe(
      'Expanded entities of one answer; the page ends early with a nextLink, a single entity beyond it is a 400',
    ),
  queryMilliseconds: z
    .number()
    .int()
    .min(1)
    .default(10_000)
    .describe('Time for one query; the page ends early with a nextLink, without any row it is a 400'),
  maxQueries: z
    .number()
    .int()
    .min(1)
    .default(48)
    .describe('Queries under way at one time; one more is answered with 503 hub.busy'),
  maxQueriesPerAddress: z
    .number()
    .int()
    .min(1)
    .default(24)
    .describe('Of them, from one address; see http.trustedProxies'),
  stallSeconds: z
    .number()
    .min(0.1)
    .default(15)
    .describe('A client that reads nothing of its answer for this long is cut off'),
  responseBytes: z
    .number()
    .int()
    .min(1)
    .default(64 * 1024 * 1024)
    .describe('Size of one answer; the page ends early with a nextLink'),
  sortRows: z
    .number()
    .int()
    .min(1)
    .default(100_000)
    .describe('$skip plus $top of Observations in an order that the store does not keep; beyond it 400'),
  expressionDepth: z
    .number()
    .int()
    .min(1)
    .default(100)
    .describe('Nesting of parentheses and calls in $filter; deeper is a 400'),
  concurrency: z.number().int().min(1).default(8).describe('Store queries that one request runs at a time'),
  extentSeconds: z.number().min(0).default(60).describe('How long the first time of a Datastream is remembered'),
  views: z
    .number()
    .int()
    .min(1)
    .default(64)
    .describe('Remembered views of the catalogue, one per class of readers; the oldest goes'),
});

export type Options = z.infer<typeof options>;
