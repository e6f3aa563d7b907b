/** Options of the disk guard, `disk.*`. */
import { z } from 'zod';

export const options = z.object({
  reserveMiB: z
    .number()
    .min(0)
    .default(256)
    .describe(
      'While less is free on the disk of the data folder, messages are not acknowledged (networks keep theirs) and writes over HTTP are answered 503. 0: never for lack of room, only when the disk itself refuses.',
    )
    .meta({ limit: true }),
  resumeMiB: z
    .number()
    .min(0)
    .default(64)
    .describe('So much more than a reserve must be free before what it had stopped goes on again.')
    .meta({ limit: true }),
  filesMiB: z
    .number()
    .min(0)
    .default(64)
    .describe(
      'While less is free, nothing more goes to the embedded store, the snapshot of the registry and the file of the latest values either, so that the hub can always close its files. The journal has it all; they catch up.',
    )
    .meta({ limit: true }),
  checkMs: z
    .int()
    .min(10)
    .max(60_000)
    .default(1000)
    .describe('How often free space is looked at.')
    .meta({ limit: false }),
});
export type Options = z.infer<typeof options>;
