/** What an erasure has done, as a text that can be filed: JSON with a SHA-256 over its bytes. */
import { createHash } from 'node:crypto';
import { isoTime } from '../model/index.ts';
import type { ErasureOrder } from './order-line.ts';

/** What was removed, by place. */
export interface ErasureCounts {
  /** Messages of the journal that lost their content. */
  messages: number;
  /** Of these: messages that brought readings for others, too. Their rows stay. */
  sharedMessages: number;
  /** Changes of the journal that lost Observations which the API, or the hub's aggregates, had put there. */
  changes: number;
  /** Bytes that could not be read any more and were left out. */
  damagedBytes: number;
  /** Observations in the store. */
  observations: number;
  /** Hours and days that were computed from them. */
  aggregates: number;
  deadLetters: number;
}

export interface Unreached {
  readonly place: string;
  readonly why: string;
}

export function noCounts(): ErasureCounts {
  return {
    messages: 0,
    sharedMessages: 0,
    changes: 0,
    damagedBytes: 0,
    observations: 0,
    aggregates: 0,
    deadLetters: 0,
  };
}

export function receiptOf(
  { id, asked, datastreams, devices, from, to, reason, by, at, record }: ErasureOrder,
  store: string,
  counts: ErasureCounts,
  unreached: readonly Unreached[],
  now: number,
): { readonly receipt: string; readonly sha256: string } {
  const receipt = `${JSON.stringify(
    {
      receipt: 'Stadtpegel: erasure order',
      order: id,
      asked,
      reason,
      orderedBy: by,
      orderedAt: isoTime(at),
      doneAt: isoTime(now),
      covers: {
        datastreams,
        devices,
        from: from === null ? null : isoTime(from),
        to: isoTime(to),
        journalRecordsUpTo: record,
      },
      removed: {
        journal: {
          messages: counts.messages,
          messagesSharedWithOthers: counts.sharedMessages,
          changes: counts.changes,
          unreadableBytes: counts.damagedBytes,
        },
        store: { name: store, observations: counts.observations, aggregates: counts.aggregates },
        deadLetters: counts.deadLetters,
      },
      notReached: unreached,
      stays:
        'The catalogue (Things, devices, Datastreams) and its history; this order. Nothing that comes for this span is stored again.',
    },
    null,
    2,
  )}\n`;
  return { receipt, sha256: createHash('sha256').update(receipt).digest('hex') };
}
