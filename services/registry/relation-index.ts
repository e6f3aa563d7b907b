/**
 * From an id to the ids on the other side of a relation, ascending, kept up to date as entities change.
 *
 * A Sensor may have 100,000 Datastreams, so what is removed is only noted, and the list is made anew when somebody reads
 * it. Lists are never changed but at their end: a reader who is in the middle of one goes on with what it got.
 */
import type { EntityId } from '../model/index.ts';
import type { Index } from './catalogue.ts';

const FEW = 8;

export class RelationIndex implements Index {
  readonly #lists = new Map<EntityId, EntityId[]>();
  /** What is no longer in a list although it still stands there. */
  readonly #gone = new Map<EntityId, Set<EntityId>>();

  /** `other` no longer belongs to `before` but to `after`. */
  move(before: readonly EntityId[], after: readonly EntityId[], other: EntityId): void {
    if (before.length === 0 || after.length === 0) {
      for (const id of before) this.#remove(id, other);
      for (const id of after) this.#add(id, other);
      return;
    }
    if (before.length === 1 && after.length === 1 && before[0] === after[0]) return;
    // the runs of a bus are long: comparing each with each would take seconds
    const isAfter = lookup(after);
    const isBefore = lookup(before);
    for (const id of before) if (!isAfter(id)) this.#remove(id, other);
    for (const id of after) if (!isBefore(id)) this.#add(id, other);
  }

  get size(): number {
    return this.#lists.size;
  }

  has(id: EntityId): boolean {
    return this.#lists.has(id);
  }

  get(id: EntityId): readonly EntityId[] | undefined {
    return this.#gone.has(id) ? this.#settle(id) : this.#lists.get(id);
  }

  keys(): MapIterator<EntityId> {
    return this.#lists.keys();
  }

  values(): MapIterator<readonly EntityId[]> {
    return this.#settled().values();
  }

  entries(): MapIterator<[EntityId, readonly EntityId[]]> {
    return this.#settled().entries();
  }

  [Symbol.iterator](): MapIterator<[EntityId, readonly EntityId[]]> {
    return this.entries();
  }

  forEach(callback: (ids: readonly EntityId[], id: EntityId, index: Index) => void): void {
    for (const [id, ids] of this.entries()) callback(ids, id, this);
  }

  #add(id: EntityId, other: EntityId): void {
    const list = this.#lists.get(id);
    if (list === undefined) {
      this.#lists.set(id, [other]);
      return;
    }
    const gone = this.#gone.get(id);
    if (gone?.delete(other)) {
      if (gone.size === 0) this.#gone.delete(id);
      return;
    }
    // ids grow, so the end is nearly always the place
    if ((list[list.length - 1] as number) < other) {
      list.push(other);
      return;
    }
    const at = placeOf(list, other);
    if (list[at] !== other) this.#lists.set(id, list.toSpliced(at, 0, other));
  }

  #remove(id: EntityId, other: EntityId): void {
    const list = this.#lists.get(id);
    if (list === undefined || list[placeOf(list, other)] !== other) return;
    let gone = this.#gone.get(id);
    if (gone === undefined) {
      gone = new Set();
      this.#gone.set(id, gone);
    }
    gone.add(other);
    if (gone.size < list.length) return;
    this.#lists.delete(id);
    this.#gone.delete(id);
  }

  #settle(id: EntityId): readonly EntityId[] {
    const gone = this.#gone.get(id) as Set<EntityId>;
    const before = this.#lists.get(id) as EntityId[];
    const list = gone.size > FEW ? before.filter((other) => !gone.has(other)) : withoutFew(before, gone);
    this.#lists.set(id, list);
    this.#gone.delete(id);
    return list;
  }

  #settled(): ReadonlyMap<EntityId, readonly EntityId[]> {
    for (const id of [...this.#gone.keys()]) this.#settle(id);
    return this.#lists;
  }
}

/** Where `other` stands in an ascending list, or would stand. */
function placeOf(list: readonly EntityId[], other: EntityId): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as number) < other) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A copy of the pieces between them: of a long list much quicker than to ask each. */
function withoutFew(list: readonly EntityId[], gone: ReadonlySet<EntityId>): EntityId[] {
  const rest = list.slice();
  for (const other of gone) rest.splice(placeOf(rest, other), 1);
  return rest;
}

function lookup(ids: readonly EntityId[]): (id: EntityId) => boolean {
  if (ids.length < FEW) return (id) => ids.includes(id);
  const all = new Set(ids);
  return (id) => all.has(id);
}
