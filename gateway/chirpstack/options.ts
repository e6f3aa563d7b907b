/** Options of the source, `chirpstack.*`. */
import { z } from 'zod';

export const options = z.object({
  topicFilters: z
    .array(z.string().min(1))
    .min(1)
    .default(['application/+/device/+/event/+'])
    .describe(
      'MQTT topic filters of ChirpStack events; change them where ChirpStack has another event_topic (the last level stays the event).',
    ),
  maxReceptions: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(64)
    .describe('Gateways kept per uplink, in the order ChirpStack lists them; further ones are left out.')
    .meta({ limit: true }),
});
export type Options = z.infer<typeof options>;
