/**
 * Topics, found by the entity that has changed. What a topic has in its path behind the last id is its shape: topics of one
 * shape stand together, by that id. So a change is led back along each shape once, however many topics have it.
 */
import type { SetDef } from '../schema/index.ts';
import type { Step, Topic } from './topic.ts';

export interface Listening {
  readonly topic: Topic;
  /** Subscriptions to it. */
  count: number;
  /** What was last told of a property. */
  last: string | null;
}

export interface Shape {
  /** Set of the last id; of the whole set where there is none. */
  readonly from: SetDef;
  readonly steps: readonly Step[];
  readonly target: SetDef;
  /** By the last id. */
  readonly byId: Map<number | bigint, Set<Listening>>;
  /** The topics of the whole set. */
  readonly all: Set<Listening>;
}

export class TopicIndex {
  readonly #topics = new Map<string, Listening>();
  readonly #shapes = new Map<string, Shape>();
  readonly #byTarget = new Map<string, Shape[]>();

  get size(): number {
    return this.#topics.size;
  }

  get(text: string): Listening | undefined {
    return this.#topics.get(text);
  }

  /** Shapes whose topics tell entities of this set. */
  of(set: string): readonly Shape[] {
    return this.#byTarget.get(set) ?? [];
  }

  add(topic: Topic): Listening {
    const listening: Listening = { topic, count: 1, last: null };
    this.#topics.set(topic.text, listening);
    const shape = this.#shapeOf(topic);
    const id = topic.places.at(-1)?.id;
    if (id === undefined) shape.all.add(listening);
    else {
      const here = shape.byId.get(id);
      if (here === undefined) shape.byId.set(id, new Set([listening]));
      else here.add(listening);
    }
    return listening;
  }

  remove(listening: Listening): void {
    const { topic } = listening;
    this.#topics.delete(topic.text);
    const key = keyOf(topic);
    const shape = this.#shapes.get(key)!;
    const id = topic.places.at(-1)?.id;
    if (id === undefined) shape.all.delete(listening);
    else {
      const here = shape.byId.get(id)!;
      here.delete(listening);
      if (here.size === 0) shape.byId.delete(id);
    }
    if (shape.all.size > 0 || shape.byId.size > 0) return;
    this.#shapes.delete(key);
    const left = this.of(shape.target.name).filter((other) => other !== shape);
    if (left.length > 0) this.#byTarget.set(shape.target.name, left);
    else this.#byTarget.delete(shape.target.name);
  }

  #shapeOf(topic: Topic): Shape {
    const key = keyOf(topic);
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    const { steps, target } = topic;
    const shape: Shape = { from: fromOf(topic), steps, target, byId: new Map(), all: new Set() };
    this.#shapes.set(key, shape);
    this.#byTarget.set(target.name, [...this.of(target.name), shape]);
    return shape;
  }
}

function fromOf({ places, target }: Topic): SetDef {
  return places.at(-1)?.set ?? target;
}

function keyOf(topic: Topic): string {
  return [fromOf(topic).name, ...topic.steps.map((step) => step.name)].join('/');
}
