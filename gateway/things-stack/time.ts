import { type Fields, type JsonObject, networkTime } from '../envelope/index.ts';

/** `received_at` of the part (Network Server), else of the message (Application Server), milliseconds since 1970. */
export function readTime(fields: Fields, root: JsonObject, part: JsonObject, path: string): number | null {
  const inner = fields.text(part, 'received_at', path);
  const text = inner === '' ? fields.text(root, 'received_at') : inner;
  if (text === '') return null;
  const time = networkTime(text);
  if (Number.isNaN(time)) fields.wrong(inner === '' ? '' : path, 'received_at', 'an RFC 3339 time', text);
  return time;
}
