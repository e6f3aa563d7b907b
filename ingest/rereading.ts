/**
 * The journal read again, from where the store stands until the present: latest values and rows, but neither bus nor device
 * events. Near the end, live records wait in memory meanwhile, so that the end is reached however fast they come.
 */
import { setImmediate as immediate } from 'node:timers/promises';
import { type JournalRecord, RECORD } from '../services/journal/index.ts';
import type { IngestPorts } from './ports.ts';
import { extraOf } from './stages/batch.ts';
import { editsIn } from './stages/edits.ts';
import type { Sink, Translator } from './stages/translate.ts';
import type { Turn } from './store/replay.ts';

export interface RereadingPorts extends Pick<IngestPorts, 'journal' | 'latest' | 'ledger' | 'overlay'> {
  /** Records from `from` to `to` are offered to the latest values. */
  readonly unoffered: { readonly from: number; readonly to: number };
  /** Edits up to this record are in the overlay. */
  readonly editsRead: number;
  /** What the store has. */
  readonly stored: number;
  translator(sink: Sink): Translator;
}

/** An uplink that is repeated in what is read may have come first so many records before. */
const WARM_UP_RECORDS = 10_000;
/** Reading takes the main thread for so long, then others have their turn. */
const SLICE_MS = 2;
/** So near to the end live records are kept, and so many bytes of them. */
const NEAR_RECORDS = 10_000;
const NEAR_BYTES = 64 * 1024 * 1024;

/** Live records that came while the rest was read. */
interface Tail {
  records: JournalRecord[];
  bytes: number;
}

export class Rereading {
  private readonly ports: RereadingPorts;
  private readonly turn: Turn;
  private readonly from: number;
  private readonly translator: Translator;
  /** null: they are read from the journal. */
  private tail: Tail | null = null;
  private adding = false;
  private edits = 0;
  private last: number;

  constructor(ports: RereadingPorts, from: number, turn: Turn) {
    this.ports = ports;
    this.turn = turn;
    this.from = from;
    this.last = from - 1;
    this.translator = ports.translator(this.sink());
  }

  /** Resolves with the last record that was translated: the journal's last one, unless the turn is over. */
  async run(): Promise<number> {
    const { journal } = this.ports;
    let next = Math.max(journal.first, this.from - WARM_UP_RECORDS);
    do {
      const end = journal.last;
      this.tail = end - next < NEAR_RECORDS ? { records: [], bytes: 0 } : null;
      for await (const records of journal.read(next, end)) if (!(await this.take(records))) return this.ended();
      this.last = Math.max(this.last, end);
      next = end + 1;
    } while (this.tail === null);
    for (let records = this.fromTail(); records.length > 0; records = this.fromTail())
      if (!(await this.take(records))) break;
    return this.ended();
  }

  /** Records that became durable just now. */
  committed(records: readonly JournalRecord[]): void {
    if (this.tail === null) return;
    for (const { number, kind, at, body } of records) {
      // the journal takes its buffer for the next group
      this.tail.records.push({ number, kind, at, body: Uint8Array.from(body) });
      this.tail.bytes += body.length;
    }
    if (this.tail.bytes > NEAR_BYTES) this.tail = null;
  }

  private fromTail(): readonly JournalRecord[] {
    const records = this.tail?.records ?? [];
    if (this.tail !== null) this.tail = { records: [], bytes: 0 };
    return records;
  }

  private ended(): number {
    this.tail = null;
    return this.last;
  }

  /** False: the turn is over. */
  private async take(records: readonly JournalRecord[]): Promise<boolean> {
    const { turn } = this;
    let began = performance.now();
    for (const record of records) {
      // the rest is for the next turn, or the next start
      if (turn.isOver()) return false;
      this.translate(record);
      this.last = Math.max(this.last, record.number);
      if (performance.now() - began < SLICE_MS) continue;
      this.added(record);
      await immediate();
      began = performance.now();
    }
    if (turn.isOver()) return false;
    this.added(records[records.length - 1] as JournalRecord);
    if (this.last >= this.from && turn.isFull()) await turn.room();
    return !turn.isOver();
  }

  private added({ at }: JournalRecord): void {
    this.turn.added(this.last, at, this.edits);
    this.edits = 0;
  }

  private translate(record: JournalRecord): void {
    const { overlay, latest, stored, editsRead } = this.ports;
    this.adding = record.number >= this.from;
    if (record.kind === RECORD.message) {
      this.translator.translate(record);
      return;
    }
    if (!this.adding) return;
    const offered = this.isOffered(record.number);
    const unread = record.number > stored && record.number > editsRead;
    if (!offered && !unread) return;
    const batch = overlay.editsOf(record.number) ?? editsIn(record);
    if (batch === null) return;
    if (offered) latest.edit(batch, record.at);
    if (!unread) return;
    overlay.replayed(batch);
    this.edits += batch.edits.length;
  }

  private isOffered(record: number): boolean {
    const { from, to } = this.ports.unoffered;
    return record >= from && record <= to;
  }

  private sink(): Sink {
    const { latest, overlay, ledger, stored } = this.ports;
    const { rows } = this.turn;
    return {
      reading: (ds, t, type, r, value, q, rec, receivedAt) => {
        if (!this.adding) return;
        if (this.isOffered(rec) && !overlay.isGone(ds, t, { n: 0, rec })) {
          // what the store decided is not told again: it may have been a repetition of a row that is gone
          if (rec <= stored && !latest.isFree(ds, t)) latest.doubt(ds);
          else latest.offer(ds, t, type, r, value, q, receivedAt, rec);
        }
        if (rec > stored) rows.add(ds, t, type, r, extraOf(type, value), q, rec);
      },
      dead: (letter) => {
        if (letter.record > stored && this.adding) ledger.addDeadLetter(letter);
      },
      event: () => undefined,
    };
  }
}
