/** Every option of the simulator once. Defaults stand here only. */
import { z } from 'zod';
import { USUAL_DEVICES } from './city/index.ts';
import { INCIDENT_NAMES } from './incidents.ts';

export const options = z.object({
  mqtt: z
    .string()
    .regex(/^(mqtts?|wss?):\/\/.+/, 'must be an address such as mqtt://127.0.0.1:1883')
    .default('mqtt://127.0.0.1:1883')
    .describe("Broker that the events go to: the hub's own, or the city's. User and password may stand in it."),
  hub: z
    .string()
    .regex(/^https?:\/\/.+/, 'must be an address such as http://127.0.0.1:8080')
    .default('http://127.0.0.1:8080')
    .describe('Hub in which the devices are registered.'),
  token: z
    .string()
    .optional()
    .describe(
      'Admin token of the hub, for registering the devices. @file reads it from a file. Without it nothing is registered.',
    ),
  devices: z
    .number()
    .int()
    .min(120)
    .max(100_000)
    .default(USUAL_DEVICES)
    .describe('How many devices; more means more bays, masts and bins around the same places.'),
  speed: z
    .number()
    .min(0.1)
    .max(600)
    .default(30)
    .describe(
      'How many times faster than the clock on the wall the days of the city pass. Events still carry the present time.',
    ),
  seed: z
    .number()
    .int()
    .min(0)
    .max(0xffffffff)
    .default(1)
    .describe('The same seed gives the same city and the same chance.'),
  backfill: z
    .number()
    .min(0)
    .max(168)
    .default(24)
    .describe('Hours of history that are sent first, with their past times.'),
  backfillEvents: z
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(30_000)
    .describe('Most events of that history; a longer one is cut at its beginning.'),
  backfillSpacing: z
    .number()
    .min(1)
    .max(12)
    .default(2)
    .describe('How many times longer than usual devices wait between regular reports in the history.'),
  inFlight: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(200)
    .describe('Most events sent and not yet acknowledged. At the limit the simulator waits.'),
  control: z
    .number()
    .int()
    .min(0)
    .max(65_535)
    .nullable()
    .default(8099)
    .describe('Port on 127.0.0.1 for POST /incidents/<name>; 0 lets the system pick one, null opens none.'),
  incident: z
    .enum(INCIDENT_NAMES as [string, ...string[]])
    .optional()
    .describe('Incident that starts as soon as the history is sent.'),
  statusSeconds: z.number().min(1).max(3600).default(30).describe('Seconds between two status lines.'),
  patience: z
    .number()
    .min(1)
    .max(600)
    .default(10)
    .describe('Seconds to wait for the hub and the broker at the start, and for acknowledgements at the end.'),
  importDevices: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(400)
    .describe('Most devices per request when they are registered.'),
});

export type Options = z.infer<typeof options>;
export type OptionsInput = z.input<typeof options>;
