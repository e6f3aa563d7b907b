/**
 * Text of catalogue entities that was printed before. Entities never change, a changed one is another object; so a text
 * stands as long as its entity does. When the room is full, new texts are not kept until a minute has shown what nobody asks
 * for any more: an answer that is larger than the room must not push out all that it will need again.
 */

/** What a text weighs beside its characters: the entry and the strings' heads. */
const OVERHEAD = 150;
/** What was not asked for in so long makes room, milliseconds. */
const SPELL = 60_000;

export class TextCache {
  readonly #bytes: number;
  readonly #maxForms: number;
  readonly #now: () => number;
  readonly #forms = new Map<string, FormTexts>();
  /** Of all texts, and of those that were asked for in this spell. */
  #used = 0;
  #asked = 0;
  #since: number;
  /** Number of the spell. */
  spell = 0;

  /**
   * `bytes`: room for texts. `maxForms`: how many forms are remembered; the one that was asked for longest ago goes. `now`:
   * milliseconds of a clock that never goes back.
   */
  constructor(bytes: number, maxForms = 64, now = () => performance.now()) {
    this.#bytes = bytes;
    this.#maxForms = maxForms;
    this.#now = now;
    this.#since = now();
  }

  /** The texts of one form, which is all that they depend on beside their entity: set, address, reader, what is selected. */
  of(form: string): FormTexts {
    const known = this.#forms.get(form);
    this.#forms.delete(form);
    const texts = known ?? new FormTexts(this);
    const oldest = this.#forms.keys().next();
    if (this.#forms.size >= this.#maxForms && !oldest.done) this.#forms.delete(oldest.value);
    this.#forms.set(form, texts);
    return texts;
  }

  /** Is there room for a new text of this weight? Then it counts. */
  take(weight: number): boolean {
    if (this.#used + weight > this.#bytes && !this.#turn()) return false;
    if (this.#used + weight > this.#bytes) return false;
    this.#used += weight;
    this.#asked += weight;
    return true;
  }

  /** A known text was asked for, for the first time in this spell. */
  again(weight: number): void {
    this.#asked += weight;
  }

  #turn(): boolean {
    if (this.#now() - this.#since < SPELL) return false;
    this.#since = this.#now();
    this.#used = this.#asked;
    this.#asked = 0;
    this.spell++;
    return true;
  }
}

interface Entry {
  readonly of: object;
  readonly pieces: readonly string[];
  readonly weight: number;
}

/**
 * Those of this spell and of the one before; what is asked for moves into this one. By id, because looking up in a WeakMap
 * takes as long as printing half of a small entity; an entry stands for the very object that it was made of.
 */
export class FormTexts {
  readonly #cache: TextCache;
  #now: (Entry | undefined)[] = [];
  #before: (Entry | undefined)[] = [];
  #spell: number;

  constructor(cache: TextCache) {
    this.#cache = cache;
    this.#spell = cache.spell;
  }

  /** The pieces that `make` gives for this entity, made now or before. */
  pieces<E extends object>(id: number, entity: E, make: (entity: E) => readonly string[]): readonly string[] {
    if (this.#spell !== this.#cache.spell) this.#turn();
    const now = this.#now[id];
    if (now !== undefined && now.of === entity) return now.pieces;
    const before = this.#before[id];
    if (before !== undefined && before.of === entity) {
      this.#now[id] = before;
      this.#cache.again(before.weight);
      return before.pieces;
    }
    const pieces = make(entity);
    const weight = pieces.reduce((sum, piece) => sum + piece.length, OVERHEAD);
    if (this.#cache.take(weight)) {
      if (this.#spell !== this.#cache.spell) this.#turn();
      this.#now[id] = { of: entity, pieces, weight };
    }
    return pieces;
  }

  #turn(): void {
    this.#before = this.#cache.spell === this.#spell + 1 ? this.#now : [];
    this.#now = [];
    this.#spell = this.#cache.spell;
  }
}
