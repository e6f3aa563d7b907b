/**
 * Building blocks of device models, pure and small. Start with `device.ts` (what a model is) and `codec.ts` (Codec and Part);
 * then `numbers.ts`, `bits.ts` and `parts.ts` for the pieces, `frames.ts` and `tagged.ts` for whole frames.
 */
export { computed, flag, flagClear } from './bits.ts';
export type { Codec, Part } from './codec.ts';
export { type Channel, type DeviceModel, defineDevice, type FailureName, type Vector } from './device.ts';
export { byLength, byPort, byValue, checked, layout, layoutThenMore, silent } from './frames.ts';
export { i8, i16be, i16le, rawI8, rawI16be, rawU16be, rawU16le, u8, u16be, u16le, u32be, u32le } from './numbers.ts';
export { group, overlay, skip } from './parts.ts';
export {
  type DecodeCode,
  type Decoded,
  type Failure,
  hexByte,
  invalid,
  type Reading,
  tooLong,
  truncated,
  unknown,
} from './reading.ts';
export { tagged } from './tagged.ts';
