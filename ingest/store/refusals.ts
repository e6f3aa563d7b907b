/**
 * Rows and edits that the store refused for good. Each record gets a dead letter with the store's words, which the ledger
 * writes in one transaction with the checkpoint that moves over the record.
 */
import { decodeMessage, type Journal, RECORD } from '../../services/journal/index.ts';
import type { Clock, RowBatch, Source } from '../../services/model/index.ts';
import type { Rejected, RejectedEdit } from '../../services/timeseries/index.ts';
import type { IngestCounters } from '../counters.ts';
import type { IngestEvents, LedgerPort } from '../ports.ts';

export interface RefusalsPorts {
  readonly journal: Pick<Journal, 'get'>;
  readonly ledger: Pick<LedgerPort, 'addDeadLetter'>;
  readonly sources: readonly Source[];
  readonly counters: Pick<IngestCounters, 'dead' | 'rejected'>;
  readonly clock: Clock;
  readonly events?: Pick<IngestEvents, 'rejected'>;
}

/** Source of a dead letter whose record is a change of the API. */
const API = 'api';
const LONGEST_DETAIL = 2000;

export class Refusals {
  private readonly ports: RefusalsPorts;

  constructor(ports: RefusalsPorts) {
    this.ports = ports;
  }

  /** Resolves when each of their records has its dead letter. */
  rows({ ds, t, rec }: RowBatch, rejected: readonly Rejected[]): Promise<void> {
    return this.bury(
      rejected.map(({ index, detail }) => {
        const time = new Date(t[index] as number).toISOString();
        return { rec: rec[index] as number, detail: `Datastream ${ds[index]}, ${time}: ${detail}` };
      }),
    );
  }

  edits(rejected: readonly RejectedEdit[]): Promise<void> {
    return this.bury(rejected.map(({ rec, index, detail }) => ({ rec, detail: `Edit ${index}: ${detail}` })));
  }

  private async bury(refused: readonly { readonly rec: number; readonly detail: string }[]): Promise<void> {
    const { ledger, counters, events } = this.ports;
    const records = new Map<number, { detail: string; more: number }>();
    for (const { rec, detail } of refused) {
      const known = records.get(rec);
      if (known === undefined) records.set(rec, { detail: detail.slice(0, LONGEST_DETAIL), more: 0 });
      else known.more++;
    }
    const ascending = [...records].sort(([a], [b]) => a - b);
    for (const [record, { detail, more }] of ascending) {
      const origin = await this.originOf(record);
      counters.dead('store.rejected');
      ledger.addDeadLetter({
        record,
        ...origin,
        code: 'store.rejected',
        detail: more === 0 ? detail : `${detail} (and ${more} more of this record)`,
      });
    }
    counters.rejected += refused.length;
    const [first] = ascending;
    if (first !== undefined) events?.rejected?.(records.size, first[1].detail);
  }

  private async originOf(number: number): Promise<{ at: number; source: string; device: string | null }> {
    const { journal, sources, clock } = this.ports;
    const record = await journal.get(number);
    if (record === null) return { at: clock.now(), source: API, device: null };
    if (record.kind !== RECORD.message) return { at: record.at, source: API, device: null };
    const message = decodeMessage(record.body, record.at);
    const opened = sources.find(({ id }) => id === message.source)?.open(message);
    const device = opened?.ok === true ? opened.events.find(({ kind }) => kind === 'up')?.device : undefined;
    return { at: record.at, source: message.source, device: device ?? null };
  }
}
