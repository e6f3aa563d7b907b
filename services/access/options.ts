import { z } from 'zod';

const token = z.string().min(16).max(512).nullable().default(null);

/** Options `access.*`. */
export const options = z.object({
  adminToken: token
    .meta({ secret: true })
    .describe("Token of the hub's operator, instead of the one that is made at the first start and printed once."),
  ingestToken: token
    .meta({ secret: true })
    .describe('Token with which networks and devices deliver, instead of the one made at the first start.'),
  maxFailures: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(20)
    .describe('Wrong tokens per address in `failureSeconds`; after that the address is refused until the time is over.')
    .meta({ limit: true }),
  failureSeconds: z
    .number()
    .positive()
    .max(86_400)
    .default(60)
    .describe('The time in which wrong tokens are counted; when it is over, the address may try again.')
    .meta({ limit: true }),
  maxAddresses: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('Addresses whose wrong tokens are counted; the oldest is forgotten beyond that.')
    .meta({ limit: true }),
  anonymousReads: z
    .enum(['public', 'everything'])
    .default('public')
    .describe(
      'What callers without a token read. `everything`: internal Datastreams too, as the operator does. For closed networks and conformance runs.',
    ),
  anonymousWrites: z
    .boolean()
    .default(false)
    .describe(
      'Callers without a token create, change and delete every entity over the SensorThings API, over HTTP and MQTT. For closed networks and conformance runs.',
    ),
});

export type Options = z.infer<typeof options>;
