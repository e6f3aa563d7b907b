/** Filters of live streams: from the address, and from `subscribe` messages. */
import { z } from 'zod';
import { CodedError, type LiveFilter } from '../../services/model/index.ts';

const names = z.array(z.string().min(1).max(100)).min(1).max(100);
const longitude = z.number().min(-180).max(180);
const latitude = z.number().min(-90).max(90);

const filterShape = z.strictObject({
  domain: names.optional(),
  organisation: names.optional(),
  /** West may exceed east: the box crosses the 180th meridian [RFC 7946 §5.2]. */
  bbox: z
    .tuple([longitude, latitude, longitude, latitude])
    .refine(
      ([, south, , north]) => south <= north,
      'south must not exceed north; the order is west, south, east, north',
    )
    .optional(),
  datastream: z.array(z.int().min(1).max(2_097_151)).min(1).max(10_000).optional(),
});

const messageShape = z.strictObject({ type: z.literal('subscribe'), filter: filterShape });

/** Problems that are named, and characters of all of them: an answer is no larger than what it answers. */
const NAMED = 3;
const DETAIL_CHARACTERS = 400;

/** The first problems in one line: `filter.bbox[1]: …; filter.domian: …; and 7 more`. */
function detail({ issues }: z.ZodError): string {
  const named = issues.slice(0, NAMED).map(({ path, message }) => {
    const where = path.map((step, i) =>
      typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`,
    );
    return where.length === 0 ? message : `${where.join('')}: ${message}`;
  });
  const text = named.join('; ');
  const short = text.length > DETAIL_CHARACTERS ? `${text.slice(0, DETAIL_CHARACTERS)}…` : text;
  return issues.length > NAMED ? `${short}; and ${issues.length - NAMED} more` : short;
}

const numbers = (texts: string[]) => texts.map((text) => (text.trim() === '' ? Number.NaN : Number(text)));
const READ: Readonly<Record<string, (texts: string[]) => unknown>> = {
  domain: (texts) => texts,
  organisation: (texts) => texts,
  bbox: numbers,
  datastream: numbers,
};

/** `?domain=parking,water&bbox=7,51,7.2,51.3`; a repeated parameter adds to its list. Throws `query.option`. */
export function filterOfQuery(query: URLSearchParams): LiveFilter {
  // no prototype: `__proto__` is a name like any other here
  const raw: Record<string, unknown> = Object.create(null);
  for (const name of new Set(query.keys())) {
    const texts = query.getAll(name).flatMap((text) => text.split(','));
    raw[name] = Object.hasOwn(READ, name) ? READ[name]!(texts) : texts;
  }
  const parsed = filterShape.safeParse(raw);
  if (!parsed.success) throw new CodedError('query.option', detail(parsed.error));
  return parsed.data as LiveFilter;
}

/** The filter of a `subscribe` message. Throws `request.json` or `request.body`. */
export function filterOfMessage(text: string): LiveFilter {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (cause) {
    throw new CodedError('request.json', (cause as Error).message, { cause });
  }
  const parsed = messageShape.safeParse(message);
  if (!parsed.success) throw new CodedError('request.body', detail(parsed.error));
  return parsed.data.filter as LiveFilter;
}
