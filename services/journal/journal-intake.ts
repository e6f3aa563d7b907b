/** The intake that gateways are given: a message becomes a journal record. */
import type { Intake } from './intake.ts';
import { encodeMessage } from './message.ts';
import { type Journal, RECORD } from './port.ts';

export function journalIntake(journal: Journal): Intake {
  return {
    accept(message, done) {
      let body: Buffer;
      try {
        body = encodeMessage(message);
      } catch (error) {
        done(error as Error);
        return;
      }
      journal.append(RECORD.message, body, message.receivedAt, done);
    },
  };
}
