/** Options of the hours and days that the hub computes; they stand among `history.*`. */
import { z } from 'zod';
import { ZoneClock } from '../../model/index.ts';

export const aggregateOptions = {
  timeZone: z
    .string()
    .refine(isZone, 'a time zone such as Europe/Berlin')
    .default('Europe/Berlin')
    .describe(
      'Time zone whose days the daily aggregates are: 23 or 25 hours long when the clocks change. Set it once; days of another zone are other days, and those that are there stay as they are.',
    ),
  graceMinutes: z
    .number()
    .min(0)
    .max(1440)
    .default(5)
    .describe(
      'How long after its end an hour is computed. What comes later still counts: then the hour is computed again.',
    )
    .meta({ limit: false }),
  lateSeconds: z
    .number()
    .min(0.01)
    .max(86_400)
    .default(30)
    .describe('How often hours and days with late, changed or deleted Observations are computed again.')
    .meta({ limit: false }),
  bucketsAtOnce: z
    .int()
    .min(24)
    .max(1_000_000)
    .default(20_000)
    .describe(
      'Hours times Datastreams that are asked of the store at once; of a single Datastream nine days at the most.',
    )
    .meta({ limit: true }),
  aggregatesAtOnce: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('Aggregates that go into one record of the journal.')
    .meta({ limit: true }),
  staleSpans: z
    .int()
    .min(1)
    .max(1000)
    .default(16)
    .describe(
      'Spans of hours that are remembered for each Datastream to be computed again; further ones are joined with their neighbours, and what lies between is computed again, too.',
    )
    .meta({ limit: true }),
};

function isZone(zone: string): boolean {
  try {
    new ZoneClock(zone);
    return true;
  } catch {
    return false;
  }
}

export interface AggregateOptions {
  readonly timeZone: string;
  readonly graceMinutes: number;
  readonly lateSeconds: number;
  readonly bucketsAtOnce: number;
  readonly aggregatesAtOnce: number;
  readonly staleSpans: number;
}
