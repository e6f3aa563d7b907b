/** What a change under construction does to the indexes, beside the indexes as they are. */
import type { EntityId } from '../model/index.ts';
import type { Put } from './change.ts';
import type { MemoryCatalogue } from './memory-catalogue.ts';
import { compareRelations, type IndexName } from './relations.ts';

export class PlannedRelations {
  readonly #indexes: MemoryCatalogue['indexes'];
  /** Index ▸ id ▸ id on the other side ▸ does it belong there now? */
  readonly #changed = new Map<IndexName, Map<EntityId, Map<EntityId, boolean>>>();

  #waiting: (readonly [old: Put | undefined, next: Put | undefined, other: EntityId])[] = [];

  constructor(indexes: MemoryCatalogue['indexes']) {
    this.#indexes = indexes;
  }

  move(old: Put | undefined, next: Put | undefined, other: EntityId): void {
    // most plans never ask
    this.#waiting.push([old, next, other]);
  }

  /** Ascending. */
  of(index: IndexName, id: EntityId): readonly EntityId[] {
    this.#takeUp();
    const before = this.#indexes[index].get(id) ?? [];
    const changes = this.#changed.get(index)?.get(id);
    if (changes === undefined) return before;
    const kept = before.filter((other) => !changes.has(other));
    for (const [other, belongs] of changes) if (belongs) kept.push(other);
    return kept.sort((a, b) => a - b);
  }

  #takeUp(): void {
    for (const [old, next, other] of this.#waiting) {
      compareRelations(old, next, (index, before, after) => {
        for (const id of before) this.#changesOf(index, id).set(other, false);
        for (const id of after) this.#changesOf(index, id).set(other, true);
      });
    }
    this.#waiting = [];
  }

  #changesOf(index: IndexName, id: EntityId): Map<EntityId, boolean> {
    let ofIndex = this.#changed.get(index);
    if (ofIndex === undefined) {
      ofIndex = new Map();
      this.#changed.set(index, ofIndex);
    }
    let changes = ofIndex.get(id);
    if (changes === undefined) {
      changes = new Map();
      ofIndex.set(id, changes);
    }
    return changes;
  }
}
