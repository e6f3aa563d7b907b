/** Options of what is kept, `history.*`. */
import { z } from 'zod';
import { aggregateOptions } from './aggregates/index.ts';

const days = z.number().min(0).max(100_000);
const daysOrForever = z.union([days, z.literal('forever')]);
const daysForeverOrNone = z.union([days, z.literal('forever'), z.literal('none')]);
const className = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a slug of a–z, 0–9 and -');

const retentionClass = z.strictObject({
  frames: daysOrForever.default('forever'),
  framesMiB: z.union([z.number().min(0), z.literal('unlimited')]).default('unlimited'),
  observations: daysOrForever.default('forever'),
  hourly: daysForeverOrNone.default('none'),
  daily: daysForeverOrNone.default('none'),
});
/** A class as an operator writes it. */
export type ClassOptions = z.infer<typeof retentionClass>;

export const options = z.object({
  classes: z
    .record(className, retentionClass)
    .default({})
    .describe(
      'Retention classes by name, e.g. `personal: { frames: 0, observations: 30, hourly: 365, daily: forever }`, in days. `frames`: raw messages (0: until they are stored; forever: as long as the journal keeps them), `framesMiB`: their size at the most, `observations`: Observations as they came, `hourly` and `daily`: aggregates, or none. A Datastream or organisation names its class in `properties.retention`; all others have the class `standard`, which keeps everything unless it is given here.',
    ),
  everyMinutes: z
    .number()
    .min(0.01)
    .max(10_080)
    .default(60)
    .describe('How often what is due is looked for and removed.')
    .meta({ limit: false }),
  clockDoubtHours: z
    .number()
    .min(0)
    .max(100_000)
    .default(24)
    .describe(
      'A clock that is more than ten minutes ahead of the time that has passed for the hub must have been so for these hours before anything is deleted because of it: retention classes and journal.keepDays.',
    )
    .meta({ limit: false }),
  lateDays: z
    .number()
    .min(0)
    .max(100_000)
    .default(30)
    .describe(
      'A freeze also holds raw messages that came so many days after the end of its span: they may bring readings from within it.',
    )
    .meta({ limit: false }),
  freezeWaitMs: z
    .number()
    .min(0)
    .max(600_000)
    .default(10_000)
    .describe(
      'So long the answer to a freeze waits until what was being removed before it has ended. It holds in any case; `settled` tells whether that has ended.',
    )
    .meta({ limit: false }),
  maxFreezes: z
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .describe('Freezes that may hold at a time; another one is answered 503.')
    .meta({ limit: true }),
  maxErasures: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('Erasure orders that are remembered; another one is answered 503.')
    .meta({ limit: true }),
  ordersMiB: z
    .number()
    .min(0.001)
    .max(4096)
    .default(64)
    .describe(
      'Size of the record of all freezes and erasures (`orders.jsonl`), of which nothing ever goes; beyond it a new freeze or erasure is answered 503, while lifting and carrying out go on.',
    )
    .meta({ limit: true }),
  maxOrderDatastreams: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(100_000)
    .describe('Datastreams that one freeze or erasure order may name; more are answered 400.')
    .meta({ limit: true }),
  ...aggregateOptions,
});
export type Options = z.infer<typeof options>;
