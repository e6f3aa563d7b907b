/** Which devices are mounted on a Thing, and which one feeds a Datastream. */
import type { Device, EntityId } from '../model/index.ts';

export class DevicePlaces {
  readonly #onThing = new Map<EntityId, Set<string>>();
  readonly #feeding = new Map<EntityId, string>();

  /** Keys of devices. */
  on(thing: EntityId): Iterable<string> {
    return this.#onThing.get(thing) ?? [];
  }

  /** Key of the device; undefined: none feeds it. */
  feeding(datastream: EntityId): string | undefined {
    return this.#feeding.get(datastream);
  }

  /** undefined: it was, or is, not there. */
  move(old: Device | undefined, next: Device | undefined): void {
    if (old !== undefined) {
      const here = this.#onThing.get(old.thing);
      here?.delete(old.key);
      if (here?.size === 0) this.#onThing.delete(old.thing);
      // the device that replaces it may have taken it over already
      for (const id of Object.values(old.datastreams)) if (this.#feeding.get(id) === old.key) this.#feeding.delete(id);
    }
    if (next !== undefined) {
      const here = this.#onThing.get(next.thing);
      if (here === undefined) this.#onThing.set(next.thing, new Set([next.key]));
      else here.add(next.key);
      for (const id of Object.values(next.datastreams)) this.#feeding.set(id, next.key);
    }
  }
}
