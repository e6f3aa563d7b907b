/** Options of ingest, `ingest.*`. */
import { z } from 'zod';

export const options = z.object({
  repetitionMinutes: z
    .number()
    .min(0)
    .default(10)
    .describe(
      'A repetition of an uplink is recognised from memory for this long; later ones are still found by the store, at the cost of a look into the journal.',
    ),
  repetitionEntries: z
    .int()
    .min(1000)
    .default(200_000)
    .describe('At most twice this many identities are kept in memory for it.'),
  commitMs: z
    .int()
    .min(1)
    .default(50)
    .describe('Rows wait at least this long for their transaction, so that several uplinks share one.'),
  commitMaxMs: z
    .int()
    .min(1)
    .default(1000)
    .describe('Under load transactions get larger and rarer, up to this distance: larger ones cost much less per row.'),
  pendingRows: z
    .int()
    .min(10_000)
    .default(400_000)
    .describe('When more rows than this wait for the store, they leave memory and are read from the journal again.'),
  pendingEdits: z
    .int()
    .min(1000)
    .default(200_000)
    .describe(
      'Observations that were made, changed or deleted over the API and wait for the store, in memory; beyond that such requests are answered 503.',
    ),
  heldReadings: z
    .int()
    .min(0)
    .default(20_000)
    .describe(
      'Readings of instants that may be taken, because they come late or because Observations of their Datastream were deleted, are told to live and MQTT clients once they are stored; beyond this many they are told at once.',
    ),
  readWaitMs: z
    .int()
    .min(0)
    .default(5000)
    .describe(
      'A query that needs all rows in the store (an aggregation, a deep offset) waits for so long until the store has those that were accepted before it; then it is answered 503.',
    ),
  checkpointMs: z
    .int()
    .min(10)
    .default(1000)
    .describe(
      'How often the position of the store in the journal is remembered. After a crash, what is younger is read again.',
    ),
  latestSaveMs: z
    .int()
    .min(1000)
    .default(30_000)
    .describe('How often the latest values are saved, so that a start needs no store.'),
});
export type Options = z.infer<typeof options>;
