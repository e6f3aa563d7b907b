/** The budgets that all batches of a hub share. */
import { CodedError } from '../../../services/model/index.ts';
import type { Options } from '../options.ts';
import { Budget } from './budget.ts';

export interface BatchRooms {
  /** Bodies of clients that may not write: apart from writes, which strangers must not hold up. */
  readonly bodies: Budget;
  /** Answers that their clients have not read yet. */
  readonly answers: Budget;
}

export function batchRooms({ batchReadRoom, batchAnswerBytes }: Options): BatchRooms {
  const busy = (what: string) => () => new CodedError('hub.busy', `${what}; try again`);
  return {
    bodies: new Budget(
      batchReadRoom,
      busy(`the bodies of $batch have ${batchReadRoom} bytes (sensorthings.batchReadRoom)`),
    ),
    answers: new Budget(
      batchAnswerBytes,
      busy(
        `answers of $batch that wait for their readers have ${batchAnswerBytes} bytes (sensorthings.batchAnswerBytes)`,
      ),
    ),
  };
}
