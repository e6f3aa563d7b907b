/** Strict base64 [RFC 4648 §4]: `Buffer.from` skips what it doesn't know, which would turn a broken payload into another. */

const INVALID = 0xff;
const DIGITS = (() => {
  const table = new Uint8Array(128).fill(INVALID);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i;
  return table;
})();

const EMPTY = new Uint8Array(0);

function digit(text: string, at: number): number {
  const c = text.charCodeAt(at);
  return c < 128 ? DIGITS[c]! : INVALID;
}

/** The bytes, or null where the text is not canonical base64: foreign characters, wrong padding, or bits that say nothing. */
export function decodeBase64(text: string): Uint8Array | null {
  const { length } = text;
  if (length === 0) return EMPTY;
  if (length % 4 !== 0) return null;
  let pad = 0;
  if (text.charCodeAt(length - 1) === 61) pad = text.charCodeAt(length - 2) === 61 ? 2 : 1;
  const bytes = Buffer.allocUnsafe((length / 4) * 3 - pad);
  const whole = pad === 0 ? length : length - 4;
  let bad = 0;
  let at = 0;
  for (let i = 0; i < whole; i += 4) {
    const a = digit(text, i);
    const b = digit(text, i + 1);
    const c = digit(text, i + 2);
    const d = digit(text, i + 3);
    bad |= a | b | c | d;
    bytes[at++] = (a << 2) | (b >> 4);
    bytes[at++] = (b << 4) | (c >> 2);
    bytes[at++] = (c << 6) | d;
  }
  if (pad > 0) {
    const a = digit(text, whole);
    const b = digit(text, whole + 1);
    const c = pad === 1 ? digit(text, whole + 2) : 0;
    bad |= a | b | c;
    // The bits after the last byte must be zero, else two texts would mean the same bytes.
    if ((pad === 1 ? c & 3 : b & 15) !== 0) return null;
    bytes[at++] = (a << 2) | (b >> 4);
    if (pad === 1) bytes[at] = (b << 4) | (c >> 2);
  }
  return bad > 63 ? null : bytes;
}
