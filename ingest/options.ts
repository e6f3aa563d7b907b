/** Options of ingest, `ingest.*`. */
import { z } from 'zod';

export const options = z.object({
  repetitionMinutes: z
    .number()
    .min(0)
    .default(10)
    .describe(
      'A repetition of an uplink is recognised from memory for this long; later ones are still found by the store, at the cost of a look into the journal.',
    )
    .meta({ limit: false }),
  repetitionEntries: z
    .int()
    .min(1000)
    .default(200_000)
    .describe(
      'At most twice this many identities are kept in memory for it; beyond it the oldest are forgotten and found by the store.',
    )
    .meta({ limit: true }),
  commitMs: z
    .int()
    .min(1)
    .max(60_000)
    .default(50)
    .describe('Rows wait at least this long for their transaction, so that several uplinks share one.')
    .meta({ limit: false }),
  commitMaxMs: z
    .int()
    .min(1)
    .max(60_000)
    .default(1000)
    .describe('Under load transactions get larger and rarer, up to this distance: larger ones cost much less per row.')
    .meta({ limit: false }),
  pendingRows: z
    .int()
    .min(10_000)
    .default(400_000)
    .describe('When more rows than this wait for the store, they leave memory and are read from the journal again.')
    .meta({ limit: true }),
  pendingEdits: z
    .int()
    .min(1000)
    .default(200_000)
    .describe(
      'Observations that were made, changed or deleted over the API and wait for the store, in memory; beyond that such requests are answered 503.',
    )
    .meta({ limit: true }),
  heldReadings: z
    .int()
    .min(0)
    .default(20_000)
    .describe(
      'Readings of instants that may be taken, because they come late or because Observations of their Datastream were deleted, are told to live and MQTT clients once they are stored; beyond this many they are told at once.',
    )
    .meta({ limit: true }),
  readWaitMs: z
    .int()
    .min(0)
    .default(5000)
    .describe(
      'A query that needs all rows in the store (an aggregation, a deep offset) waits for so long until the store has those that were accepted before it; then it is answered 503.',
    )
    .meta({ limit: true }),
  storeWaitMs: z
    .int()
    .min(100)
    .max(3_600_000)
    .default(10_000)
    .describe(
      'A store that takes nothing is tried again after 0.2 s, then after ever longer waits, up to this one. Live values go on meanwhile.',
    )
    .meta({ limit: true }),
  storeStoppedMs: z
    .int()
    .min(100)
    .max(3_600_000)
    .default(30_000)
    .describe(
      'The same while somebody must mend something first: credentials that the store refuses, a database that is missing.',
    )
    .meta({ limit: true }),
  storeLateMs: z
    .int()
    .min(1000)
    .default(10_000)
    .describe(
      'A store that has lacked a message for so long counts as behind (`catching up`, the hub is degraded), also while nothing fails.',
    )
    .meta({ limit: false }),
  stopMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(10_000)
    .describe(
      'At a stop, how long the store has for what waits for it; the rest is read from the journal at the next start.',
    )
    .meta({ limit: true }),
  startReadMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(5000)
    .describe(
      'At a start, how long the journal is read for Observations made, changed or deleted over the API that the store lacks; those further on show when the store has them. Only a store that was lost or is new lacks so much.',
    )
    .meta({ limit: true }),
  checkpointMs: z
    .int()
    .min(10)
    .default(1000)
    .describe(
      'How often the position of the store in the journal is remembered. After a crash, what is younger is read again.',
    )
    .meta({ limit: false }),
  latestSaveMs: z
    .int()
    .min(1000)
    .default(30_000)
    .describe('How often the latest values are saved, so that a start needs no store.')
    .meta({ limit: false }),
  againRows: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(10_000)
    .describe(
      'Decoding again compares about this many rows and messages at a time with the store, in memory; journals with many readings per message take some more.',
    )
    .meta({ limit: true }),
  againExamples: z
    .int()
    .min(0)
    .max(1000)
    .default(20)
    .describe('Examples of each kind (added, changed, removed) that a dry run of decoding again shows.')
    .meta({ limit: true }),
  againJobs: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('Jobs of decoding again that are remembered; beyond it the oldest that have ended are forgotten.')
    .meta({ limit: true }),
  shownBytes: z
    .int()
    .min(0)
    .max(16 * 1024 * 1024)
    .default(65_536)
    .describe('Bytes of a message that an inspected dead letter shows; of a longer one the beginning.')
    .meta({ limit: true }),
});
export type Options = z.infer<typeof options>;
