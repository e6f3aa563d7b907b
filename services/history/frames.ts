/** What becomes of the content of journal records: by age, by order, by the room that a class has. */
import { encodeGone, type JournalRecord, RECORD, type Verdict } from '../journal/index.ts';
import { decodeChange, encodeChange } from '../registry/index.ts';
import type { ErasureRecord, Orders } from './orders.ts';
import type { MessageOwners, Owner } from './owners.ts';
import { DAY_MS, type RetentionPolicies } from './policies.ts';
import type { RetentionClass } from './port.ts';
import { Spans } from './spans.ts';

export interface FramesPorts {
  readonly owners: Pick<MessageOwners, 'of'>;
  readonly policies: RetentionPolicies;
  readonly orders: Pick<Orders, 'frozen' | 'freezes' | 'erased' | 'erasures' | 'freezesOf' | 'revision'>;
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

/** What becomes of a record by order. `held`: an order covers it, and a freeze holds it. */
export type Ordered = Verdict | 'held';

/** What an order covers, and what the freezes hold that it waits for. */
interface Reach {
  readonly covered: Spans;
  readonly held: Spans;
}

const EDITS = Buffer.from('"edits":[');
const ERASED: Verdict = { kind: RECORD.gone, body: new Uint8Array() };

export class Frames {
  readonly #ports: FramesPorts;
  readonly #reaches = new Map<string, Reach>();
  /** State of the orders that `#reaches` are of. */
  #revision = -1;

  constructor(ports: FramesPorts) {
    this.#ports = ports;
  }

  /** Of a record of kind `message`. */
  frame(record: JournalRecord): Frame {
    const owners = this.#ports.owners.of(record);
    const frozen = this.#isFrozen(record, owners, this.#ports.orders.frozen);
    return { record, owners, class: this.#classOf(owners), frozen };
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
   * What an order leaves of a record. A message goes as a whole, also where it brings readings that no order covers: its rows
   * stay in the store. Of a change only the Observations go that it put there.
   */
  ordered(record: JournalRecord, order: ErasureRecord): Ordered {
    const reach = this.#reachOf(order);
    if (record.kind === RECORD.change) return this.#withoutErased(record, reach);
    if (record.kind !== RECORD.message) return 'keep';
    const owners = this.#ports.owners.of(record);
    if (!this.#isErased(record, owners, reach.covered)) return 'keep';
    return this.#isFrozen(record, owners, reach.held) ? 'held' : ERASED;
  }

  /** Of a message, what the orders leave that were carried out before. */
  left(record: JournalRecord): Ordered {
    const { covered, held } = this.#reachOf('done');
    if (covered.isEmpty) return 'keep';
    const owners = this.#ports.owners.of(record);
    if (!this.#isErased(record, owners, covered)) return 'keep';
    return this.#isFrozen(record, owners, held) ? 'held' : ERASED;
  }

  #reachOf(order: ErasureRecord | 'done'): Reach {
    const { orders } = this.#ports;
    if (this.#revision !== orders.revision) this.#reaches.clear();
    this.#revision = orders.revision;
    const name = order === 'done' ? order : order.id;
    let reach = this.#reaches.get(name);
    if (reach === undefined) {
      const covered = new Spans(order === 'done' ? orders.erasures.filter(({ done }) => done !== null) : [order]);
      const freezes = order === 'done' ? orders.freezes : orders.freezesOf(order.id);
      reach = { covered, held: freezes === orders.freezes ? orders.frozen : new Spans(freezes) };
      this.#reaches.set(name, reach);
    }
    return reach;
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
  #isFrozen({ at }: JournalRecord, owners: readonly Owner[], frozen: Spans): boolean {
    const { lateDays } = this.#ports;
    if (frozen.isEmpty) return false;
    const [from, to] = [at - lateDays * DAY_MS, at + DAY_MS];
    if (frozen.allTouch(from, to)) return true;
    return owners.some(
      ({ device, datastreams }) =>
        frozen.deviceTouches(device, from, to) || datastreams.some((ds) => frozen.touches(ds, from, to)),
    );
  }

  #isErased(record: JournalRecord, owners: readonly Owner[], erased: Spans): boolean {
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

  #withoutErased({ kind, number, body }: JournalRecord, { covered, held }: Reach): Verdict {
    if (!Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(EDITS)) return 'keep';
    const { policies } = this.#ports;
    const change = decodeChange(body);
    const { edits = [] } = change;
    const left = edits.filter(
      (edit) =>
        edit.op !== 'put' ||
        !policies.wasErased(edit.row.ds, edit.row.t, edit.row.x?.e ?? edit.row.t + 1, number, covered, held),
    );
    if (left.length === edits.length) return 'keep';
    return { kind, body: encodeChange({ ...change, edits: left }) };
  }
}
