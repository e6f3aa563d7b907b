/**
 * What memory knows of every Datastream: its latest reading, its newest row, its extent; columns by Datastream id that grow
 * on demand, about 100 bytes each. It is a projection of the journal: `save` and `load` only spare reading the journal again,
 * and a damaged file is no loss. What only the store can tell is a doubt, see `latest-doubts.ts`.
 */
import { type EditBatch, type EditedRow, FUTURE_TOLERANCE, RESULT, type ReadingValue } from '../model/index.ts';
import { needsAssignedId } from './identity.ts';
import { type Doubt, LatestDoubts } from './latest-doubts.ts';
import { DOUBTS, LatestFacts, STATE } from './latest-facts.ts';
import { readLatest, takeLatest, writeLatest } from './latest-file.ts';
import type { LatestReader, LatestReading, NewestRow } from './latest-port.ts';
import { LatestReadings } from './latest-readings.ts';
import { knownRow, later, resultIn, type ToldLatest } from './latest-rows.ts';
import { sameOrigin } from './ties.ts';

export interface LatestValuesPorts {
  /** Highest Datastream id that is held; readings of higher ones are counted in `refused`. Default: the ids' 21 bits. */
  readonly maxDatastream?: number;
}

interface Removed {
  readonly rec: number;
  readonly n?: number;
}

const SMALLEST = 1024;

export class LatestValues implements LatestReader {
  readonly #maxDatastream: number;
  #readings = new LatestReadings();
  #facts = new LatestFacts();
  readonly #doubts = new LatestDoubts();
  #capacity = 0;
  #refused = 0;

  constructor({ maxDatastream = 2_097_151 }: LatestValuesPorts = {}) {
    this.#maxDatastream = maxDatastream;
    this.#has(SMALLEST - 1);
  }

  /** Readings of Datastreams beyond the limit. */
  get refused(): number {
    return this.#refused;
  }

  /** Datastreams with a reading. */
  get size(): number {
    let size = 0;
    for (const t of this.#readings.t) if (!Number.isNaN(t)) size++;
    return size;
  }

  get(ds: number): LatestReading | null {
    return ((this.#facts.state[ds] ?? 0) & STATE.readingGone) !== 0 ? null : this.#readings.get(ds);
  }

  newest(ds: number): NewestRow | null | undefined {
    if (ds > this.#maxDatastream || ((this.#facts.state[ds] ?? 0) & STATE.newestUnknown) !== 0) return undefined;
    return this.#facts.newest(ds);
  }

  extent(ds: number): { readonly first: number; readonly last: number } | null | undefined {
    if (ds > this.#maxDatastream) return undefined;
    const { state, first, last } = this.#facts;
    if (((state[ds] ?? 0) & STATE.extentUnknown) !== 0) return undefined;
    return first[ds] === undefined || Number.isNaN(first[ds]) ? null : { first: first[ds]!, last: last[ds]! };
  }

  /** Is it certain that no row stands at this instant, waits for it, or was removed from it? */
  isFree(ds: number, t: number): boolean {
    if (ds > this.#maxDatastream) return false;
    const { state, first, last } = this.#facts;
    if (((state[ds] ?? 0) & (STATE.extentUnknown | STATE.hadRemovals)) !== 0) return false;
    // NaN and undefined, no row yet, fail both comparisons
    return !(t >= first[ds]! && t <= last[ds]!);
  }

  /**
   * Offers a device's reading; true when it became the latest: its time is not before the one held, and at most five minutes
   * after its receipt. `type`: RESULT; `r`: the number or 0/1; `value`: only read for text and objects. `rec`: its journal
   * record. Numbers cost no allocation.
   */
  offer(
    ds: number,
    t: number,
    type: number,
    r: number,
    value: ReadingValue | object | null,
    quality: number,
    receivedAt: number,
    rec: number,
  ): boolean {
    if (ds >= this.#capacity && !this.#has(ds)) {
      this.#refused++;
      return false;
    }
    const facts = this.#facts;
    const beyond = !(t <= facts.last[ds]!);
    // NaN, no row yet, compares false
    if (!(t < facts.t[ds]!)) this.#newestReading(ds, t, type, r, value, quality, rec);
    facts.widen(ds, t, t);
    if (!(t <= receivedAt + FUTURE_TOLERANCE)) return false;
    if (facts.state[ds] !== 0 && beyond) this.#certainReading(ds);
    if (!this.#isLatest(ds, t, receivedAt, rec)) return false;
    this.#readings.set(ds, t, type, r, value, quality, rec);
    return true;
  }

  /** Takes over what the API did to Observations. `now`: when, for telling the future. Again it changes nothing. */
  edit({ rec, edits }: EditBatch, now: number): void {
    for (let i = 0; i < edits.length; i++) {
      const edit = edits[i]!;
      const ds = edit.op === 'put' ? edit.row.ds : edit.ds;
      if (ds >= this.#capacity && !this.#has(ds)) continue;
      if (edit.op === 'drop') this.#drop(ds);
      else if (edit.op === 'put') this.#put(edit.row, rec, now);
      else {
        const next = edits[i + 1];
        const corrected = next?.op === 'put' && next.row.ds === ds && next.row.t === edit.t;
        if (corrected && this.#correct(edit.rec, next.row, rec, now)) i++;
        else this.#remove(ds, edit.t, edit);
      }
    }
  }

  /**
   * Only store and overlay know this Datastream now; what is known stays until they have told. `hadRemovals`: a row of it was
   * removed once.
   */
  doubt(ds: number, hadRemovals = false): void {
    if (ds >= this.#capacity && !this.#has(ds)) return;
    const removals = hadRemovals ? STATE.hadRemovals : 0;
    this.#begin(ds, STATE.newestUnknown | STATE.extentUnknown | removals, 0);
  }

  /** What is known may be wrong, as rows were changed or removed behind it: only store and overlay know now. */
  recheck(ds: number): void {
    if (ds >= this.#capacity && !this.#has(ds)) return;
    this.#readings.forget(ds);
    this.#facts.forgetNewest(ds);
    this.#facts.forgetExtent(ds);
    this.#begin(ds, DOUBTS, 0);
  }

  /** Datastreams to ask for, now that the store has everything up to this record; at most `limit`, ascending. */
  doubts(stored: number, limit: number): readonly Doubt[] {
    return this.#doubts.askable(stored, limit);
  }

  /**
   * Rows from `from` (inclusive, null: from the first) to `before` (exclusive) are gone. What named one of them is forgotten, and
   * only store and overlay know what is there instead.
   */
  expired(ds: number, from: number | null, before: number): void {
    if (ds >= this.#capacity) return;
    const facts = this.#facts;
    // NaN, no row, is in no span
    const gone = (t: number) => t < before && (from === null || t >= from);
    let doubt = 0;
    if (gone(facts.t[ds]!)) {
      facts.forgetNewest(ds);
      doubt |= STATE.newestUnknown;
    }
    if (gone(facts.first[ds]!) || gone(facts.last[ds]!) || doubt !== 0) {
      facts.forgetExtent(ds);
      doubt |= STATE.extentUnknown;
    }
    if (gone(this.#readings.t[ds]!)) {
      this.#readings.forget(ds);
      doubt |= STATE.readingGone | STATE.newestUnknown | STATE.extentUnknown;
    }
    if (doubt !== 0) this.#begin(ds, doubt, 0);
  }

  /** A reading that was offered turned out to be no row: the store had it already, or it was removed. */
  retract(ds: number, t: number, rec: number): void {
    if (ds < this.#capacity) this.#forget(ds, t, { rec });
  }

  /**
   * The store refused some of these edits: what they said is forgotten, and what stands there is asked for once it has everything
   * up to this record. Until then the overlay shows them.
   */
  refusedEdits({ rec, edits }: EditBatch): void {
    for (const edit of edits) {
      if (edit.op === 'drop') continue;
      const { ds, t } = edit.op === 'put' ? edit.row : edit;
      if (ds >= this.#capacity && !this.#has(ds)) continue;
      const facts = this.#facts;
      let doubt = STATE.newestUnknown | STATE.extentUnknown;
      if (edit.op === 'put') {
        if (facts.t[ds] === t && facts.rec[ds] === rec) facts.forgetNewest(ds);
        if (this.#readings.t[ds] === t && this.#readings.rec[ds] === rec) {
          this.#readings.forget(ds);
          doubt |= STATE.readingGone;
        }
      }
      facts.forgetExtent(ds);
      this.#begin(ds, doubt, rec);
    }
  }

  /** The answer to a doubt, joined with what came since it began. Nothing happens when the doubt has changed meanwhile. */
  told(doubt: Doubt, told: ToldLatest): void {
    if (!this.#doubts.isCurrent(doubt)) return;
    const { ds } = doubt;
    const facts = this.#facts;
    const seen = facts.newest(ds);
    if (seen !== null && told.newest?.t === seen.t && told.newest.rec !== seen.rec && seen.n === told.newest.n) {
      // both claim the instant; when the store has both, it tells which one is the tie
      facts.forgetNewest(ds);
      this.#begin(ds, STATE.newestUnknown, seen.rec);
      return;
    }
    const newest = later(seen, told.newest);
    if (newest === null) facts.forgetNewest(ds);
    else facts.setNewest(ds, newest);
    if (told.extent !== null) facts.widen(ds, told.extent.first, told.extent.last);
    this.#end(ds, DOUBTS);
    const { reading } = told;
    if (reading === null || reading.t < this.#readings.t[ds]!) return;
    this.#readings.set(ds, reading.t, reading.type, reading.r, resultIn(reading.x), reading.q, reading.rec);
  }

  /**
   * Replaces the file at once, durably, with the state at the time of the call. `position`: up to which journal record the
   * readings have been offered. Rejects with the file system's error.
   */
  async save(file: string, position: number): Promise<void> {
    await writeLatest(file, { position, readings: this.#readings, facts: this.#facts });
  }

  /** Takes over what was saved; returns its position. null: no such file or a damaged one, and nothing has changed. */
  async load(file: string): Promise<number | null> {
    const saved = await readLatest(file);
    if (saved === null) return null;
    this.#readings = new LatestReadings();
    this.#facts = new LatestFacts();
    this.#doubts.clear();
    this.#capacity = 0;
    this.#has(SMALLEST - 1);
    takeLatest(saved, this.#readings, this.#facts, (ds) => ds < this.#capacity || this.#has(ds));
    this.#facts.state.forEach((state, ds) => {
      if ((state & DOUBTS) !== 0) this.#doubts.begin(ds, 0);
    });
    return saved.position;
  }

  /**
   * Does this reading come behind the one held? So it does where the held one lies ahead of a later receipt: it was taken
   * while the hub's clock was wrong, and would be the latest for years.
   */
  #isLatest(ds: number, t: number, receivedAt: number, rec: number): boolean {
    const held = this.#readings.t[ds]!;
    if (!(t < held)) return true;
    if (held <= receivedAt + FUTURE_TOLERANCE || rec < this.#readings.rec[ds]!) return false;
    this.#readings.forget(ds);
    return true;
  }

  /** A reading that is not older than the newest row. */
  #newestReading(
    ds: number,
    t: number,
    type: number,
    r: number,
    value: ReadingValue | object | null,
    q: number,
    rec: number,
  ): void {
    const facts = this.#facts;
    if (t === facts.t[ds]) {
      // the same record again is the same row; another one is a repetition or a tie, which the store decides
      if (rec === facts.rec[ds]) return;
      facts.forgetNewest(ds);
      this.#begin(ds, STATE.newestUnknown, rec);
      return;
    }
    facts.t[ds] = t;
    facts.n[ds] = 0;
    facts.id[ds] = 0;
    facts.r[ds] = r;
    facts.rec[ds] = rec;
    facts.type[ds] = type;
    facts.q[ds] = q;
    if (type === RESULT.text || type === RESULT.object) facts.x.set(ds, JSON.stringify({ v: value }));
    else if (facts.x.size > 0) facts.x.delete(ds);
    // the store gives the row an assigned id
    if (needsAssignedId(ds, t, 0)) {
      facts.forgetNewest(ds);
      this.#begin(ds, STATE.newestUnknown, rec);
    } else if (facts.state[ds] !== 0 && !(t <= facts.last[ds]!)) this.#certainNewest(ds);
  }

  #put(row: EditedRow, rec: number, now: number): void {
    const { ds, t, n } = row;
    const facts = this.#facts;
    const beyond = !(t <= facts.last[ds]!);
    const held = facts.t[ds]!;
    if (t === held && n === facts.n[ds] && rec !== facts.rec[ds]) {
      // it takes the place of a row that becomes a further tie
      facts.forgetNewest(ds);
      this.#begin(ds, STATE.newestUnknown, rec);
    } else if (!(t < held) && !(t === held && n < facts.n[ds]!)) {
      facts.setNewest(ds, knownRow(row, rec));
      if (beyond && facts.state[ds] !== 0) this.#certainNewest(ds);
    }
    facts.widen(ds, t, row.x?.e ?? t);
    if (!(t <= now + FUTURE_TOLERANCE) || !this.#isLatest(ds, t, now, rec)) return;
    // of one instant the last tie is the latest
    if (t === this.#readings.t[ds] && facts.rec[ds] !== rec) return;
    if (beyond) this.#certainReading(ds);
    this.#setReading(row, rec);
  }

  /** A row that takes the place of another one at its instant. False: it is more than that. */
  #correct(old: number, row: EditedRow, rec: number, now: number): boolean {
    const { ds, t } = row;
    const facts = this.#facts;
    if ((facts.state[ds]! & DOUBTS) !== 0 || facts.last[ds]! > facts.t[ds]!) return false;
    if (facts.t[ds] === t && facts.rec[ds] === old) {
      if (row.n < facts.n[ds]!) return false;
      facts.setNewest(ds, knownRow(row, rec));
    }
    facts.widen(ds, t, row.x?.e ?? t);
    const isLatest = this.#readings.t[ds] === t && this.#readings.rec[ds] === old;
    if (isLatest && t <= now + FUTURE_TOLERANCE) this.#setReading(row, rec);
    return true;
  }

  #remove(ds: number, t: number, removed: Removed): void {
    this.#facts.state[ds]! |= STATE.hadRemovals;
    this.#forget(ds, t, removed);
  }

  /** `n` left out: whichever row its record brought. */
  #forget(ds: number, t: number, { rec, n }: Removed): void {
    const facts = this.#facts;
    let doubt = facts.state[ds]! & DOUBTS;
    const isNewest = facts.t[ds] === t && facts.rec[ds] === rec;
    // the other row of this record and instant is gone
    const isOther = isNewest && n !== undefined && !sameOrigin({ n, rec }, { n: facts.n[ds]!, rec });
    if (isNewest && !isOther) {
      facts.forgetNewest(ds);
      doubt |= STATE.newestUnknown;
    }
    const intervals = facts.last[ds]! > facts.t[ds]!;
    if (doubt !== 0 || intervals || t <= facts.first[ds]! || t >= facts.last[ds]!) {
      facts.forgetExtent(ds);
      doubt |= STATE.extentUnknown;
    }
    if (this.#readings.t[ds] === t && this.#readings.rec[ds] === rec && !isOther) {
      this.#readings.forget(ds);
      doubt |= STATE.readingGone;
    }
    if (doubt !== 0) this.#begin(ds, doubt, 0);
  }

  #drop(ds: number): void {
    this.#readings.forget(ds);
    this.#facts.forgetNewest(ds);
    this.#facts.forgetExtent(ds);
    this.#facts.state[ds] = 0;
    this.#doubts.end(ds);
  }

  #setReading(row: EditedRow, rec: number): void {
    this.#readings.set(row.ds, row.t, row.type, row.r ?? Number.NaN, (row.x?.v ?? null) as object, row.q, rec);
  }

  /** A row beyond everything that was known is the newest, whatever was in doubt. */
  #certainNewest(ds: number): void {
    if ((this.#facts.state[ds]! & STATE.extentUnknown) === 0) this.#end(ds, STATE.newestUnknown);
  }

  #certainReading(ds: number): void {
    if ((this.#facts.state[ds]! & STATE.extentUnknown) === 0) this.#end(ds, STATE.readingGone);
  }

  #begin(ds: number, bits: number, after: number): void {
    this.#facts.state[ds]! |= bits;
    this.#doubts.begin(ds, after);
  }

  #end(ds: number, bits: number): void {
    this.#facts.state[ds]! &= ~bits;
    if ((this.#facts.state[ds]! & DOUBTS) === 0) this.#doubts.end(ds);
  }

  /** Makes room for a Datastream; false: it is beyond the limit. */
  #has(ds: number): boolean {
    if (ds > this.#maxDatastream) return false;
    this.#capacity = Math.max(this.#capacity * 2, ds + 1);
    this.#readings.grow(this.#capacity);
    this.#facts.grow(this.#capacity);
    return true;
  }
}
