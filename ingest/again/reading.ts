/** What messages yield now, and what stands in the store of them. */
import type { DeadLetter, Journal, JournalRecord } from '../../services/journal/index.ts';
import { RECORD } from '../../services/journal/index.ts';
import type { ReadingValue } from '../../services/model/index.ts';
import type { TimeseriesStore } from '../../services/timeseries/index.ts';
import { extraOf } from '../stages/batch.ts';
import type { Sink, Translator } from '../stages/translate.ts';
import { isKept, type Keeping } from '../store/kept.ts';
import type { Pace } from './pace.ts';
import type { Scope, Selection } from './scope.ts';
import type { Span, Stretch } from './stretches.ts';

/** A row that a message yields now. */
export interface Wanted {
  readonly ds: number;
  readonly t: number;
  readonly type: number;
  readonly r: number;
  /** JSON of what is rare; null: nothing. */
  readonly x: string | null;
  readonly q: number;
  readonly rec: number;
  readonly value: ReadingValue;
  readonly receivedAt: number;
}

/** A row that stands in the store. */
export interface Standing extends Omit<Wanted, 'value' | 'receivedAt'> {
  readonly n: number;
  readonly id: number;
}

/** Of a device's messages in some stretches. */
export interface Yield {
  /** Messages that are read again. */
  readonly records: Set<number>;
  /** In the order of the journal; of each record one for each Datastream and time. */
  readonly rows: Wanted[];
  readonly letters: Map<number, DeadLetter>;
  /** Records with readings for Datastreams that are not read again. */
  readonly elsewhere: Set<number>;
  /** Records whose content is gone: nobody knows whose they were, and their rows stay. */
  readonly gone: Set<number>;
}

export interface ReaderPorts {
  readonly journal: Pick<Journal, 'read'>;
  readonly pace: Pace;
  readonly goesOn: () => void;
  readonly keeping?: Keeping | undefined;
  readonly translator: (sink: Sink, concerns: (device: string, record: JournalRecord) => boolean) => Translator;
}

export function nothing(): Yield {
  return { records: new Set(), rows: [], letters: new Map(), elsewhere: new Set(), gone: new Set() };
}

export class MessageReader {
  private readonly ports: ReaderPorts;
  private readonly translator: Translator;
  private found = nothing();
  /** Keys of `found.rows`. */
  private places = new Set<string>();
  /** Only repetitions are remembered. */
  private warming = false;

  constructor(ports: ReaderPorts, { devices, holds }: Scope, { from, to }: Selection) {
    this.ports = ports;
    const isMeant = (at: number) =>
      !this.warming && (from === undefined || at >= from) && (to === undefined || at < to);
    this.translator = ports.translator(
      {
        reading: (ds, t, type, r, value, q, rec, receivedAt) => {
          if (!this.found.records.has(rec)) return;
          if (!holds.has(ds)) {
            this.found.elsewhere.add(rec);
            return;
          }
          const key = `${rec} ${ds} ${t}`;
          // of two rows that one record brings to an instant, the store takes the first
          if (!isKept(ports.keeping, ds, t) || this.places.has(key)) return;
          this.places.add(key);
          this.found.rows.push({ ds, t, type, r, x: extraOf(type, value), q, rec, value, receivedAt });
        },
        dead: (letter) => {
          if (this.found.records.has(letter.record)) this.found.letters.set(letter.record, letter);
        },
        event: () => undefined,
      },
      (device, record) => {
        if (!devices.has(device)) return false;
        if (isMeant(record.at)) this.found.records.add(record.number);
        return true;
      },
    );
  }

  /** An uplink that is repeated later may have come here first. */
  async warm(first: number, last: number): Promise<void> {
    this.warming = true;
    await this.read(first, last);
    this.warming = false;
  }

  async stretch({ first, last }: Stretch): Promise<void> {
    await this.read(first, last);
  }

  /** Rows and messages that were found since the last time. */
  get size(): number {
    return this.found.rows.length + this.found.records.size;
  }

  /** What was found since the last time. */
  take(): Yield {
    const { found } = this;
    this.found = nothing();
    this.places = new Set();
    return found;
  }

  private async read(first: number, last: number): Promise<void> {
    const { journal, pace, goesOn } = this.ports;
    if (last < first) return;
    for await (const records of journal.read(first, last)) {
      for (const [i, record] of records.entries()) {
        if (record.kind === RECORD.message) this.translator.translate(record);
        else if (record.kind === RECORD.gone && !this.warming) this.found.gone.add(record.number);
        if (i % 8 === 7) await pace.step();
      }
      goesOn();
    }
  }
}

export interface Stood {
  readonly rows: readonly Standing[];
  /** Rows of records that are gone. */
  readonly orphans: number;
}

/** Rows of these records in the scope's Datastreams. */
export async function standingOf(
  store: Pick<TimeseriesStore, 'scan'>,
  { datastreams }: Scope,
  spans: readonly Span[],
  { records, gone }: Pick<Yield, 'records' | 'gone'>,
  { pace, goesOn }: Pick<ReaderPorts, 'pace' | 'goesOn'>,
): Promise<Stood> {
  const found: Standing[] = [];
  let orphans = 0;
  if (records.size + gone.size === 0 || datastreams.length === 0) return { rows: found, orphans };
  for (const { from, to } of spans) {
    const query = { datastreams, from, to, order: 'id', offset: 0, limit: Number.POSITIVE_INFINITY } as const;
    for await (const rows of store.scan(query)) {
      goesOn();
      for (let i = 0; i < rows.length; i++) {
        const rec = rows.rec[i] as number;
        if (gone.has(rec)) orphans += 1;
        if (!records.has(rec)) continue;
        found.push({
          ds: rows.ds[i] as number,
          t: rows.t[i] as number,
          n: rows.n[i] as number,
          r: rows.r[i] as number,
          type: rows.type[i] as number,
          rec,
          q: rows.q[i] as number,
          id: rows.id[i] as number,
          x: rows.x.get(i) ?? null,
        });
      }
      await pace.step();
    }
  }
  return { rows: found, orphans };
}
