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
  readonly clock: Clock;
  readonly options: Pick<Options, 'maxFreezes' | 'maxErasures'>;
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
  #held: readonly FreezeRecord[] = [];
  #frozen: Spans | null = null;
  #erased: Spans | null = null;
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
    await this.#file.close();
  }

  /** Freezes that hold now. */
  get freezes(): readonly FreezeRecord[] {
    return this.#held;
  }

  /** All that ever were, by time. */
  get freezeRecords(): readonly FreezeRecord[] {
    return [...this.#freezes.values()];
  }

  /** By time. */
  get erasures(): readonly ErasureRecord[] {
    return [...this.#erasures.values()];
  }

  erasure(id: string): ErasureRecord | undefined {
    return this.#erasures.get(id);
  }

  /** What the freezes hold. */
  get frozen(): Spans {
    this.#frozen ??= new Spans(this.#held);
    return this.#frozen;
  }

  /** What was erased by order. */
  get erased(): Spans {
    this.#erased ??= new Spans([...this.#erasures.values()]);
    return this.#erased;
  }

  /** Resolves when it holds and is on disk. Throws CodedError hub.busy where `history.maxFreezes` hold. */
  async freeze({ reason, by, datastreams, devices, from, to }: Asked): Promise<FreezeRecord> {
    const { clock, options } = this.#ports;
    if (this.#held.length >= options.maxFreezes)
      throw new CodedError('hub.busy', `${options.maxFreezes} freezes hold, history.maxFreezes allows no more.`);
    const id = randomUUID();
    const freeze = { id, reason, by, at: clock.now(), datastreams, devices, from, to };
    await this.#add({ kind: 'freeze', ...freeze });
    return this.#freezes.get(id) as FreezeRecord;
  }

  /** Throws CodedError notFound, or request.conflict where it is lifted already. */
  async lift(id: string, by: string, reason: string): Promise<FreezeRecord> {
    const known = this.#freezes.get(id);
    if (known === undefined) throw new CodedError('notFound', `there is no freeze ${id}`);
    if (known.lifted !== null) throw new CodedError('request.conflict', `freeze ${id} is lifted already`);
    await this.#add({ kind: 'lift', id, at: this.#ports.clock.now(), by, reason });
    return this.#freezes.get(id) as FreezeRecord;
  }

  /** Resolves when it is on disk: from then on nothing that it covers is stored. Carrying it out is `erasing.ts`. */
  async erase(
    asked: Omit<Asked, 'datastreams'> & Pick<ErasureOrder, 'datastreams' | 'record' | 'asked'>,
  ): Promise<ErasureRecord> {
    const { clock, options } = this.#ports;
    if (this.#erasures.size >= options.maxErasures)
      throw new CodedError(
        'hub.busy',
        `${options.maxErasures} erasure orders stand, history.maxErasures allows no more.`,
      );
    const at = clock.now();
    const id = randomUUID();
    const { reason, by, datastreams, devices, from, record } = asked;
    const to = asked.to ?? at;
    await this.#add({
      kind: 'erasure',
      id,
      reason,
      by,
      at,
      datastreams,
      devices,
      from,
      to,
      record,
      asked: asked.asked,
    });
    return this.#erasures.get(id) as ErasureRecord;
  }

  async done(id: string, done: Omit<ErasureDone, 'at'>): Promise<void> {
    await this.#add({ kind: 'erased', id, at: this.#ports.clock.now(), ...done });
  }

  async #add(line: OrderLine): Promise<void> {
    await this.#file.append(line);
    this.#take(line);
  }

  #take(line: OrderLine): void {
    this.revision++;
    if (line.kind === 'freeze') {
      const { kind: _, ...freeze } = line;
      this.#freezes.set(line.id, { ...freeze, lifted: null });
    } else if (line.kind === 'lift') {
      const known = this.#freezes.get(line.id);
      const { at, by, reason } = line;
      if (known !== undefined) this.#freezes.set(line.id, { ...known, lifted: { at, by, reason } });
    } else if (line.kind === 'erasure') {
      const { kind: _, ...order } = line;
      this.#erasures.set(line.id, { ...order, done: null, first: false });
    } else {
      const known = this.#erasures.get(line.id);
      if (known === undefined) return;
      const { kind, id: _, ...done } = line;
      this.#erasures.set(line.id, {
        ...known,
        done: kind === 'erased' ? (done as ErasureDone) : null,
        first: kind === 'again',
      });
    }
    this.#held = [...this.#freezes.values()].filter(({ lifted }) => lifted === null);
    this.#frozen = null;
    this.#erased = null;
  }
}
