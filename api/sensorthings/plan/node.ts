/** A part of an expression that is compiled: what it gives, and of which type. */
import type { ValueType } from '../schema/index.ts';
import type { Run } from './program.ts';

export interface Node {
  readonly run: Run;
  readonly type: ValueType;
  /** Depends on no entity, but perhaps on the time of the request. */
  readonly constant: boolean;
  /** A literal: its value is known already. */
  readonly literal?: true;
}
