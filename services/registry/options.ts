/** Options of the registry, `registry.*`. */
import { z } from 'zod';

export const options = z.object({
  organisation: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a slug of a–z, 0–9 and -')
    .default('hub')
    .describe(
      'Organisation of what is made over the SensorThings API and names no other one in `properties.organisation`; it is made when it is first needed.',
    ),
  visibility: z
    .enum(['public', 'organisation', 'internal'])
    .default('internal')
    .describe(
      'Who sees Datastreams that are made over the SensorThings API and do not say so in `properties.visibility`. It counts when they are made: changing it later changes nothing that is there.',
    ),
  maxEntities: z
    .int()
    .min(100)
    .max(100_000_000)
    .default(3_000_000)
    .describe(
      'Entities of the catalogue, all sets together, in memory at about 1 kB each; a change that makes one more is answered 507 (hub.full). Observations are none of them.',
    )
    .meta({ limit: true }),
  unsavedEntities: z
    .int()
    .min(10)
    .max(100_000_000)
    .default(1_000_000)
    .describe(
      'Changed entities that wait in memory while the snapshot cannot be written; beyond it the snapshot stays as it is until the next start, which reads the journal from there.',
    )
    .meta({ limit: true }),
  waitingChanges: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe(
      'Changes of the catalogue that may wait for the one that is being planned; further ones are answered 503.',
    )
    .meta({ limit: true }),
  formerMountings: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe(
      'How many former mountings of each device are remembered, so that reading the journal again gives every message to the Datastreams that its device fed when it came. Beyond it the oldest go: their messages count to the next one.',
    )
    .meta({ limit: true }),
  acknowledgeSeconds: z
    .number()
    .positive()
    .max(3600)
    .default(9)
    .describe(
      'How long the sender of a change waits for the disk; then it is answered 503, and the change is done as soon as there is room.',
    )
    .meta({ limit: true }),
  planSeconds: z
    .number()
    .positive()
    .max(3600)
    .default(60)
    .describe(
      'How long one change may wait for the store while it is planned; then it is given up (503), because others wait for it.',
    )
    .meta({ limit: true }),
});
export type Options = z.infer<typeof options>;
