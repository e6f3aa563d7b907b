/** A message into the journal, as a promise with bounds. */
import type { Intake } from '../../services/journal/index.ts';
import { CodedError, type RawMessage } from '../../services/model/index.ts';
import { isPermanent } from '../envelope/index.ts';
import type { Options } from './options.ts';

/** Resolves when the message is on disk; rejects with hub.busy or hub.storage, both to be tried again by the network. */
export function storing(
  intake: Intake,
  { maxPending, answerTimeoutMs }: Options,
): (message: RawMessage) => Promise<void> {
  let pending = 0;
  return (message) => {
    if (pending >= maxPending) {
      return Promise.reject(
        new CodedError('hub.busy', `${maxPending} requests wait for the disk; send this again later`),
      );
    }
    pending++;
    return new Promise((resolve, reject) => {
      // The message may still be written after this; sent again, its identity shows that it is the same.
      const timer = setTimeout(() => {
        reject(new CodedError('hub.storage', `not on the disk within ${answerTimeoutMs} ms; send this again later`));
      }, answerTimeoutMs);
      intake.accept(message, (error) => {
        pending--;
        clearTimeout(timer);
        if (error === null) resolve();
        else if (isPermanent(error)) reject(error);
        else
          reject(
            new CodedError('hub.storage', 'the message could not be written; send it again later', { cause: error }),
          );
      });
    });
  };
}
