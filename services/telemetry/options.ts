import { z } from 'zod';

/** Options `telemetry.*`. */
export const options = z.object({
  level: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least level of log lines. A healthy hub logs nothing per message at `info`.'),
  format: z
    .enum(['auto', 'json', 'text'])
    .default('auto')
    .describe('`json`: one JSON object per line; `text`: for people; `auto`: text on a terminal, else JSON.'),
  warnEverySeconds: z
    .number()
    .positive()
    .max(86_400)
    .default(10)
    .describe('At most one log line per kind of happening in this time; the next one says how many were left out.')
    .meta({ limit: true }),
  labelCombinations: z
    .int()
    .min(1)
    .max(100_000)
    .default(200)
    .describe('Label combinations per metric; further ones are counted together as `other`.')
    .meta({ limit: true }),
  processMetrics: z.boolean().default(true).describe("Offer the process's own metrics (memory, CPU, event loop) too."),
});

export type Options = z.infer<typeof options>;
