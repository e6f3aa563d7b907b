/**
 * The operator's side of the API under `/admin`: registering organisations, Things and devices, device health, dead letters, decoding again,
 * the state of the hub. Start with `admin.ts`; `ports.ts` says what it needs of the other parts.
 */
export { admin } from './admin.ts';
export { type Options, options } from './options.ts';
export type {
  AdminPorts,
  DeadLetters,
  DecodeAgain,
  Job,
  Jobs,
  LetterChoice,
  OrdersHistory,
  Selection,
} from './ports.ts';
