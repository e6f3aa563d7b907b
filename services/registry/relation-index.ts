/** From an id to the ids on the other side of a relation, ascending, kept up to date as entities change. */
import type { EntityId } from '../model/index.ts';

export class RelationIndex {
  readonly map = new Map<EntityId, EntityId[]>();

  /** `other` no longer belongs to `before` but to `after`. */
  move(before: readonly EntityId[], after: readonly EntityId[], other: EntityId): void {
    for (const id of before) if (!after.includes(id)) this.remove(id, other);
    for (const id of after) if (!before.includes(id)) this.add(id, other);
  }

  private add(id: EntityId, other: EntityId): void {
    const list = this.map.get(id);
    if (list === undefined) {
      this.map.set(id, [other]);
      return;
    }
    // ids grow, so the end is nearly always the place
    let at = list.length;
    while (at > 0 && (list[at - 1] as number) > other) at -= 1;
    if (list[at - 1] !== other) list.splice(at, 0, other);
  }

  private remove(id: EntityId, other: EntityId): void {
    const list = this.map.get(id);
    const at = list?.indexOf(other) ?? -1;
    if (at !== -1) list?.splice(at, 1);
  }
}
