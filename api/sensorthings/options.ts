/** Limits of the SensorThings API. Each says what a client gets when it goes beyond. */
import { z } from 'zod';

export const options = z.object({
  publicUrl: z
    .string()
    .default('')
    .describe(
      'Address under which clients reach the API, with its path, e.g. https://iot.example.org/v1.1. Empty: as requested',
    ),
  pageSize: z
    .number()
    .int()
    .min(1)
    .default(100)
    .describe('Entities of a page when the client gives no $top; the rest is behind a nextLink')
    .meta({ limit: true }),
  maxTop: z
    .number()
    .int()
    .min(1)
    .default(100_000)
    .describe('Greatest $top; a larger one is clamped and continued by a nextLink')
    .meta({ limit: true }),
  expandPageSize: z
    .number()
    .int()
    .min(1)
    .default(100)
    .describe('Entities of an expanded set without $top; the rest is behind a nextLink')
    .meta({ limit: true }),
  expandDepth: z
    .number()
    .int()
    .min(0)
    .default(8)
    .describe('Levels of nested $expand; deeper ones are answered with 400')
    .meta({ limit: true }),
  expandEntities: z
    .number()
    .int()
    .min(1)
    .default(50_000)
    .describe(
      'Expanded entities of one answer; the page ends early with a nextLink, a single entity beyond it is a 400',
    )
    .meta({ limit: true }),
  queryMilliseconds: z
    .number()
    .int()
    .min(1)
    .default(10_000)
    .describe('Time for one query; the page ends early with a nextLink, without any row it is a 400')
    .meta({ limit: true }),
  maxQueries: z
    .number()
    .int()
    .min(1)
    .default(48)
    .describe('Queries under way at one time; one more is answered with 503 hub.busy')
    .meta({ limit: true }),
  maxQueriesPerAddress: z
    .number()
    .int()
    .min(1)
    .default(24)
    .describe('Of them, from one address; one more is answered with 503 hub.busy; see http.trustedProxies')
    .meta({ limit: true }),
  maxScansPerAddress: z
    .number()
    .int()
    .min(1)
    .default(48)
    .describe(
      'Scans of the store under way for queries of one address, of timeseries.maxScans for all; one more is answered with 503 hub.busy. A query with $expand takes several',
    )
    .meta({ limit: true }),
  stallSeconds: z
    .number()
    .min(0.1)
    .default(15)
    .describe('A client that reads nothing of its answer for this long is cut off')
    .meta({ limit: true }),
  responseBytes: z
    .number()
    .int()
    .min(1)
    .default(64 * 1024 * 1024)
    .describe('Size of one answer; the page ends early with a nextLink')
    .meta({ limit: true }),
  sortRows: z
    .number()
    .int()
    .min(1)
    .default(100_000)
    .describe('$skip plus $top of Observations in an order that the store does not keep; beyond it 400')
    .meta({ limit: true }),
  groups: z
    .number()
    .int()
    .min(1)
    .default(100_000)
    .describe('Groups of one aggregation ($apply, $interval): spans of time times Datastreams; beyond it 400')
    .meta({ limit: true }),
  aggregatesFromHours: z
    .number()
    .min(0)
    .default(48)
    .describe(
      'Aggregations ($apply, $interval) over so many hours or more read the hours and days that the hub has computed where they give the same answer; shorter ones read Observations as they came, where these are still there',
    )
    .meta({ limit: false }),
  aggregateValues: z
    .number()
    .int()
    .min(1)
    .default(5_000_000)
    .describe('Results that one aggregation holds for percentiles where its filter is tested row by row; beyond it 400')
    .meta({ limit: true }),
  expressionDepth: z
    .number()
    .int()
    .min(1)
    .default(100)
    .describe('Nesting of parentheses and calls in $filter; deeper is a 400')
    .meta({ limit: true }),
  expressionOperators: z
    .number()
    .int()
    .min(1)
    .max(1500)
    .default(1000)
    .describe('Operators and steps of paths in one query option; more are a 400')
    .meta({ limit: true }),
  concurrency: z
    .number()
    .int()
    .min(1)
    .default(8)
    .describe('Store queries that one request runs at a time; the next ones wait for them')
    .meta({ limit: true }),
  cacheBytes: z
    .number()
    .int()
    .min(0)
    .default(64 * 1024 * 1024)
    .describe(
      'Memory for printed text of entities, about 3 kB for a Datastream with its Thing and Location; beyond it they are printed anew for each answer',
    )
    .meta({ limit: true }),
  batchRequests: z
    .number()
    .int()
    .min(1)
    .default(1000)
    .describe('Requests of one $batch; more are answered with 413')
    .meta({ limit: true }),
  batchMilliseconds: z
    .number()
    .int()
    .min(1)
    .default(60_000)
    .describe('Time for one $batch; requests that have not begun by then are answered with 400')
    .meta({ limit: true }),
  batchUrlLength: z
    .number()
    .int()
    .min(1)
    .default(32_768)
    .describe('Characters of one address in a $batch; a longer one is answered with 400')
    .meta({ limit: true }),
  batchUrlsLength: z
    .number()
    .int()
    .min(1)
    .default(524_288)
    .describe('Characters of all addresses of a $batch; requests beyond it are answered with 400')
    .meta({ limit: true }),
  batchAnswerBytes: z
    .number()
    .int()
    .min(1024)
    .default(64 * 1024 * 1024)
    .describe(
      'Answers that all $batch under way hold until their clients have read them; requests beyond it are answered with 503 hub.busy',
    )
    .meta({ limit: true }),
  batchReadBytes: z
    .number()
    .int()
    .min(1024)
    .default(1024 * 1024)
    .describe('Body of a $batch of a client that may not write; a larger one is answered with 413')
    .meta({ limit: true }),
  batchReadRoom: z
    .number()
    .int()
    .min(1024)
    .default(16 * 1024 * 1024)
    .describe('Bodies of all such $batch under way, in bytes; one more is answered with 503 hub.busy')
    .meta({ limit: true }),
  batchReadSeconds: z
    .number()
    .min(0.1)
    .default(10)
    .describe('Time in which the body of such a $batch must be there; later it is answered with 400')
    .meta({ limit: true }),
  mqttEndpoints: z
    .array(z.string().min(1))
    .max(10)
    .default([])
    .describe(
      'Addresses of the broker that the landing page names, e.g. mqtts://iot.example.org:8883; empty: as far as the hub knows them',
    ),
  topicSegments: z
    .number()
    .int()
    .min(1)
    .max(32)
    .default(8)
    .describe('Segments of a path in an MQTT topic; a longer one cannot be subscribed to')
    .meta({ limit: true }),
  topicQueue: z
    .number()
    .int()
    .min(1)
    .default(100_000)
    .describe('News that wait to be told over MQTT; what comes beyond them is not told, and counted')
    .meta({ limit: true }),
  bodyBytes: z
    .number()
    .int()
    .min(1024)
    .default(1536 * 1024)
    .describe(
      'Size of the body of a write, and of an entity that a JSON Patch makes; a larger one is answered with 413',
    )
    .meta({ limit: true }),
  bodyDepth: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(50)
    .describe('Levels of nested JSON in the body of a write; deeper is a 400')
    .meta({ limit: true }),
  bodyNodes: z
    .number()
    .int()
    .min(100)
    .default(65_000)
    .describe(
      'Values and names in the JSON of a write: objects, arrays, texts, numbers and what stands before a colon; more is a 400. A row of CreateObservations is one more than it has columns',
    )
    .meta({ limit: true }),
  vertices: z
    .number()
    .int()
    .min(4)
    .default(20_000)
    .describe('Positions of one location or feature in the body of a write; more is a 400')
    .meta({ limit: true }),
  patchOperations: z
    .number()
    .int()
    .min(1)
    .default(1000)
    .describe('Operations of one JSON Patch; more is a 400')
    .meta({ limit: true }),
  writeBytes: z
    .number()
    .int()
    .min(1024)
    .default(128 * 1024 * 1024)
    .describe('Bodies of writes under way at one time, in bytes; one more is answered with 503 hub.busy')
    .meta({ limit: true }),
  changeEntities: z
    .number()
    .int()
    .min(1)
    .default(10_000)
    .describe(
      'Entities that one write makes, changes or deletes, all or nothing, and rows of CreateObservations, wrong ones too; beyond it 413: split it',
    )
    .meta({ limit: true }),
  deleteEntities: z
    .number()
    .int()
    .min(1)
    .default(100_000)
    .describe('Entities that one DELETE with a $filter may find; beyond it 400, and nothing is deleted')
    .meta({ limit: true }),
  repeated: z
    .enum(['create', 'replace'])
    .default('create')
    .describe(
      'A new Observation whose Datastream has one of the same phenomenonTime: create another one, as the standard says, or replace the result of the one that is there; an ingest token replaces only what came over the API and nobody has edited',
    ),
  views: z
    .number()
    .int()
    .min(1)
    .default(64)
    .describe('Remembered views of the catalogue, one per class of readers; the oldest goes')
    .meta({ limit: true }),
});

export type Options = z.infer<typeof options>;
