/** The door through which gateways hand messages to the journal. */
import type { RawMessage } from '../model/index.ts';

export interface Intake {
  /**
   * Takes a message as it came, whatever its content. `done` is called when it is on disk: only then may the network be
   * acknowledged. While the disk is full `done` is held back, so networks keep the message and try again.
   */
  accept(message: RawMessage, done: (error: Error | null) => void): void;
}
