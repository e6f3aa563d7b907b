/** What the transport says about a delivery, and whether a retained message is passed over. */
import type { IPublishPacket } from 'mqtt-packet';
import { DELIVERY } from '../../../services/model/index.ts';

export interface DeliveryMarks {
  /** The connection was made anew; the broker may repeat what was under way, at most this many messages. */
  reconnected(underWay: number): void;
  /** DELIVERY bits, or null where the message is a retained one that is passed over. */
  of(packet: Pick<IPublishPacket, 'dup' | 'retain' | 'topic'>): number | null;
}

/** More topics than this are not remembered for `first`; then further retained messages are passed over. */
const MAX_TOPICS = 100_000;

export function deliveryMarks(retained: 'ignore' | 'first'): DeliveryMarks {
  let repetitionsLikely = 0;
  const taken = new Set<string>();
  return {
    reconnected(underWay) {
      repetitionsLikely = underWay;
    },
    of({ dup, retain, topic }) {
      let bits = dup ? DELIVERY.dup : 0;
      if (retain) {
        if (retained === 'ignore' || taken.has(topic) || taken.size >= MAX_TOPICS) return null;
        taken.add(topic);
        bits |= DELIVERY.retained;
      } else if (repetitionsLikely > 0) {
        repetitionsLikely--;
        bits |= DELIVERY.reconnected;
      }
      return bits;
    },
  };
}
