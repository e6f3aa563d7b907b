/** aedes without the ways that the hub doesn't need. */
import { Aedes, type AedesOptions, type PublishPacket } from 'aedes';

/** Topic of a message that went to the journal: below `$`, so nobody may subscribe to it. */
export const INGESTED = '$in/taken';

/**
 * aedes would look for subscribers and offline queues of every message, for ingested ones in vain: what is published here
 * goes to the journal, what is told comes from `subscribers.ts`. Leaving that out halves the cost of a message, and no
 * subscriber can ever hold a publisher's PUBACK.
 */
export class HubAedes extends Aedes {
  static async open(options: AedesOptions): Promise<HubAedes> {
    const broker = new HubAedes(options);
    await broker.listen();
    return broker;
  }

  /** aedes calls this with (packet, client, done) or (packet, done). */
  override publish(packet: PublishPacket, ...rest: unknown[]): void {
    if (packet.topic === INGESTED) {
      const done = rest.at(-1) as (error?: Error | null) => void;
      // Not at once: `done` reads the next bytes into a parser that may be in the middle of its loop.
      queueMicrotask(done);
      return;
    }
    super.publish(packet, ...(rest as [(error?: Error) => void]));
  }

  /**
   * Subscriptions are kept in `subscribers.ts`. Done at once: aedes would take a topic away in a later turn, so that a client
   * which leaves a topic and joins it again in one breath would end without it.
   */
  override subscribe(_topic: string, _deliver: unknown, done?: () => void): void {
    done?.();
  }

  override unsubscribe(_topic: string, _deliver: unknown, done?: () => void): void {
    done?.();
  }
}
