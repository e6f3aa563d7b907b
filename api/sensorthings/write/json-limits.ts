/** How large and how deep JSON is: before it is read, so that a small text can't keep the hub busy, and as a value. */
import { CodedError } from '../../../services/model/index.ts';
import type { Options } from '../options.ts';

export type JsonLimits = Pick<Options, 'bodyDepth' | 'bodyNodes'>;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/** One pass over UTF-8, which counts an empty container twice. It is right for valid JSON: other text fails when it is read. @throws CodedError request.body */
export function checkText(bytes: Uint8Array, { bodyDepth, bodyNodes }: JsonLimits): void {
  let nodes = 1;
  let depth = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) i = endOfText(bytes, i);
    else if (byte === 0x5b || byte === 0x7b) {
      nodes++;
      if (++depth > bodyDepth) throw tooDeep(bodyDepth);
    } else if (byte === 0x5d || byte === 0x7d) depth--;
    else if ((byte === COMMA || byte === COLON) && ++nodes > bodyNodes) throw tooMany(bodyNodes);
  }
  if (nodes > bodyNodes) throw tooMany(bodyNodes);
}

/** Index of the closing quote, or the end. */
function endOfText(bytes: Uint8Array, start: number): number {
  for (let end = bytes.indexOf(QUOTE, start + 1); end !== -1; end = bytes.indexOf(QUOTE, end + 1)) {
    let escapes = 0;
    while (bytes[end - 1 - escapes] === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return end;
  }
  return bytes.length;
}

/** Depth, size, and numbers that JSON can write but nobody can keep. Without recursion: level by level. @throws CodedError */
export function checkValue(value: unknown, { bodyDepth, bodyNodes }: JsonLimits): void {
  let inner: object[] = [];
  const look = (one: unknown) => {
    if (typeof one === 'object' && one !== null) inner.push(one);
    else if (typeof one === 'number' && !Number.isFinite(one))
      throw new CodedError('request.json', 'a number of the body is beyond what a double holds, ±1.8e308');
  };
  let nodes = 1;
  look(value);
  for (let at = 0; inner.length > 0; at++) {
    if (at === bodyDepth) throw tooDeep(bodyDepth);
    const level = inner;
    inner = [];
    for (const one of level) {
      const parts: readonly unknown[] = Array.isArray(one) ? one : Object.values(one);
      nodes += Array.isArray(one) ? parts.length : 2 * parts.length;
      if (nodes > bodyNodes) throw tooMany(bodyNodes);
      for (const part of parts) look(part);
    }
  }
}

function tooDeep(limit: number): CodedError {
  return new CodedError('request.body', `the body is nested deeper than ${limit} levels (sensorthings.bodyDepth)`);
}

function tooMany(limit: number): CodedError {
  return new CodedError(
    'request.body',
    `the body has more than ${limit} values and names (sensorthings.bodyNodes); split it`,
  );
}
