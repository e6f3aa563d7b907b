/** Options of the webhooks, `webhooks.*`. */
import { z } from 'zod';

const int = () => z.number().int();

export const options = z.object({
  maxBodyBytes: int()
    .min(1024)
    .default(262_144)
    .describe('Largest body of a webhook, unpacked; beyond it 413.')
    .meta({ limit: true }),
  maxPending: int()
    .min(1)
    .default(1000)
    .describe('Requests that wait for the disk at one time; further ones get 503 and should be sent again.')
    .meta({ limit: true }),
  answerTimeoutMs: int()
    .min(100)
    .default(9000)
    .describe('A message that is not on the disk by then gets 503. The Things Stack waits for 10 s.')
    .meta({ limit: true }),
});
export type Options = z.infer<typeof options>;
