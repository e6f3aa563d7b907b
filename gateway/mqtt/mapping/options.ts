/** One mapping, `mqtt.mappings[]`: which messages, which device, which values. Mistakes are found when the hub starts. */
import { z } from 'zod';
import { parsePath } from './json-path.ts';
import { parseTemplate } from './template.ts';
import { parseTopicPattern } from './topic-pattern.ts';

const path = z
  .string()
  .superRefine((text, context) => {
    const parsed = parsePath(text);
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.problem });
  })
  .describe('A path into the JSON message: .a.b[0]["odd name"]; a single dot is the whole message.');

const value = z.object({
  path,
  type: z
    .enum(['number', 'boolean', 'text'])
    .default('number')
    .describe('What stands there. Another type is refused (reading.type), never converted: "21,5" is no number.'),
  scale: z.number().default(1).describe('A number is multiplied by this.'),
  per: z
    .number()
    .refine((per) => per !== 0, 'per may not be 0')
    .default(1)
    .describe('And divided by this: 207 per 10 is exactly 20.7, which 207 times 0.1 is not.'),
  offset: z.number().default(0).describe('Added after scaling.'),
});

const time = z.object({
  path,
  format: z.enum(['iso', 's', 'ms']).default('iso').describe('ISO 8601 text, or seconds or milliseconds since 1970.'),
});

/** A path alone stands for the object with only a path. */
function orPath<T extends z.ZodType>(schema: T) {
  return z.preprocess((given) => (typeof given === 'string' ? { path: given } : given), schema);
}

export const mapping = z
  .object({
    topic: z.string().min(1).describe('Topic pattern; +name matches one level and names it: sensors/+site/+id.'),
    device: z
      .string()
      .min(1)
      .describe(
        'Device key from names of the topic and paths into the message: {site}-{id}, {.serial}. 16 hex digits are a DevEUI; anything else becomes mqtt:<key>.',
      ),
    time: orPath(time)
      .optional()
      .describe(
        'Where the time stands. Left out: the receipt counts, and a repetition can only be seen by the DUP flag.',
      ),
    values: z
      .record(z.string().min(1), orPath(value))
      .refine((values) => Object.keys(values).length > 0, 'a mapping needs at least one value')
      .describe('Channel: a path, or { path, type, scale, offset }.'),
  })
  .superRefine(({ topic, device }, context) => {
    const pattern = parseTopicPattern(topic);
    if (typeof pattern === 'string') {
      context.addIssue({ code: 'custom', path: ['topic'], message: pattern });
      return;
    }
    const template = parseTemplate(device, pattern);
    if (typeof template === 'string') context.addIssue({ code: 'custom', path: ['device'], message: template });
  });
export type Mapping = z.infer<typeof mapping>;
