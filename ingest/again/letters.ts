/** Dead letters that may become Observations now: their records are read from the journal and translated again. */
import { type DeadLetter, type Journal, RECORD } from '../../services/journal/index.ts';
import type { EditBatch, ErrorCode } from '../../services/model/index.ts';
import type { CatalogueReader } from '../../services/registry/index.ts';
import type { LatestValues, Overlay, TimeseriesStore } from '../../services/timeseries/index.ts';
import type { LedgerPort } from '../ports.ts';
import { extraOf } from '../stages/batch.ts';
import { editsIn } from '../stages/edits.ts';
import type { Sink, Translator } from '../stages/translate.ts';
import { indexOf, inParts } from '../store/edit-parts.ts';
import { isKept, type Keeping } from '../store/kept.ts';
import { type ApplyPorts, apply } from './apply.ts';
import { rejectedLetter } from './aside.ts';
import { type StoreByPieces, storeByPieces } from './by-pieces.ts';
import { leftOut, wrongPlacesOf } from './left-out.ts';
import type { Pace } from './pace.ts';
import { type Patience, patiently } from './patience.ts';
import type { Wanted } from './reading.ts';
import { stillDue } from './still-due.ts';

export interface LetterPorts extends ApplyPorts {
  readonly journal: Pick<Journal, 'get' | 'read'>;
  readonly ledger: Pick<LedgerPort, 'addDeadLetter' | 'deadLetter' | 'forget'>;
  readonly pace: Pace;
  readonly patience: Patience;
  readonly keeping?: Keeping | undefined;
  readonly store: Pick<TimeseriesStore, 'write' | 'edit' | 'revise'>;
  /** The store for reading. */
  readonly read: Pick<TimeseriesStore, 'tombstones'>;
  readonly catalogue: CatalogueReader;
  readonly latest: Pick<LatestValues, 'offer' | 'retract' | 'doubt' | 'recheck'>;
  readonly overlay: Pick<Overlay, 'at' | 'occupied'>;
  /** The same as `told`, of edits. */
  readonly toldEdits?: ((batches: readonly EditBatch[]) => void) | undefined;
  readonly translator: (sink: Sink) => Translator;
}

export interface Decoded {
  decoded: number;
  /** Of a dry run: nothing is wrong with them but that the store refused them, and only the store knows what it says today. */
  untried: number;
  /** The journal no longer keeps their messages. */
  gone: number;
  readonly stillDead: Partial<Record<ErrorCode, number>>;
}

/** Records that are given at once, at the most: a store at the end of a network takes hundreds as fast as one. */
export const LETTERS_AT_ONCE = 500;
/** Those that are forgotten in one turn of the event loop. */
const FORGOTTEN_AT_ONCE = 100;

/**
 * Updates the latest values by the rows that stand then: a row that somebody deleted stays deleted. Tells neither the bus nor
 * the device's health, because it is no news. A letter is forgotten when its rows are durable, or when the journal does not
 * have its message any more; what still cannot be decoded stays, with its present code.
 */
export class LetterDecoder {
  private readonly ports: LetterPorts;
  private readonly translator: Translator;
  private readonly store: StoreByPieces & Pick<TimeseriesStore, 'revise'>;
  private rows: Wanted[] = [];
  private dead = new Map<number, DeadLetter>();

  constructor(ports: LetterPorts) {
    const { store, patience } = ports;
    this.ports = ports;
    this.store = { ...storeByPieces(store, patience), revise: (revision) => store.revise(revision) };
    this.translator = ports.translator({
      reading: (ds, t, type, r, value, q, rec, receivedAt) => {
        if (!isKept(ports.keeping, ds, t)) return;
        this.rows.push({ ds, t, type, r, x: extraOf(type, value), q, rec, value, receivedAt });
      },
      dead: (letter) => this.dead.set(letter.record, letter),
      event: () => undefined,
    });
  }

  /** `records`: journal numbers, ascending. `dryRun`: only says what would become of them. */
  async decode(records: readonly number[], dryRun = false): Promise<Decoded> {
    const { journal, ledger, pace, patience } = this.ports;
    const missing: number[] = [];
    const refusedBefore = new Set(
      dryRun ? records.filter((record) => ledger.deadLetter(record)?.code === 'store.rejected') : [],
    );
    const refused: { rec: number; detail: string }[] = [];
    for (const number of records) {
      const record = await journal.get(number);
      const edits = record === null ? null : editsIn(record);
      // its content may have gone by age or by order
      if (edits !== null) refused.push(...(await this.redo(edits, dryRun)));
      else if (record === null || record.kind !== RECORD.message) missing.push(number);
      else this.translator.translate(record);
      await pace.step();
    }
    const { rows, dead } = this;
    this.rows = [];
    this.dead = new Map();
    if (!dryRun) {
      const ports = { ...this.ports, store: this.store };
      const add = await this.withoutLeftOut(records, rows);
      const { rejected } = await patiently(patience, () => apply(ports, { change: [], remove: [], add }));
      refused.push(...rejected);
    }
    for (const one of refused) {
      const letter = ledger.deadLetter(one.rec);
      if (letter !== null) dead.set(one.rec, rejectedLetter(letter, one));
    }
    const stillDead: Partial<Record<ErrorCode, number>> = {};
    for (const letter of dead.values()) {
      stillDead[letter.code] = (stillDead[letter.code] ?? 0) + 1;
      if (!dryRun) ledger.addDeadLetter(letter);
    }
    const forgotten = records.filter((record) => !dead.has(record));
    for (let i = 0; !dryRun && i < forgotten.length; i += FORGOTTEN_AT_ONCE) {
      ledger.forget(forgotten.slice(i, i + FORGOTTEN_AT_ONCE));
      await pace.step();
    }
    const gone = new Set(missing);
    const untried = forgotten.filter((record) => refusedBefore.has(record) && !gone.has(record)).length;
    return { decoded: forgotten.length - missing.length - untried, untried, gone: missing.length, stillDead };
  }

  /** Some readings of a message may have become Observations, which a person deleted or corrected since. */
  private async withoutLeftOut(records: readonly number[], rows: readonly Wanted[]): Promise<readonly Wanted[]> {
    const { ledger, patience, read } = this.ports;
    const devices = new Set<string>();
    for (const record of records) {
      const device = ledger.deadLetter(record)?.device;
      if (device != null) devices.add(device);
    }
    const wrong = await wrongPlacesOf(this.ports, devices);
    const ports = { ...this.ports, store: read, goesOn: patience.goesOn };
    const left = await patiently(patience, () => leftOut(ports, wrong, rows));
    return rows.filter((row) => !left.has(row));
  }

  /** What the API did to Observations, and the store refused. Done again it changes nothing. */
  private async redo(batch: EditBatch, dryRun: boolean): Promise<{ rec: number; detail: string }[]> {
    if (dryRun) return [];
    const { overlay, latest, patience, wake } = this.ports;
    const due = await patiently(patience, () => stillDue(batch, overlay));
    const refused: { rec: number; detail: string }[] = [];
    for (const [part] of inParts([due])) {
      if (part === undefined) continue;
      const rejected = await this.store.edit([part.batch]);
      for (const { rec, index, detail } of rejected)
        refused.push({ rec, detail: `Edit ${indexOf(part, index)}: ${detail}` });
    }
    this.ports.toldEdits?.([batch]);
    for (const edit of batch.edits) latest.recheck(edit.op === 'put' ? edit.row.ds : edit.ds);
    wake();
    return refused;
  }
}
