/** The entities of a set that a reader sees, in the order of the set. Nothing is copied: what changes is seen changed. */
import type { EntityId } from '../../../services/model/index.ts';
import type { Shown } from './shown.ts';

export class VisibleSet<E extends { readonly id: EntityId }> implements ReadonlyMap<EntityId, E> {
  readonly #all: () => ReadonlyMap<EntityId, E>;
  readonly #shown: Shown;

  constructor(all: () => ReadonlyMap<EntityId, E>, shown: Shown) {
    this.#all = all;
    this.#shown = shown;
  }

  get size(): number {
    return this.#shown.count;
  }

  has(id: EntityId): boolean {
    return this.#shown.has(id);
  }

  get(id: EntityId): E | undefined {
    return this.#shown.has(id) ? this.#all().get(id) : undefined;
  }

  // each one is looked up when it is reached: what is hidden, or comes hidden, while somebody reads is passed over
  *entries(): MapIterator<[EntityId, E]> {
    for (const entry of this.#all()) if (this.#shown.has(entry[0])) yield entry;
  }

  *keys(): MapIterator<EntityId> {
    for (const id of this.#all().keys()) if (this.#shown.has(id)) yield id;
  }

  *values(): MapIterator<E> {
    for (const entity of this.#all().values()) if (this.#shown.has(entity.id)) yield entity;
  }

  [Symbol.iterator](): MapIterator<[EntityId, E]> {
    return this.entries();
  }

  forEach(callback: (entity: E, id: EntityId, set: ReadonlyMap<EntityId, E>) => void): void {
    for (const [id, entity] of this.entries()) callback(entity, id, this);
  }
}
