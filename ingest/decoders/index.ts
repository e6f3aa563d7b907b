/**
 * What devices say, translated: one file per model, `<vendor>/<model>.ts`, with its proof inside. Pure: no clock, no I/O, no
 * state, so browsers may use it too. Start with any model, e.g. `milesight/em300-th.ts`; its building blocks are in `codec/`.
 */
export { models } from './catalogue.ts';
export type {
  Channel,
  DecodeCode,
  Decoded,
  DeviceModel,
  Failure,
  FailureName,
  Reading,
  Vector,
} from './codec/index.ts';
export { decode } from './decode.ts';
