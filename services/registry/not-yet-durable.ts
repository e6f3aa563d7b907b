/** The disk takes no data for longer than the caller of a change should wait. */
import { CodedError } from '../model/index.ts';

/** The change can be read already, and is on disk as soon as there is room; whoever can wait on waits for `durable`. */
export class NotYetDurable extends CodedError {
  /** Rejects where the hub stops before the disk takes it: then the change is gone. */
  readonly durable: Promise<void>;

  constructor(seconds: number, durable: Promise<void>) {
    super(
      'hub.storage',
      `The change is not on the disk after ${seconds} s (registry.acknowledgeSeconds). It is done as soon as there is room; ` +
        'look whether it is there before you send it again.',
    );
    this.durable = durable;
    // whoever does not wait on must not end the process
    durable.catch(() => undefined);
  }
}
