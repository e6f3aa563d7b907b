/** Options of the source, `thingsStack.*`. */
import { z } from 'zod';

export const options = z.object({
  topicFilters: z
    .array(z.string().min(1))
    .min(1)
    .default([
      'v3/+/devices/+/up',
      'v3/+/devices/+/join',
      'v3/+/devices/+/down/+',
      'v3/+/devices/+/location/+',
      'v3/+/devices/+/service/+',
    ])
    .describe('MQTT topic filters of The Things Stack; the message itself says which event it is.'),
  maxReceptions: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(64)
    .describe('Gateways kept per uplink, in the order the network lists them; further ones are left out.')
    .meta({ limit: true }),
});
export type Options = z.infer<typeof options>;
