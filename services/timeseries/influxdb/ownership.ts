/**
 * Whose store it is, and how far its hub had come: a point of its own in InfluxDB. A hub does not touch the store of another one. Nor
 * does it touch its own where that has rows of records that the hub never had (it was restored from a backup, or its journal was
 * lost): it would give the same numbers and ids again, to other things.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../threads/fault.ts';
import type { Connection } from './connection.ts';
import { ownerLine } from './lines.ts';
import { HOME, OWNER } from './schema.ts';

/** Who asks, as its data folder says. */
export interface Owner {
  readonly hub: string;
  /** Last record of its journal at the start. */
  readonly last: number;
}

export interface OwnershipPorts {
  readonly connection: Connection;
  readonly folder: string;
  /** null: nobody is asked, and nothing is said of it in the store. */
  readonly owner: Owner | null;
  readonly url: string;
  readonly takeOver: boolean;
}

/** How far the hub has come is said so often at the most, milliseconds. */
const SAID_MS = 1000;

export class Ownership {
  readonly #ports: OwnershipPorts;
  /** Remembers from which record on the hub has not met its store: it may be started again and grow meanwhile. */
  readonly #file: string;
  /** The store can't have rows of later records. */
  #reach: number;
  #said = 0;
  /** What stands there is this hub's. */
  #met = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(ports: OwnershipPorts) {
    const { owner, folder } = ports;
    this.#ports = ports;
    this.#file = join(folder, 'unmet.json');
    this.#reach = owner === null ? 0 : this.#unmet(owner.last);
  }

  /** Throws store.foreign where the hub must not touch what stands there. */
  async check(): Promise<void> {
    const { owner, url, takeOver } = this.#ports;
    if (owner === null) return;
    this.#met = false;
    const found = await this.#read();
    const refusal = found === null || takeOver ? null : this.#refusal(found);
    if (refusal !== null) {
      const rest =
        'Give this hub a database of its own (timeseries.influxdb.database); or, if you know what you do, start it once with timeseries.influxdb.takeOver.';
      throw new Fault('store.foreign', `The store in InfluxDB at ${url} ${refusal} Nothing of it is touched. ${rest}`);
    }
    if (found?.hub !== owner.hub || found.reach > this.#reach) await this.#write();
    else this.#said = found.reach;
    this.#met = true;
    rmSync(this.#file, { force: true });
  }

  /** Is it still as `check` would leave it? */
  async stands(): Promise<boolean> {
    if (this.#ports.owner === null) return true;
    const found = await this.#read();
    return found !== null && this.#refusal(found) === null;
  }

  /** The store has rows of this record. */
  reached(record: number): void {
    if (this.#ports.owner === null || record <= this.#reach) return;
    this.#reach = record;
    this.#timer ??= setTimeout(() => void this.flush(), SAID_MS).unref();
  }

  /** Never rejects: it is said again with what follows. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#met || this.#said >= this.#reach) return;
    await this.#write().catch(() => undefined);
  }

  #refusal({ hub, reach }: { hub: string; reach: number }): string | null {
    if (hub !== this.#ports.owner?.hub) return `belongs to another hub (${hub}).`;
    if (reach <= this.#reach) return null;
    return `has Observations up to record ${reach}, but this hub had only ${this.#reach} records: it was restored from an older backup, or its journal was lost. It would give numbers and ids again that stand there already.`;
  }

  async #read(): Promise<{ hub: string; reach: number } | null> {
    const { connection } = this.#ports;
    const from = connection.dialect.from(HOME, OWNER);
    const [series] = await connection.ask(`SELECT "hub","reach" FROM ${from} WHERE time = 0`, HOME);
    const row = series?.[0]?.values?.[0] as [unknown, string, number] | undefined;
    return row === undefined ? null : { hub: row[1], reach: row[2] };
  }

  async #write(): Promise<void> {
    const { connection, owner } = this.#ports;
    const reach = this.#reach;
    const refusal = await connection.write(ownerLine(owner!.hub, reach), HOME);
    if (refusal === null) this.#said = reach;
  }

  #unmet(last: number): number {
    const { folder } = this.#ports;
    try {
      const known = existsSync(this.#file)
        ? (JSON.parse(readFileSync(this.#file, 'utf8')) as { record: number }).record
        : last;
      const least = Math.min(last, known);
      mkdirSync(folder, { recursive: true });
      writeFileSync(this.#file, `${JSON.stringify({ record: least })}\n`, { flush: true });
      return least;
    } catch (error) {
      throw new Fault('hub.storage', `${this.#file}: ${(error as Error).message}`, { cause: error });
    }
  }
}
