/** The body of a message as JSON. */

/** `problem` is null where the body was read. */
export interface ParsedBody {
  readonly value: unknown;
  readonly problem: string | null;
}

/** V8 quotes the text around an error; more than this of a foreign text is not repeated. */
const MAX_DETAIL = 160;

/** Reads UTF-8 JSON; a byte order mark is passed over [RFC 8259 §8.1]. Never throws. */
export function parseBody(body: Uint8Array): ParsedBody {
  if (body.length === 0) return { value: undefined, problem: 'the body is empty; JSON was expected' };
  const buffer = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const start = buffer.length >= 3 && buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0;
  try {
    return { value: JSON.parse(buffer.toString('utf8', start)), problem: null };
  } catch (error) {
    return { value: undefined, problem: (error as Error).message.slice(0, MAX_DETAIL) };
  }
}
