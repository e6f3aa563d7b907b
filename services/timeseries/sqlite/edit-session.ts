/**
 * Edits of the API [docs/semantics.md, Rows and ids] in one transaction over several partitions. Each edit can be done again
 * without harm, so a crash between two commits is mended by the replay of the journal.
 */
import type { Edit, EditedRow } from '../../model/index.ts';
import { claimOf } from '../extra.ts';
import { needsAssignedId } from '../identity.ts';
import { displacedRow, FIRST_EDITED_TIE, lastFreeTie, nextTie, sameOrigin } from '../ties.ts';
import type { Aliases } from './aliases.ts';
import type { Claims } from './claims.ts';
import type { Dropped } from './dropped.ts';
import { onFile } from './fault.ts';
import type { Meta } from './meta.ts';
import type { SliceChange } from './slice-change.ts';
import type { Standing } from './slices.ts';
import type { WritablePartition } from './writable-partition.ts';

export interface EditSessionPorts {
  readonly meta: Meta;
  readonly aliases: Aliases;
  readonly claims: Claims;
  readonly dropped: Dropped;
  readonly nameOf: (t: number) => string;
  readonly open: (name: string) => WritablePartition;
  /** Lets go of a partition whose memory may be ahead of its file. */
  readonly discard: (name: string) => void;
  readonly changed: (name: string, changes: readonly SliceChange[]) => void;
  /** Partitions that can be open at once. */
  readonly most: number;
}

export class EditSession {
  readonly #ports: EditSessionPorts;
  readonly #touched = new Map<string, WritablePartition>();

  constructor(ports: EditSessionPorts) {
    this.#ports = ports;
  }

  apply(edit: Exclude<Edit, { op: 'drop' }>, rec: number): void {
    const { ds, t } = edit.op === 'put' ? edit.row : edit;
    if (this.#ports.dropped.has(ds)) return;
    const partition = this.#partition(t);
    onFile(partition.file, () => {
      if (edit.op === 'put') this.#put(partition, edit.row, rec);
      else this.#remove(partition, edit);
    });
  }

  /** Does something to the partition of a time, in the same transaction. */
  within<T>(t: number, work: (partition: WritablePartition) => T): T {
    const partition = this.#partition(t);
    return onFile(partition.file, () => work(partition));
  }

  /** Durable on return. */
  commit(): void {
    const saved = [...this.#touched].map(
      ([name, partition]) => [name, partition, onFile(partition.file, () => partition.save())] as const,
    );
    this.#ports.meta.commit();
    for (const [name, partition, changes] of saved) {
      onFile(partition.file, () => partition.commit());
      this.#ports.changed(name, changes);
    }
    this.#touched.clear();
  }

  rollback(): void {
    this.#ports.meta.rollback();
    for (const name of this.#touched.keys()) this.#ports.discard(name);
    this.#touched.clear();
  }

  #partition(t: number): WritablePartition {
    const name = this.#ports.nameOf(t);
    const known = this.#touched.get(name);
    if (known !== undefined) return known;
    if (this.#touched.size >= this.#ports.most) this.commit();
    const partition = this.#ports.open(name);
    this.#touched.set(name, partition);
    onFile(partition.file, () => partition.begin());
    return partition;
  }

  #put(partition: WritablePartition, row: EditedRow, rec: number): void {
    const { aliases, claims } = this.#ports;
    const { ds, t, type, q } = row;
    let { n } = row;
    const { slices, removed } = partition;
    const rows = slices.standing(ds, t);
    const own = rows.find((other) => sameOrigin(other, { n, rec }));
    if (own !== undefined) {
      this.#follow(ds, t, own, own.n);
      return;
    }
    if (removed.at(ds, t).some((other) => sameOrigin(other, { n, rec }))) return;
    const holder = rows.find((other) => other.n === n);
    if (holder !== undefined && n < FIRST_EDITED_TIE) this.#giveWay(partition, ds, t, holder, rows);
    else if (holder !== undefined) {
      // two rows of the API keep their order; the tombstone tells that this one came when its record is read again
      removed.add(ds, t, { n, rec });
      n = lastFreeTie([...rows, ...removed.at(ds, t)]);
    }
    const claim = row.x?.k ?? null;
    let id: number | null = row.id === 0 ? null : row.id;
    if (id === null && claim === null && needsAssignedId(ds, t, n)) id = aliases.give(rec, ds, t, n);
    if (id !== null) aliases.move(id, ds, t, n);
    if (claim !== null) claims.move(claim, ds, t, n);
    const r = type <= 1 && row.r !== null && Number.isFinite(row.r) ? row.r : null;
    const x = row.x === null ? null : JSON.stringify(row.x);
    slices.add(slices.stats.find(ds), ds, t, n, r, type, rec, q, id, x);
    slices.flush();
  }

  /** The row of another record becomes a further tie and keeps its id, or gets one. */
  #giveWay(partition: WritablePartition, ds: number, t: number, row: Standing, rows: readonly Standing[]): void {
    const n = nextTie([...rows, ...partition.removed.at(ds, t)]);
    const id = row.id ?? (claimOf(row.x) === null ? this.#ports.aliases.give(row.rec, ds, t, n) : null);
    partition.slices.renumber(ds, t, row, n, id);
    this.#follow(ds, t, { ...row, id }, n);
  }

  /** The ids of the row stand for this place. */
  #follow(ds: number, t: number, { id, x }: Standing, n: number): void {
    if (id !== null) this.#ports.aliases.move(id, ds, t, n);
    const claim = claimOf(x);
    if (claim !== null) this.#ports.claims.move(claim, ds, t, n);
  }

  #remove({ slices, removed }: WritablePartition, edit: Extract<Edit, { op: 'remove' }>): void {
    const { ds, t, rec, n } = edit;
    const { aliases, claims } = this.#ports;
    const meant = (other: { n: number; rec: number }): boolean =>
      other.rec === rec && (n === undefined || sameOrigin(other, { n, rec }));
    const standing = slices.standing(ds, t);
    const buried = removed.at(ds, t);
    let rows = standing.filter(meant);
    if (rows.length === 0 && n !== undefined) rows = displacedRow(standing, buried, { n, rec });
    // also where its row is not there: it may come yet
    if (rows.length === 0 && !buried.some(meant)) {
      removed.add(ds, t, { n: n ?? nextTie([...standing, ...buried]), rec });
    }
    for (const row of rows) {
      slices.remove(ds, t, row);
      removed.add(ds, t, row);
      if (row.id !== null) aliases.release(row.id, ds, t, row.n);
      const claim = claimOf(row.x);
      if (claim !== null) claims.release(claim, ds, t, row.n);
    }
  }
}
