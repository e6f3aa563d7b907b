/**
 * Orders of people: freezes that stop every deletion, and erasures. `orders.jsonl` in the data folder holds one line of JSON
 * for each thing that somebody did, appended and synced before it counts; nothing in it is ever changed. So it also tells who
 * asked for what, when and why, after a freeze was lifted or an erasure was done.
 */
import { randomUUID } from 'node:crypto';
import { type Clock, CodedError } from '../model/index.ts';
import type { Options } from './options.ts';
import { OrderFile } from './order-file.ts';
import type { ErasureDone, ErasureOrder, OrderLine, Scope } from './order-line.ts';
import type { Freeze } from './port.ts';
import { Spans } from './spans.ts';

export interface OrdersPorts {
  /** `orders.jsonl`. */
  readonly file: string;
  /** Identity of the hub, which every order bears: beside the backups those of several hubs may stand. Asked at each order. */
  readonly hub: () => string | null;
  readonly clock: Clock;
  readonly options: Pick<Options, 'maxFreezes' | 'maxErasures' | 'ordersMiB'>;
}

/** A freeze as it stands in the record: `lifted` tells who ended it, when and why. */
export interface FreezeRecord extends Freeze {
  /** Keys of devices whose raw messages it holds wherever they were mounted. */
  readonly devices: readonly string[];
  readonly lifted: { readonly at: number; readonly by: string; readonly reason: string } | null;
}

/** An erasure, and what became of it. */
export interface ErasureRecord extends ErasureOrder {
  readonly done: ErasureDone | null;
  /** It came from elsewhere (beside a backup) and is to be carried out before the hub serves anything. */
  readonly first: boolean;
}

/** What a person asks to freeze or to erase. */
export type Asked = Scope & { readonly reason: string; readonly by: string };

export class Orders {
  readonly #ports: OrdersPorts;
  readonly #file: OrderFile;
  readonly #freezes = new Map<string, FreezeRecord>();
  readonly #erasures = new Map<string, ErasureRecord>();
  #held: readonly FreezeRecord[] | null = [];
  /** The line, counted from 1, by which each freeze came and each erasure was done first. */
  readonly #lines = new Map<string, number>();
  /** One order after another: each is decided by what those before it have done. */
  #work: Promise<unknown> = Promise.resolve();
  #frozen: Spans | null = null;
  #erased: Spans | null = null;
  /** What each erasure covers, and the freezes that it waits for. */
  #reaches: readonly { readonly covered: Spans; readonly held: Spans }[] | null = null;
  /** Rises with every line: what was decided by an earlier state is decided anew. */
  revision = 0;

  constructor(ports: OrdersPorts) {
    this.#ports = ports;
    this.#file = new OrderFile(ports.file);
  }

  /** Throws CodedError hub.storage with file and line where the file is damaged in the middle. */
  async start(): Promise<void> {
    for (const line of await this.#file.open()) this.#take(line);
  }

  async stop(): Promise<void> {
    await this.#work;
    await this.#file.close();
  }

  /** Freezes that hold now. */
  get freezes(): readonly FreezeRecord[] {
    this.#held ??= [...this.#freezes.values()].filter(({ lifted }) => lifted === null);
    return this.#held;
  }

  /** All that ever were, by time. */
  get freezeRecords(): readonly FreezeRecord[] {
    return [...this.#freezes.values()];
  }

  freezeRecord(id: string): FreezeRecord | undefined {
    return this.#freezes.get(id);
  }

  /** By time. */
  get erasures(): readonly ErasureRecord[] {
    return [...this.#erasures.values()];
  }

  erasure(id: string): ErasureRecord | undefined {
    return this.#erasures.get(id);
  }

  /**
   * Freezes that an erasure waits for. One that came when it was done holds nothing of it, also where a restored backup has
   * brought back what was gone.
   */
  freezesOf(erasure: string): readonly FreezeRecord[] {
    const done = this.#lines.get(erasure);
    if (done === undefined) return this.freezes;
    return this.freezes.filter(({ id }) => (this.#lines.get(id) as number) < done);
  }

  /** What the freezes hold. */
  get frozen(): Spans {
    this.#frozen ??= new Spans(this.freezes);
    return this.#frozen;
  }

  /** What was erased by order. */
  get erased(): Spans {
    this.#erased ??= new Spans([...this.#erasures.values()]);
    return this.#erased;
  }

  /** Does an order cover this instant that no freeze keeps from it? What is held as evidence is stored until the freeze is lifted. */
  takes(datastream: number, t: number): boolean {
    if (!this.erased.has(datastream, t)) return false;
    if (!this.frozen.has(datastream, t)) return true;
    this.#reaches ??= [...this.#erasures.values()].map((order) => ({
      covered: new Spans([order]),
      held: new Spans(this.freezesOf(order.id)),
    }));
    return this.#reaches.some(({ covered, held }) => covered.has(datastream, t) && !held.has(datastream, t));
  }

  /** Resolves when it holds and is on disk. Throws CodedError hub.busy where `history.maxFreezes` hold. */
  freeze({ reason, by, datastreams, devices, from, to }: Asked): Promise<FreezeRecord> {
    return this.#inTurn(async () => {
      const { clock, options } = this.#ports;
      if (this.freezes.length >= options.maxFreezes)
        throw new CodedError('hub.busy', `${options.maxFreezes} freezes hold, history.maxFreezes allows no more.`);
      this.#checkRoom();
      const id = randomUUID();
      const freeze = { id, reason, by, at: clock.now(), datastreams, devices, from, to };
      await this.#add({ kind: 'freeze', ...freeze });
      return this.#freezes.get(id) as FreezeRecord;
    });
  }

  /** Throws CodedError notFound, or request.conflict where it is lifted already. */
  lift(id: string, by: string, reason: string): Promise<FreezeRecord> {
    return this.#inTurn(async () => {
      const known = this.#freezes.get(id);
      if (known === undefined) throw new CodedError('notFound', `there is no freeze ${id}`);
      if (known.lifted !== null) throw new CodedError('request.conflict', `freeze ${id} is lifted already`);
      await this.#add({ kind: 'lift', id, at: this.#ports.clock.now(), by, reason });
      return this.#freezes.get(id) as FreezeRecord;
    });
  }

  /** Resolves when it is on disk: from then on nothing that it covers is stored. Carrying it out is `erasing.ts`. */
  erase(
    asked: Omit<Asked, 'datastreams'> & Pick<ErasureOrder, 'datastreams' | 'record' | 'asked'>,
  ): Promise<ErasureRecord> {
    return this.#inTurn(async () => {
      const { clock, options } = this.#ports;
      if (this.#erasures.size >= options.maxErasures)
        throw new CodedError(
          'hub.busy',
          `${options.maxErasures} erasure orders stand, history.maxErasures allows no more.`,
        );
      this.#checkRoom();
      const at = clock.now();
      const id = randomUUID();
      const { reason, by, datastreams, devices, from, record } = asked;
      const said = { reason, by, at, datastreams, devices, from, to: asked.to ?? at };
      await this.#add({ kind: 'erasure', id, ...said, record, asked: asked.asked });
      return this.#erasures.get(id) as ErasureRecord;
    });
  }

  done(id: string, done: Omit<ErasureDone, 'at'>): Promise<void> {
    return this.#inTurn(() => this.#add({ kind: 'erased', id, at: this.#ports.clock.now(), ...done }));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => undefined);
    return done;
  }

  /** What ends an order always finds room. */
  #checkRoom(): void {
    const { ordersMiB } = this.#ports.options;
    if (this.#file.bytes < ordersMiB * 2 ** 20) return;
    throw new CodedError(
      'hub.busy',
      `The record of all freezes and erasures has reached history.ordersMiB (${ordersMiB}): none of it may go, so allow more.`,
    );
  }

  async #add(line: OrderLine): Promise<void> {
    const hub = this.#ports.hub();
    const owned = hub === null ? line : { ...line, hub };
    await this.#file.append(owned);
    this.#take(owned);
  }

  #take(line: OrderLine): void {
    this.revision++;
    if (line.kind === 'freeze') {
      const { kind: _, hub: __, ...freeze } = line;
      this.#freezes.set(line.id, { ...freeze, lifted: null });
      this.#lines.set(line.id, this.revision);
    } else if (line.kind === 'lift') {
      const known = this.#freezes.get(line.id);
      const { at, by, reason } = line;
      if (known !== undefined) this.#freezes.set(line.id, { ...known, lifted: { at, by, reason } });
    } else if (line.kind === 'erasure') {
      const { kind: _, hub: __, ...order } = line;
      this.#erasures.set(line.id, { ...order, done: null, first: false });
    } else {
      const known = this.#erasures.get(line.id);
      if (known === undefined) return;
      const { kind, id: _, hub: __, ...done } = line;
      if (kind === 'erased' && !this.#lines.has(line.id)) this.#lines.set(line.id, this.revision);
      this.#erasures.set(line.id, {
        ...known,
        done: kind === 'erased' ? (done as ErasureDone) : null,
        first: kind === 'again',
      });
    }
    this.#held = null;
    this.#frozen = null;
    this.#erased = null;
    this.#reaches = null;
  }
}
