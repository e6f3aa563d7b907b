/**
 * Dingtek's frame: 0x80, two bytes of device type, message type, length of the whole frame, content, 0x81. Measuring reports
 * have 17 bytes, or 25 with a position; message type 3 confirms a command and measures nothing.
 */
import {
  byLength,
  byPort,
  byValue,
  type Codec,
  checked,
  computed,
  hexByte,
  invalid,
  layout,
  type Part,
  silent,
  skip,
  tooLong,
  truncated,
} from '../codec/index.ts';

/** `heights`, `alarms`: what the model makes of the two bytes of height and the two of alarm nibbles. */
export function dingtek<const C extends string>(
  height: Part<C>,
  temperature: Part<C>,
  alarms: Part<C>,
): Codec<C | 'tilt'> {
  const head = skip(5);
  const tail = [temperature, tilt, alarms, skip(4)] as const;
  const report = byLength({
    17: layout(head, height, skip(1), ...tail),
    // Longitude and latitude as floats: where a device hangs is the registry's business.
    25: layout(head, height, skip(9), ...tail),
  });
  return byPort({ 3: checked(envelope, byValue('message type', 3, 0xff, { 1: report, 2: report, 3: silent() })) });
}

/** Degrees, with the sign in the lower half of the byte before. */
const tilt = computed('tilt', 2, (b, at) => ((b[at]! & 0x0f) === 0 ? b[at + 1]! : 0 - b[at + 1]!) || 0);

function envelope(bytes: Uint8Array) {
  if (bytes.length < 5) return truncated(5, bytes.length);
  if (bytes[0] !== 0x80) return invalid(`first byte ${hexByte(bytes[0]!)}, want 0x80`);
  const length = bytes[4]!;
  if (bytes.length < length) return truncated(length, bytes.length);
  if (bytes.length > length) return tooLong(length, bytes.length);
  if (bytes[length - 1] !== 0x81) return invalid(`last byte ${hexByte(bytes[length - 1]!)}, want 0x81`);
  return null;
}
