import { type Fields, type JsonObject, networkTime } from '../envelope/index.ts';

/** The event's time, milliseconds since 1970; ChirpStack writes RFC 3339 with nanoseconds. null where left out. */
export function readTime(fields: Fields, root: JsonObject): number | null {
  const text = fields.text(root, 'time');
  if (text === '') return null;
  const time = networkTime(text);
  if (Number.isNaN(time)) fields.wrong('', 'time', 'an RFC 3339 time', text);
  return time;
}
