/** What becomes of the content of journal records: by age, by order, by the room that a class has. */
import { encodeGone, type JournalRecord, RECORD, type Verdict } from '../journal/index.ts';
import { decodeChange, encodeChange } from '../registry/index.ts';
import type { Orders } from './orders.ts';
import type { MessageOwners, Owner } from './owners.ts';
import { DAY_MS, type RetentionPolicies } from './policies.ts';
import type { RetentionClass } from './port.ts';

export interface FramesPorts {
  readonly owners: Pick<MessageOwners, 'of'>;
  readonly policies: RetentionPolicies;
  readonly orders: Pick<Orders, 'erased' | 'frozen'>;
  /** `history.lateDays`. */
  readonly lateDays: number;
  /** Where the readings of a message belong, as it is decoded now. */
  readonly readings: (record: JournalRecord) => readonly { readonly ds: number; readonly t: number }[];
}

/** What is known of a message for deciding. */
export interface Frame {
  readonly record: JournalRecord;
  readonly owners: readonly Owner[];
  readonly class: RetentionClass;
  readonly frozen: boolean;
}

const EDITS = Buffer.from('"edits":[');
const ERASED: Verdict = { kind: RECORD.gone, body: new Uint8Array() };

export class Frames {
  readonly #ports: FramesPorts;

  constructor(ports: FramesPorts) {
    this.#ports = ports;
  }

  /** Of a record of kind `message`. */
  frame(record: JournalRecord): Frame {
    const owners = this.#ports.owners.of(record);
    return { record, owners, class: this.#classOf(owners), frozen: this.#isFrozen(record, owners) };
  }

  /** When its content is due by age, milliseconds; Infinity: never. Frozen: not now. */
  dueAt({ record, class: { frames }, frozen }: Frame): number {
    return frozen ? Number.POSITIVE_INFINITY : record.at + frames.days * DAY_MS;
  }

  /** What stands in the place of a message that goes by age: a repetition of it is still known as one. */
  aged({ owners }: Frame): Verdict {
    return { kind: RECORD.gone, body: encodeGone(owners.flatMap(({ identity }) => identity ?? [])) };
  }

  /**
   * What orders leave of a record. A message goes as a whole, also where it brings readings that no order covers: its rows
   * stay in the store. Of a change only the Observations go that it put there.
   */
  ordered(record: JournalRecord): Verdict {
    if (this.#ports.orders.erased.isEmpty) return 'keep';
    if (record.kind === RECORD.change) return this.#withoutErased(record);
    if (record.kind !== RECORD.message) return 'keep';
    const owners = this.#ports.owners.of(record);
    return this.#isErased(record, owners) && !this.#isFrozen(record, owners) ? ERASED : 'keep';
  }

  /** Does a message bring readings that no order covers? */
  isShared(record: JournalRecord): boolean {
    const { erased } = this.#ports.orders;
    return this.#ports.readings(record).some(({ ds, t }) => !erased.has(ds, t));
  }

  /** Of several Datastreams the class that keeps messages for the shortest time; of a device that nobody knows `standard`. */
  #classOf(owners: readonly Owner[]): RetentionClass {
    const { policies } = this.#ports;
    let shortest: RetentionClass | null = null;
    for (const { datastreams } of owners) {
      for (const ds of datastreams) {
        const own = policies.classOfId(ds);
        if (own === null || (shortest !== null && own.frames.days >= shortest.frames.days)) continue;
        shortest = own;
      }
    }
    return shortest ?? policies.standard;
  }

  /** Readings come late: so a freeze also holds what came after its span. */
  #isFrozen({ at }: JournalRecord, owners: readonly Owner[]): boolean {
    const { orders, lateDays } = this.#ports;
    const { frozen } = orders;
    if (frozen.isEmpty) return false;
    const [from, to] = [at - lateDays * DAY_MS, at + DAY_MS];
    if (frozen.allTouch(from, to)) return true;
    return owners.some(
      ({ device, datastreams }) =>
        frozen.deviceTouches(device, from, to) || datastreams.some((ds) => frozen.touches(ds, from, to)),
    );
  }

  #isErased(record: JournalRecord, owners: readonly Owner[]): boolean {
    const { erased } = this.#ports.orders;
    let meant = false;
    for (const { device, datastreams, time } of owners) {
      for (const t of time === null ? [record.at] : [time, record.at]) {
        if (erased.deviceTouches(device, t, t + 1)) return true;
        if (datastreams.some((ds) => erased.has(ds, t))) return true;
      }
      meant ||= datastreams.some((ds) => erased.of(ds).length > 0);
    }
    // a message may bring readings of earlier times
    return meant && this.#ports.readings(record).some(({ ds, t }) => erased.has(ds, t));
  }

  #withoutErased({ kind, number, body }: JournalRecord): Verdict {
    if (!Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(EDITS)) return 'keep';
    const { policies } = this.#ports;
    const change = decodeChange(body);
    const { edits = [] } = change;
    const left = edits.filter(
      (edit) =>
        edit.op !== 'put' || !policies.wasErased(edit.row.ds, edit.row.t, edit.row.x?.e ?? edit.row.t + 1, number),
    );
    if (left.length === edits.length) return 'keep';
    return { kind, body: encodeChange({ ...change, edits: left }) };
  }
}
