/**
 * Points by which the hub notices that InfluxDB has lost what it had acknowledged. 1.x does so (seen on 1.6.7): after an entry of
 * its write-ahead log that was cut short, by a full disk or a kill in the middle of it, the next start cuts the file there and then
 * writes on behind a hole. What comes after the hole is read again by no later start. A database that somebody has put back
 * from an older copy lacks the newest rows, too. So the first write into a shard since the store was last looked at, which is every
 * few seconds, is preceded by a point of its own, remembered beside the hub; when one is missing at a later look, the store is
 * not the known one any more.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from './connection.ts';
import type { Where } from './generations.ts';
import { WITNESS } from './schema.ts';
import type { Parcel } from './sending.ts';
import type { Shards } from './shards.ts';

export interface Witness {
  readonly where: Where;
  readonly shard: number;
  /** Nanoseconds. */
  readonly time: string;
}

/** Of one shard, and of all. The oldest ones are forgotten. */
const PER_SHARD = 8;
const ALL = 128;
const ROUNDS = 3;
/** Milliseconds. */
const PAUSE = 300;

export class Witnesses {
  #known: readonly Witness[];
  /** Shards that have one since the store was last looked at. */
  readonly #fresh = new Set<string>();
  readonly #save: (known: readonly Witness[]) => void;

  /** `save`: remembers them beyond the process; throws where it can't. */
  constructor(known: readonly Witness[], save: (known: readonly Witness[]) => void) {
    this.#known = known;
    this.#save = save;
  }

  /** The server may have been started again. */
  connected(): void {
    this.#fresh.clear();
  }

  /** Another store stands there. */
  clear(): void {
    this.#known = [];
    this.#fresh.clear();
  }

  get known(): readonly Witness[] {
    return this.#known;
  }

  /** Before these lines are written. */
  async before(parcels: readonly Parcel[], connection: Connection, shards: Shards): Promise<void> {
    if (connection.dialect.generation !== 1) return;
    const added: Witness[] = [];
    for (const { where, lines } of parcels) {
      // what a policy drops by itself is no loss
      if (!shards.endless[where]) continue;
      const begun = new Map<number, string>();
      for (const line of lines) {
        const time = line.slice(line.lastIndexOf(' ') + 1);
        const shard = Math.floor((Number(time) / 1e6 - FIRST_MONDAY) / shards[where]);
        if (!begun.has(shard) && !this.#fresh.has(`${where}/${shard}`)) begun.set(shard, time);
      }
      for (const [shard, time] of begun) added.push({ where, shard, time: beside(time) });
    }
    if (added.length === 0) return;
    for (const where of ['current', 'history'] as const) {
      const mine = added.filter((one) => one.where === where);
      if (mine.length === 0) continue;
      const lines = mine.map(({ time }) => `${WITNESS} stands=true ${time}`);
      // where InfluxDB has no room for another series, it does without
      if ((await connection.write(lines.join('\n'), where)) !== null) continue;
      for (const one of mine) this.#add(one);
    }
    this.#save(this.#known);
  }

  /** Are all of them there? An answer beside a deletion may lack points, so it is asked more than once. */
  async stand(connection: Connection): Promise<boolean> {
    for (let round = 1; ; round++) {
      if (await this.#areThere(connection)) return true;
      if (round === ROUNDS) return false;
      await sleep(PAUSE);
    }
  }

  async #areThere(connection: Connection): Promise<boolean> {
    if (this.#known.length === 0) return true;
    const statements = this.#known.map(
      ({ where, time }) => `SELECT "stands" FROM ${connection.dialect.from(where, WITNESS)} WHERE time = ${time}`,
    );
    const answers = await connection.ask(statements.join('; '));
    return this.#known.every((_, i) => answers[i]?.[0] !== undefined);
  }

  #add(witness: Witness): void {
    const { where, shard } = witness;
    this.#fresh.add(`${where}/${shard}`);
    const older = this.#known.filter((one) => one.where === where && one.shard === shard);
    const surplus = new Set(older.slice(0, Math.max(0, older.length - PER_SHARD + 1)));
    this.#known = [...this.#known.filter((one) => !surplus.has(one)), witness].slice(-ALL);
  }
}

/** Another time of the same millisecond, so that no other point is written over. */
function beside(nanoseconds: string): string {
  return `${nanoseconds.slice(0, -6)}${randomInt(100_000, 1_000_000)}`;
}

/** Weeks of InfluxDB begin on Mondays, counted from the year 1. */
const FIRST_MONDAY = Date.parse('0001-01-01T00:00:00Z');
